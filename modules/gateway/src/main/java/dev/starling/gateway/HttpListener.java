/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's listeners: HTTP with everything on it, and, where the node is a gateway, the
 * agents' port. Instances share the ports.
 */
final class HttpListener extends VerticleBase {

  /** What the router answers by itself where no route fits. */
  private static final List<Integer> NO_MATCH = List.of(404, 405, 406, 415);

  /** How long a peer may take to answer a close. */
  private static final int CLOSING_SECONDS = 2;

  /** Where a node listens, once it does. */
  record Ports(int http, int agents) {}

  private final GatewayConfig config;
  private final Consumer<Router> routes;
  private final @Nullable Gateway gateway;
  private final GatewayMetrics metrics;
  private final Supplier<Boolean> draining;
  private final Consumer<Ports> listening;
  private final List<HttpServer> servers = new ArrayList<>();

  /**
   * Prepares listeners.
   *
   * @param routes mounts what is served over HTTP
   * @param gateway what sockets are served by; null on a node that is no gateway
   * @param draining whether new sockets are refused
   * @param listening hears of the ports
   */
  HttpListener(
      GatewayConfig config,
      Consumer<Router> routes,
      @Nullable Gateway gateway,
      GatewayMetrics metrics,
      Supplier<Boolean> draining,
      Consumer<Ports> listening) {
    this.config = config;
    this.routes = routes;
    this.gateway = gateway;
    this.metrics = metrics;
    this.draining = draining;
    this.listening = listening;
  }

  @Override
  public Future<?> start() {
    Future<Integer> http = listen(config.httpPort(), -1, "/ws/qis");
    if (gateway == null) {
      return http.onSuccess(port -> listening.accept(new Ports(port, 0)));
    }
    return http.compose(port ->
        listen(config.agentPort(), -2, "/")
            .onSuccess(agents -> listening.accept(new Ports(port, agents))));
  }

  /** Listens on a port, or on a free one that all instances share. */
  private Future<Integer> listen(int port, int shared, String socketPath) {
    Router router = Router.router(vertx);
    boolean isHttp = shared == -1;
    if (isHttp) {
      routes.accept(router);
    } else {
      router.route().handler(call -> call.response().setStatusCode(426).end("WebSocket only\n"));
    }
    router.route().failureHandler(HttpListener::fail);
    NO_MATCH.forEach(status -> router.errorHandler(status, call -> fail(call, status)));
    HttpServer server = vertx.createHttpServer(options());
    if (gateway != null) {
      server.webSocketHandshakeHandler(handshake -> decide(handshake, socketPath));
      server.webSocketHandler(this::open);
    }
    server.connectionHandler(FlushGathering::install);
    servers.add(server);
    return server
        .requestHandler(router)
        .listen(port == 0 ? shared : port, config.host())
        .map(HttpServer::actualPort)
        .recover(failure -> Future.failedFuture(new ListenException(port, failure)));
  }

  private static void fail(RoutingContext call) {
    Throwable failure = call.failure();
    if (failure != null) {
      HttpReplies.refuse(call, failure);
    } else {
      fail(call, call.statusCode());
    }
  }

  private static void fail(RoutingContext call, int status) {
    String text =
        switch (status) {
          case 404 -> "no such resource";
          case 405 -> "the resource has no such method";
          case 413 -> "the body is larger than limits.max-message";
          case 415 -> "Content-Type: expected application/json";
          default -> "HTTP status " + status;
        };
    HttpReplies.refuse(call, status, new RefusalException(ErrorCode.INVALID_MESSAGE, text));
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxWebSocketFrameSize(config.maxMessage())
        .setMaxWebSocketMessageSize(config.maxMessage())
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setTcpNoDelay(true)
        .setAcceptBacklog(1_024)
        .setWebSocketClosingTimeout(CLOSING_SECONDS)
        .setIdleTimeout(0);
  }

  private void decide(ServerWebSocketHandshake handshake, String socketPath) {
    if (draining.get()) {
      handshake.reject(503);
    } else if (handshake.path().equals(socketPath)) {
      handshake.accept();
    } else {
      handshake.reject(404);
    }
  }

  private void open(ServerWebSocket socket) {
    Gateway mine = gateway;
    if (mine == null) {
      return;
    }
    Session session = new Session(socket, mine, config, metrics, new Loop(context));
    mine.opened(session);
    session.open();
  }

  @Override
  public Future<?> stop() {
    return Future.join(servers.stream().map(HttpServer::close).toList()).otherwiseEmpty();
  }
}
