/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonOutput;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON answers over HTTP, and refusals with the fitting status. Stateless. */
final class HttpReplies {
  private static final Logger LOG = LoggerFactory.getLogger(HttpReplies.class);

  private HttpReplies() {}

  /** What reads {@code path}: GET, and HEAD, which gets the same but the body (RFC 9110, 9.3.2). */
  static Route reading(Router routes, String path) {
    return routes.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  static void json(RoutingContext call, int status, JsonOutput.Body body) {
    call.response().setStatusCode(status).putHeader("cache-control", "no-store");
    end(call, "application/json", Buffer.buffer(JsonOutput.bytes(body)));
  }

  /**
   * Ends the answer with {@code body}, or, where the caller asked for HEAD, with its length only.
   */
  static void end(RoutingContext call, String contentType, Buffer body) {
    end(call.request(), call.response().putHeader("content-type", contentType), body);
  }

  private static void end(HttpServerRequest request, HttpServerResponse response, Buffer body) {
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("content-length", Integer.toString(body.length())).end();
    } else {
      response.end(body);
    }
  }

  /** What a call is called where nobody answers it. */
  static String operation(RoutingContext call) {
    return call.request().method() + " " + call.request().path();
  }

  /**
   * Answers with what {@code asked} gives, on the request's own loop: from another thread the
   * connection takes nothing.
   */
  static <T> void answer(RoutingContext call, Future<T> asked, Consumer<T> answer) {
    Loop loop = new Loop(call.vertx().getOrCreateContext());
    asked.onComplete(done ->
        loop.run(() -> {
          if (done.failed()) {
            refuse(call, done.cause());
            return;
          }
          try {
            answer.accept(done.result());
          } catch (RuntimeException e) {
            refuse(call, e);
          }
        }));
  }

  static void refuse(RoutingContext call, Throwable failure) {
    if (failure instanceof RefusalException refusal) {
      refuse(call, status(refusal.code()), refusal);
    } else if (failure instanceof HttpClosedException) {
      LOG.debug("{} {}: the caller went away", call.request().method(), call.request().path());
    } else {
      LOG.error("{} {} failed", call.request().method(), call.request().path(), failure);
      refuse(
          call, 500, new RefusalException(ErrorCode.INTERNAL, "the gateway failed on this call"));
    }
  }

  static void refuse(RoutingContext call, int status, RefusalException refusal) {
    RestRefusals.count(call, status, refusal);
    json(call, status, error(refusal));
  }

  /** Refuses what no route has seen, such as a request for a socket. */
  static void refuse(HttpServerRequest request, int status, RefusalException refusal) {
    Buffer body = Buffer.buffer(JsonOutput.bytes(error(refusal)));
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(status)
            .putHeader("cache-control", "no-store")
            .putHeader("content-type", "application/json");
    end(request, response, body);
  }

  private static JsonOutput.Body error(RefusalException refusal) {
    return json -> {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("code", refusal.code().name());
      json.writeStringField("message", refusal.text());
      json.writeFieldName("details");
      JsonOutput.object(json, refusal.details());
      json.writeEndObject();
      json.writeEndObject();
    };
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_JSON,
          UNKNOWN_TYPE,
          INVALID_MESSAGE,
          INVALID_FINGERPRINT,
          INVALID_CONFIDENCE,
          UNKNOWN_EVENT,
          INVALID_SETTING,
          V1_ID_RANGE ->
          400;
      case FORBIDDEN -> 403;
      case AGENT_NOT_FOUND, NODE_NOT_FOUND, TASK_NOT_FOUND -> 404;
      case NOT_REGISTERED, AGENT_ID_TAKEN, AGENT_MOVED, SSSP_SOURCES_BUSY -> 409;
      case RATE_LIMITED -> 429;
      case UNAVAILABLE -> 503;
      case TIMEOUT -> 504;
      case AGENT_FAILURE, OUTCOMES_LOST, INTERNAL -> 500;
    };
  }

  /** A query parameter; null where it is not given. */
  static @Nullable String parameter(RoutingContext call, String name) {
    try {
      return call.queryParams().get(name);
    } catch (HttpException e) {
      // Neither the address nor the exception, which quotes it: a token may stand there.
      LOG.debug("no query string behind {}: {}", call.request().path(), e.getStatusCode());
      throw new RefusalException(
          ErrorCode.INVALID_MESSAGE, "the query string is not encoded as an address has it");
    }
  }

  /** A whole number among the query parameters, within bounds. */
  static long number(RoutingContext call, String name, long least, long most, long absent) {
    String given = parameter(call, name);
    if (given == null) {
      return absent;
    }
    try {
      long value = Long.parseLong(given);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      LOG.debug("not a number: {}", given);
    }
    throw RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE,
        name,
        "a whole number from " + least + " to " + most,
        given.substring(0, Math.min(given.length(), 40)));
  }
}
