/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.frames.FrameOptions;
import dev.starling.gateway.socket.ReassemblyBudget;
import dev.starling.gateway.socket.Socket;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawWebSocket;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A gateway's parts on a real mesh of one node, whose router the test plays. */
final class TestGateway implements AutoCloseable {
  /** Bytes of outcomes that wait for a session of {@link #open} at most. */
  static final int OUTCOME_QUEUE = 1 << 20;

  private static final AtomicLong OUTCOMES = new AtomicLong();

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Mesh mesh;
  private final Context loop;

  TestGateway() {
    this("gateway", "router");
  }

  /** On a node that says it runs these roles; the test plays all of them but the gateway's. */
  TestGateway(String... roles) {
    this.mesh = LocalMesh.alone(registry, roles);
    this.loop = mesh.vertx().getOrCreateContext();
  }

  Mesh mesh() {
    return mesh;
  }

  MeterRegistry metrics() {
    return registry;
  }

  /** Runs work on the gateway's loop and waits for what it gives. */
  <T> T onLoop(Supplier<T> work) {
    return awaitOnLoop(() -> Future.succeededFuture(work.get()));
  }

  void runOnLoop(Runnable work) {
    onLoop(() -> {
      work.run();
      return true;
    });
  }

  /** Runs work on the gateway's loop and waits for the future that it gives. */
  <T> T awaitOnLoop(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(ignored -> {
      try {
        work.get().onComplete(promise);
      } catch (RuntimeException | AssertionError e) {
        promise.fail(e);
      }
    });
    return LocalMesh.await(promise.future());
  }

  /** Calls {@code tick} every 100 ms on the gateway's loop, as the verticle does. */
  void everyTick(Runnable tick) {
    runOnLoop(() -> mesh.vertx().setPeriodic(100, timer -> tick.run()));
  }

  /** The whole gateway, on free ports; where agents connect. */
  int deploy(GatewayConfig config) {
    return LocalMesh.await(start(config).agentPort());
  }

  /** The whole gateway, on free ports. */
  GatewayVerticle start(GatewayConfig config) {
    GatewayVerticle verticle = new GatewayVerticle(mesh, config, registry, true);
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    mesh.roleIs("router", State.SERVING);
    return verticle;
  }

  /** The digest of an outcome that never came before. */
  static long nextOutcome() {
    return OUTCOMES.incrementAndGet();
  }

  static GatewayConfig config(int outcomeQueue, int controlQueue, Duration interval) {
    return new GatewayConfig(
        "127.0.0.1",
        0,
        0,
        1,
        interval,
        interval.multipliedBy(4),
        access(Optional.empty()),
        limits(10, outcomeQueue, controlQueue),
        limits(1_000, outcomeQueue, controlQueue),
        AuthConfig.OPEN);
  }

  /** Limits that no test of something else comes near, but for these. */
  static EndpointLimits limits(int connections, int outcomeQueue, int controlQueue) {
    return new EndpointLimits(
        connections,
        1_000_000,
        1 << 20,
        64,
        outcomeQueue,
        controlQueue,
        20,
        10,
        Duration.ofSeconds(5));
  }

  /** The same with as many sockets of one address. */
  static EndpointLimits limits(int connections) {
    return limits(connections, OUTCOME_QUEUE, 1 << 20);
  }

  /** The same but for whose requests are taken and how many sockets one address may have. */
  static GatewayConfig with(GatewayConfig usual, HttpAccess access, EndpointLimits limits) {
    return new GatewayConfig(
        usual.host(),
        usual.httpPort(),
        usual.agentPort(),
        usual.eventLoops(),
        usual.heartbeatInterval(),
        usual.heartbeatTimeout(),
        access,
        limits,
        limits,
        usual.auth());
  }

  /** The same on so many event loops. */
  static GatewayConfig onLoops(GatewayConfig usual, int loops) {
    return new GatewayConfig(
        usual.host(),
        usual.httpPort(),
        usual.agentPort(),
        loops,
        usual.heartbeatInterval(),
        usual.heartbeatTimeout(),
        usual.access(),
        usual.web(),
        usual.agent(),
        usual.auth());
  }

  /** Limits that no test of something else comes near. */
  static HttpAccess access(Optional<HttpAccess.Tls> tls) {
    return new HttpAccess(List.of(), List.of(), List.of(), Duration.ofSeconds(30), 1_000_000, tls);
  }

  /** The same configuration with other tokens. */
  static GatewayConfig config(GatewayConfig plain, AuthConfig auth) {
    return new GatewayConfig(
        plain.host(),
        plain.httpPort(),
        plain.agentPort(),
        plain.eventLoops(),
        plain.heartbeatInterval(),
        plain.heartbeatTimeout(),
        plain.access(),
        plain.web(),
        plain.agent(),
        auth);
  }

