/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.mcp.EventStream;
import dev.starling.gateway.mcp.RpcException;
import dev.starling.protocol.RefusalException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to {@code /mcp} and its answer, which is a stream once something has to be told
 * before it. May be called from any thread; what it does happens on the request's loop, in order.
 */
final class McpExchange {
  static final String SESSION = "mcp-session-id";

  private static final String EVENTS = "text/event-stream";

  private final RoutingContext call;
  private final Loop loop;
  private final GatewayMetrics metrics;
  private final Principal principal;
  private final ClientKey client;
  private @Nullable EventStream stream;

  McpExchange(RoutingContext call, GatewayMetrics metrics, ClientKey client) {
    this.call = call;
    this.loop = new Loop(call.vertx().getOrCreateContext());
    this.metrics = metrics;
    this.principal = Access.principal(call);
    this.client = client;
  }

  /** Who calls. */
  Principal principal() {
    return principal;
  }

  /** Where the call comes from. */
  ClientKey client() {
    return client;
  }

  /** The session that the call names; null for none. */
  @Nullable String sessionId() {
    return call.request().getHeader(SESSION);
  }

  /** Whether the client can read events. */
  boolean takesEvents() {
    String accept = call.request().getHeader("accept");
    return accept != null && accept.toLowerCase(Locale.ROOT).contains(EVENTS);
  }

  /** Calls {@code ended}, once, when the answer has left or nobody waits for it any more. */
  void whenOver(Runnable ended) {
    loop.run(() -> {
      HttpServerResponse response = call.response();
      if (response.ended() || response.closed()) {
        ended.run();
      } else {
        call.addEndHandler(done -> ended.run());
      }
    });
  }

  private void ifOpen(Consumer<HttpServerResponse> write) {
    loop.run(() -> {
      HttpServerResponse response = call.response();
      if (!response.ended() && !response.closed()) {
        write.accept(response);
      }
    });
  }

  /** Answers with a message, or ends the stream with it. */
  void answer(JsonObject message) {
    ifOpen(response -> {
      EventStream open = stream;
      if (open != null) {
        open.send(message);
        open.end();
      } else {
        json(response, 200, message);
      }
    });
  }

  /** Answers a client that begins. */
  void welcome(String sessionId, JsonObject message) {
    ifOpen(response -> json(response.putHeader(SESSION, sessionId), 200, message));
  }

  private void json(HttpServerResponse response, int status, JsonObject message) {
    response.setStatusCode(status).putHeader("cache-control", "no-store");
    HttpReplies.end(call, "application/json", Buffer.buffer(message.encode()));
  }

  /** Tells something before the answer. */
  void tell(JsonObject message) {
    ifOpen(response -> {
      EventStream open = stream;
      if (open == null) {
        open = open(response);
        stream = open;
      }
      open.send(message);
    });
  }

  private EventStream open(HttpServerResponse response) {
    return new EventStream(
        response,
        loop.context(),
        () -> {
          metrics.dropped("slow-stream");
          VertxInternals.cutOff(call.request().connection());
        });
  }

  /** Makes the answer the stream of a session. */
  void listen(Consumer<EventStream> opened) {
    ifOpen(response -> opened.accept(open(response)));
  }

  /** Ends an answer that says nothing more than that. */
  void end(int status) {
    ifOpen(response -> response.setStatusCode(status).end());
  }

  /** Refuses the request, in the words of JSON-RPC. */
  void refuse(int status, RefusalException refusal) {
    JsonObject data = new JsonObject().put("code", refusal.code().name());
    ifOpen(response -> {
      RestRefusals.count(call, status, refusal);
      Object wait = refusal.details().get("retryAfterMs");
      if (wait instanceof Long millis) {
        response.putHeader("retry-after", Long.toString(Math.ceilDiv(millis, 1_000L)));
      }
      RpcException error = new RpcException(RpcException.REFUSED, refusal.text(), data);
      json(response, status, error.answer(null));
    });
  }

  /** Refuses what is no message. */
  void refuse(RpcException error, RefusalException counted) {
    ifOpen(response -> {
      RestRefusals.count(call, 400, counted);
      json(response, 400, error.answer(null));
    });
  }
}
