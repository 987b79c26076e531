/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.ConnectionsPerAddress.Slot;
import dev.starling.gateway.socket.Handshake;
import dev.starling.gateway.socket.Socket;
import dev.starling.gateway.socket.SocketSettings;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Upgrades requests to sockets, no more for each client address than its group allows. What is not
 * upgraded is answered over HTTP with a reason. Thread-safe; shared by all event loops of a node.
 */
final class SocketDoor {
  /** An address that is full gets room when a socket of it closes, which nobody can foretell. */
  private static final int RETRY_SECONDS = 5;

  /** Characters of a path that is told back. */
  private static final int MOST_SHOWN = 100;

  private final ClientAddress clients;
  private final ConnectionsPerAddress connections;
  private final GatewayMetrics metrics;

  SocketDoor(GatewayConfig config, GatewayMetrics metrics) {
    this.clients = new ClientAddress(config.access().trustedProxies());
    this.connections = new ConnectionsPerAddress(config.web(), config.agent());
    this.metrics = metrics;
    metrics.gauge(
        "starling.gateway.addresses",
        "Client addresses that have a socket open",
        connections::addresses);
  }

  /** Opens a socket, or refuses it where its address has as many as it may. */
  void open(
      HttpServerRequest request,
      SessionOptions options,
      SocketSettings settings,
      Consumer<Socket> opened) {
    EndpointGroup group = options.endpoint().group();
    Optional<String> fault = SocketUpgrade.fault(request);
    if (fault.isPresent()) {
      refuseHandshake(request, fault.get());
      return;
    }
    InetAddress client = clients.of(request);
    Optional<Slot> slot = connections.enter(group, client);
    if (slot.isEmpty()) {
      refuseMore(request, group);
      return;
    }
    VertxInternals.onEnd(request.connection(), slot.get()::release);
    SocketUpgrade.open(request, options.compression(), settings, opened);
  }

  private void refuseHandshake(HttpServerRequest request, String fault) {
    int status = SocketUpgrade.isVersion(request) ? 400 : 426;
    request.response().putHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION, Handshake.VERSION);
    refuse(request, status, "handshake", new RefusalException(ErrorCode.INVALID_MESSAGE, fault));
  }

  private void refuseMore(HttpServerRequest request, EndpointGroup group) {
    int limit = connections.limit(group);
    request.response().putHeader("retry-after", Integer.toString(RETRY_SECONDS));
    refuse(
        request,
        429,
        "connections",
        new RefusalException(
            ErrorCode.RATE_LIMITED,
            "this address has " + limit + " sockets open here, which is all it may",
            Map.of("limit", limit, "retryAfterMs", RETRY_SECONDS * 1000)));
  }

  /** Refuses a socket because this node is about to end. */
  void refuseWhileDraining(HttpServerRequest request) {
    request.response().putHeader("retry-after", Integer.toString(RETRY_SECONDS));
    refuse(
        request,
        503,
        "draining",
        new RefusalException(
            ErrorCode.UNAVAILABLE, "this node is about to end: connect to another one"));
  }

  /** Refuses a socket because nothing is served at its path. */
  void refusePath(HttpServerRequest request, boolean isAgentPort) {
    String path = Objects.requireNonNullElse(request.path(), "");
    String came = path.substring(0, Math.min(path.length(), MOST_SHOWN));
    refuse(
        request,
        404,
        "path",
        RefusalException.ofField(
            ErrorCode.INVALID_MESSAGE, "path", Endpoint.paths(isAgentPort), came));
  }

  /** Refuses a socket because of what its address asks for. */
  void refuseQuery(HttpServerRequest request, RefusalException refusal) {
    refuse(request, 400, "query", refusal);
  }

  private void refuse(
      HttpServerRequest request, int status, String cause, RefusalException refusal) {
    metrics.turnedAway(cause);
    HttpReplies.refuse(request, status, refusal);
  }
}
