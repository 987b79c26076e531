/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.auth.KeyRing;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.mesh.NodeInfo.State;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's HTTP port with health and metrics, and the role {@code gateway} where the node has it.
 * One instance per node; it starts a listener on each event loop.
 */
public final class GatewayVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
  private static final long TICK_MILLIS = 100;

  /** Between two looks whether the files of the servers' TLS have changed. */
  private static final long CERTIFICATE_MILLIS = 1_000;

  private final Mesh mesh;
  private final GatewayConfig config;
  private final PrometheusMeterRegistry registry;
  private final boolean isGateway;
  private final GatewayMetrics metrics;
  private final Promise<HttpListener.Ports> ports = Promise.promise();
  private @Nullable Gateway gateway;
  private @Nullable McpHost mcp;
  private volatile boolean draining;
  private volatile boolean serving;
  private boolean lacksRouter;
  private final AwakeClock awake = new AwakeClock(System::nanoTime);
  private final Heartbeat heartbeat;
  private final SettingsLink settings;
  private final DocumentRoutes documents = new DocumentRoutes();
  private final DocumentPlaces places;

  /**
   * A node's HTTP, to be deployed once.
   *
   * @param isGateway whether clients are served, or only health and metrics
   */
  public GatewayVerticle(
      Mesh mesh, GatewayConfig config, PrometheusMeterRegistry registry, boolean isGateway) {
    this.mesh = mesh;
    this.config = config;
    this.registry = registry;
    this.isGateway = isGateway;
    this.metrics = new GatewayMetrics(registry);
    this.heartbeat = new Heartbeat(config.heartbeatInterval(), awake);
    this.settings = new SettingsLink(mesh);
    this.places = new DocumentPlaces(config.access().trustedProxies());
  }

  @Override
  public Future<?> start() {
    Authenticator authenticator = Authenticator.create(vertx, config.auth(), registry);
    Access access = new Access(authenticator, metrics);
    DeploymentOptions everyLoop = new DeploymentOptions().setInstances(config.eventLoops());
    return KeyRing.open(vertx, config.auth(), authenticator)
        .compose(keys -> startGateway(authenticator).map(keys))
        .compose(keys -> door().map(door -> listeners(door, access, keys)))
        .compose(listeners -> vertx.deployVerticle(listeners, everyLoop))
        .compose(ignored -> ports.future())
        .onSuccess(at -> mesh.reachedAt(config.host(), at.http(), at.agents()));
  }

  private Future<HttpListener.Door> door() {
    if (config.access().tls().isEmpty()) {
      return Future.succeededFuture(HttpListener.Door.of(config, metrics, null));
    }
    return ServerCertificate.load(vertx, config.access().tls().get(), metrics)
        .map(certificate -> {
          vertx.setPeriodic(CERTIFICATE_MILLIS, timer -> certificate.look());
          return HttpListener.Door.of(config, metrics, certificate);
        });
  }

  private Future<?> startGateway(Authenticator authenticator) {
    if (!mesh.view().me().holdsAgents()) {
      return Future.succeededFuture();
    }
    Loop loop = new Loop(context);
    Gateway mine = new Gateway(mesh, metrics, loop, awake, authenticator, settings);
    gateway = mine;
    if (isGateway) {
      mcp = new McpHost(mesh, mine, config, metrics, loop);
    }
    vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    return mine.start();
  }

  private Supplier<HttpListener> listeners(HttpListener.Door door, Access access, KeyRing keys) {
    return () ->
        new HttpListener(
            config,
            door,
            routes -> mount(routes, access, keys),
            isGateway ? gateway : null,
            metrics,
            () -> draining,
            ports::tryComplete);
  }

  /** Mounts all that this node serves over HTTP. */
  void mount(Router routes, Access access, KeyRing keys) {
    documents.mount(routes);
    new OperationsRoutes(mesh, registry, access).mount(routes);
    new AdminRoutes(keys, access).mount(routes);
    if (isGateway && gateway != null) {
      new AgentRoutes(mesh, access).mount(routes);
      new AgentControlRoutes(gateway.operations(), config.web().maxMessage(), access).mount(routes);
      new SwarmRoutes(mesh, config.web().maxMessage(), access).mount(routes);
      new TaskRoutes(gateway.operations(), config.web().maxMessage(), access).mount(routes);
      new OutcomeRoutes(mesh, gateway, config.web().maxMessage(), access).mount(routes);
      new SettingsRoutes(settings, config.web().maxMessage(), access).mount(routes);
      new GraphRoutes(mesh, access, places).mount(routes);
      new PathRoutes(new Roles(mesh), access, places).mount(routes);
      if (mcp != null) {
        new McpRoutes(mcp, config, metrics, access).mount(routes);
      }
      ConsoleRoutes.mount(routes);
    }
  }

  private void tick() {
    Gateway mine = gateway;
    if (mine == null) {
      return;
    }
    mine.tick();
    if (mcp != null) {
      mcp.tick();
    }
    if (!serving && ports.future().isComplete() && mesh.isMet() && mine.isMet()) {
      serving = true;
      if (isGateway) {
        mesh.roleIs("gateway", State.SERVING);
      }
    }
    warnOfNoRouter();
    heartbeat.tick(mine.sessions());
  }

  private void warnOfNoRouter() {
    boolean lacks = serving && OperationsRoutes.lacksRouter(mesh.view());
    if (lacks && !lacksRouter) {
      LOG.warn("no node of the mesh runs a router: agents cannot register until one does");
    }
    lacksRouter = lacks;
  }

  @Override
  public Future<?> stop() {
    if (gateway != null) {
      gateway.stop();
    }
    return Future.succeededFuture();
  }

  /** Whether agents that this node hosts can be registered: every router knows of this node. */
  public boolean holdsAgents() {
    return serving;
  }

  /** Where this node listens. */
  public Future<Integer> httpPort() {
    return ports.future().map(HttpListener.Ports::http);
  }

  /** Where agents connect; 0 where the node is no gateway. */
  public Future<Integer> agentPort() {
    return ports.future().map(HttpListener.Ports::agents);
  }

  /**
   * Stops taking sockets, takes the registrations back, tells the clients to go elsewhere (1001),
   * answers what waits by MCP, and waits until all have left, as long as the caller does.
   */
  public Future<?> drain() {
    Gateway mine = gateway;
    draining = true;
    if (mine == null) {
      return Future.succeededFuture();
    }
    if (isGateway) {
      mesh.roleIs("gateway", State.DRAINING);
    }
    return mine.withdrawAll()
        .onComplete(ignored -> {
          mine.sessions().forEach(session -> session.close(CloseCode.GOING_AWAY));
          closeMcp();
        })
        .compose(ignored -> emptied(mine));
  }

  private void closeMcp() {
    McpHost host = mcp;
    if (host != null) {
      host.loop().run(host::close);
    }
  }

  private Future<?> emptied(Gateway mine) {
    Promise<Void> promise = Promise.promise();
    long deadline = System.nanoTime() + 2_000_000_000L;
    vertx.setPeriodic(
        20,
        timer -> {
          boolean isEmpty = mine.sessions().isEmpty() && (mcp == null || mcp.isIdle());
          if (isEmpty || System.nanoTime() - deadline > 0) {
            vertx.cancelTimer(timer);
            promise.tryComplete();
          }
        });
    return promise.future();
  }
}
