/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.socket.ReassemblyBudget;
import dev.starling.gateway.socket.Socket;
import dev.starling.gateway.socket.SocketSettings;
import dev.starling.gateway.socket.Turns;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's listeners: HTTP with everything on it, and, where the node is a gateway, the
 * agents' port. Instances share the ports.
 */
final class HttpListener extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  /** What the router answers by itself where no route fits. */
  private static final List<Integer> NO_MATCH = List.of(400, 404, 405, 406);

  private static final long SWEEP_MILLIS = 1_000;

  private static final int UPGRADE_REQUIRED = 426;

  /** A request line has room for a token in its query. */
  private static final int MAX_LINE = 8 * 1024;

  private static final int MAX_HEADERS = 16 * 1024;

  /** How long a peer may take to answer a close. */
  private static final Duration CLOSING = Duration.ofSeconds(2);

  /** Where a node listens, once it does. */
  record Ports(int http, int agents) {}

  private final GatewayConfig config;
  private final Consumer<Router> routes;
  private final @Nullable Gateway gateway;
  private final GatewayMetrics metrics;
  private final Supplier<Boolean> draining;
  private final Consumer<Ports> listening;
  private final Door door;
  private final List<HttpServer> servers = new ArrayList<>();
  private @Nullable LoopSessions sessions;
  private @Nullable SocketSettings socketSettings;

  /**
   * What stands before both ports, shared by all instances.
   *
   * @param guard what every request must pass
   * @param sockets where requests become sockets
   * @param requests how many requests an address may send
   * @param unfinished what messages of sockets that are not whole yet may take together
   * @param certificate of both ports; null where they are plain
   */
  record Door(
      RequestGuard guard,
      SocketDoor sockets,
      RequestLimit requests,
      ReassemblyBudget unfinished,
      @Nullable ServerCertificate certificate) {
    static Door of(
        GatewayConfig config, GatewayMetrics metrics, @Nullable ServerCertificate certificate) {
      int largest = Math.max(config.web().maxMessage(), config.agent().maxMessage());
      ReassemblyBudget unfinished = ReassemblyBudget.of(Runtime.getRuntime().maxMemory(), largest);
      metrics.gauge(
          "starling.gateway.unfinished.bytes",
          "Bytes of messages that have not come whole",
          unfinished::held);
      return new Door(
          new RequestGuard(config, metrics),
          new SocketDoor(config, metrics),
          new RequestLimit(config.access(), metrics),
          unfinished,
          certificate);
    }
  }

  /**
   * Prepares listeners.
   *
   * @param door what stands before both ports
   * @param routes mounts what is served over HTTP
   * @param gateway what sockets are served by; null on a node that is no gateway
   * @param draining whether new sockets are refused
   * @param listening hears of the ports
   */
  HttpListener(
      GatewayConfig config,
      Door door,
      Consumer<Router> routes,
      @Nullable Gateway gateway,
      GatewayMetrics metrics,
      Supplier<Boolean> draining,
      Consumer<Ports> listening) {
    this.config = config;
    this.door = door;
    this.routes = routes;
    this.gateway = gateway;
    this.metrics = metrics;
    this.draining = draining;
    this.listening = listening;
  }

  @Override
  public Future<?> start() {
    Future<Integer> http = listen(config.httpPort(), false);
    if (gateway == null) {
      return http.onSuccess(port -> listening.accept(new Ports(port, 0)));
    }
    Loop loop = new Loop(context);
    LoopSessions mine = new LoopSessions(loop, metrics);
    sessions = mine;
    socketSettings =
        new SocketSettings(
            CLOSING, loop::dispatch, new Turns(), door.unfinished(), gateway.awake()::nanos);
    gateway.events().add(mine);
    Duration silence = config.heartbeatTimeout();
    vertx.setPeriodic(
        SWEEP_MILLIS, timer -> mine.sweep(System.currentTimeMillis(), System.nanoTime(), silence));
    return http.compose(port ->
        listen(config.agentPort(), true)
            .onSuccess(agents -> listening.accept(new Ports(port, agents))));
  }

  /** Listens on a port, or on a free one that all instances share. */
  private Future<Integer> listen(int port, boolean isAgentPort) {
    Router router = Router.router(vertx);
    router.route().handler(door.requests()::handle);
    router.route().handler(new RestRefusals(router, metrics)::watch);
    if (isAgentPort) {
      router.route("/*").handler(call -> fail(call, UPGRADE_REQUIRED));
    } else {
      needUpgrade(router);
      routes.accept(router);
    }
    router.route().failureHandler(HttpListener::fail);
    NO_MATCH.forEach(status -> router.errorHandler(status, call -> fail(call, status)));
    router.errorHandler(405, call -> notAllowed(call, router));
    HttpServer server = vertx.createHttpServer(options());
    server.connectionHandler(this::connected);
    server.invalidRequestHandler(InvalidRequest::answer);
    servers.add(server);
    return server
        .requestHandler(request -> take(request, router, isAgentPort))
        .listen(port == 0 ? sharedPort(isAgentPort) : port, config.host())
        .onSuccess(this::keepCertificate)
        .map(HttpServer::actualPort)
        .recover(failure -> Future.failedFuture(new ListenException(port, failure)));
  }

  /** A free port that all instances share, as Vert.x tells them apart. */
  private static int sharedPort(boolean isAgentPort) {
    return isAgentPort ? -2 : -1;
  }

  private void needUpgrade(Router router) {
    if (gateway != null) {
      for (Endpoint endpoint : Endpoint.values()) {
        if (endpoint != Endpoint.AGENT_PORT) {
          router.route(endpoint.path()).handler(call -> fail(call, UPGRADE_REQUIRED));
        }
      }
    }
  }

  private void keepCertificate(HttpServer server) {
    if (door.certificate() != null) {
      door.certificate().keep(server);
    }
  }

  private void take(HttpServerRequest request, Router router, boolean isAgentPort) {
    if (!door.guard().admits(request)) {
      return;
    }
    if (gateway != null && request.canUpgradeToWebSocket()) {
      if (door.requests().admits(request)) {
        decide(request, isAgentPort);
      }
    } else {
      router.handle(request);
    }
  }

  private void connected(HttpConnection connection) {
    FlushGathering.install(connection);
    RequestDeadline.install(
        connection, config.access().requestTimeout(), () -> metrics.turnedAway("slow"));
    connection.exceptionHandler(
        failure -> LOG.debug("connection {}", connection.remoteAddress(), failure));
  }

  /** RFC 9110, 15.5.6: says which methods the resource has. */
  private static void notAllowed(RoutingContext call, Router router) {
    String methods =
        router.getRoutes().stream()
            .filter(route -> call.normalizedPath().equals(route.getPath()))
            .map(Route::methods)
            .filter(Objects::nonNull)
            .flatMap(Set::stream)
            .map(HttpMethod::name)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    call.response().putHeader("allow", methods.isEmpty() ? "GET, HEAD" : methods);
    fail(call, 405);
  }

  private static void fail(RoutingContext call) {
    Throwable failure = call.failure();
    if (failure == null) {
      fail(call, call.statusCode());
    } else {
      HttpReplies.refuse(call, failure);
    }
  }

  private static void fail(RoutingContext call, int status) {
    if (status == UPGRADE_REQUIRED) {
      // RFC 9110, 7.8: Upgrade is a header of the connection.
      call.response().putHeader("connection", "Upgrade").putHeader("upgrade", "websocket");
    }
    String text =
        switch (status) {
          case 400 -> "the request is no valid HTTP";
          case 404 -> "no such resource";
          case 405 -> "the resource has no such method";
          case 413 -> "the body is larger than limits.max-message";
          case UPGRADE_REQUIRED -> "this is a WebSocket endpoint: connect with ws:// or wss://";
          default -> "HTTP status " + status;
        };
    HttpReplies.refuse(call, status, new RefusalException(ErrorCode.INVALID_MESSAGE, text));
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            // Sockets are ours from their handshake on.
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            // Answers leave on their request's loop, so a connection needs no queue for other
            // threads; each of these takes 4.7 KiB.
            .setStrictThreadMode(true)
            .setTcpNoDelay(true)
            .setAcceptBacklog(1_024)
            // Ends connections on which nothing moves; sockets have their own ways.
            .setIdleTimeout((int) config.heartbeatTimeout().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    if (door.certificate() != null) {
      door.certificate().secure(options);
    }
    return options;
  }

  private void decide(HttpServerRequest request, boolean isAgentPort) {
    Optional<Endpoint> endpoint =
        Endpoint.of(Objects.requireNonNullElse(request.path(), ""), isAgentPort);
    if (draining.get()) {
      door.sockets().refuseWhileDraining(request);
    } else if (endpoint.isPresent()) {
      open(request, endpoint.get());
    } else {
      door.sockets().refusePath(request, isAgentPort);
    }
  }

  private void open(HttpServerRequest request, Endpoint endpoint) {
    SocketSettings settings =
        Objects.requireNonNull(socketSettings, "set where sockets are served");
    try {
      SessionOptions options = SessionOptions.of(endpoint, request.uri());
      door.sockets().open(request, options, settings, socket -> open(socket, options));
    } catch (RefusalException refusal) {
      door.sockets().refuseQuery(request, refusal);
    }
  }

  private void open(Socket socket, SessionOptions options) {
    Gateway mine = gateway;
    LoopSessions neighbours = sessions;
    if (mine == null || neighbours == null) {
      return;
    }
    EndpointLimits limits = config.limits(options.endpoint().group());
    Session session = new Session(socket, options, mine, limits, metrics, neighbours);
    mine.opened(session);
    session.open();
  }

  @Override
  public Future<?> stop() {
    return Future.join(servers.stream().map(HttpServer::close).toList()).otherwiseEmpty();
  }
}