  /** What sessions share, without sockets: served on the bus and ticking. */
  Gateway serve() {
    return serve(new AwakeClock(System::nanoTime));
  }

  /** The same by a clock that the test turns. */
  Gateway serve(AwakeClock clock) {
    Gateway shared = gateway(new GatewayMetrics(registry), clock);
    awaitOnLoop(() -> shared.start().map(true));
    everyTick(shared::tick);
    mesh.roleIs("router", State.SERVING);
    return shared;
  }

  private Gateway gateway(GatewayMetrics counts, AwakeClock clock) {
    Authenticator open = Authenticator.create(mesh.vertx(), AuthConfig.OPEN, registry);
    return new Gateway(mesh, counts, new Loop(loop), clock, open, new SettingsLink(mesh));
  }

  /** A session, its socket with its loop and the peer at the other end. */
  record Opened(Session session, Socket socket, Loop loop, RawWebSocket peer) {
    /** Runs work on the session's loop and waits for its end. */
    void runOnLoop(Runnable work) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      loop.run(() -> {
        work.run();
        done.complete(null);
      });
      done.join();
    }
  }

  /** A session on a real socket, for what only needs to belong to one. */
  Session session() {
    Opened opened = open(new GatewayMetrics(registry), new AwakeClock(System::nanoTime));
    opened.peer().close();
    return opened.session();
  }

  /** A session that serves a real socket. */
  Opened open(GatewayMetrics counts, AwakeClock clock) {
    Gateway gateway = gateway(counts, clock);
    CompletableFuture<Session> session = new CompletableFuture<>();
    CompletableFuture<Socket> under = new CompletableFuture<>();
    CompletableFuture<Loop> own = new CompletableFuture<>();
    int port =
        LocalMesh.await(
            listen(
                TestSockets.opening(
                    mesh.vertx(),
                    Compression.NONE,
                    clock::nanos,
                    socket -> {
                      own.complete(new Loop(mesh.vertx().getOrCreateContext()));
                      Session served =
                          new Session(
                              socket,
                              new SessionOptions(
                                  Endpoint.QIS, Compression.NONE, FrameOptions.USUAL, null),
                              gateway,
                              limits(10),
                              counts,
                              new LoopSessions(own.join(), counts));
                      served.open();
                      under.complete(socket);
                      session.complete(served);
                    })));
    RawWebSocket peer = RawWebSocket.connect(port, "/");
    return new Opened(session.join(), under.join(), own.join(), peer);
  }

  /**
   * Sockets of an endpoint on one event loop, each served by a session.
   *
   * @param unfinished what messages that are not whole yet may take
   * @param opened hears of each socket before its session does
   */
  Served listen(Endpoint endpoint, ReassemblyBudget unfinished, Consumer<Socket> opened) {
    GatewayMetrics counts = new GatewayMetrics(registry);
    AwakeClock clock = new AwakeClock(System::nanoTime);
    Gateway gateway = gateway(counts, clock);
    SessionOptions options =
        new SessionOptions(endpoint, Compression.NONE, FrameOptions.USUAL, null);
    Context context = mesh.vertx().getOrCreateContext();
    LoopSessions sessions = new LoopSessions(new Loop(context), counts);
    Promise<Integer> port = Promise.promise();
    context.runOnContext(ignored ->
        listen(
                TestSockets.opening(
                    mesh.vertx(),
                    Compression.NONE,
                    unfinished,
                    clock::nanos,
                    socket -> {
                      opened.accept(socket);
                      new Session(socket, options, gateway, limits(10), counts, sessions).open();
                    }))
            .onComplete(port));
    return new Served(LocalMesh.await(port.future()), sessions);
  }

  /** Takes requests on a free port, on the event loop of the caller or on one of its own. */
  private Future<Integer> listen(Handler<HttpServerRequest> requests) {
    return mesh.vertx()
        .createHttpServer()
        .connectionHandler(FlushGathering::install)
        .requestHandler(requests)
        .listen(0, "127.0.0.1")
        .map(HttpServer::actualPort);
  }

  /** Where the sockets of one event loop connect, and their sessions. */
  record Served(int port, LoopSessions sessions) {}

  static Registration registration(long key, String agentId) {
    return new Registration(
        key,
        new Registration.Claim(key, "g"),
        agentId,
        "",
        Fingerprint.of(1, (float) key),
        0.75,
        false);
  }

  static Held held(Session session, long key, String agentId) {
    Registration registration = registration(key, agentId);
    Register asked =
        new Register(null, agentId, registration.fingerprint(), 0.75, null, null, false, 0);
    return new Held(registration, 0.75, session, asked, false, 0);
  }

  double count(String name, String... tags) {
    return registry.find(name).tags(tags).counters().stream().mapToDouble(one -> one.count()).sum();
  }

  @Override
  public void close() {
    LocalMesh.await(mesh.leave());
  }
}
