/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import com.hazelcast.core.HazelcastException;
import dev.starling.fabric.ClusterConfig;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.MeshStart;
import dev.starling.fabric.NodeIdentity;
import dev.starling.fabric.NodeRoles;
import dev.starling.gateway.ListenException;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node of the mesh in this process. */
final class StarlingNode implements RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(StarlingNode.class);
  private static final long LOOK_MILLIS = 10;
  private static final long REMIND_NANOS = 5_000_000_000L;

  private final NodeConfig config;
  private final Optional<DataFolder> folder;
  private final Mesh mesh;
  private final RoleVerticles verticles;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private int httpPort;
  private int agentPort;

  private StarlingNode(
      NodeConfig config, Optional<DataFolder> folder, Mesh mesh, RoleVerticles verticles) {
    this.config = config;
    this.folder = folder;
    this.mesh = mesh;
    this.verticles = verticles;
  }

  /** Starts a node and returns once every role of it serves. */
  static RunningNode start(NodeConfig config) throws StartException {
    Optional<DataFolder> folder = folder(config);
    try {
      return start(config, folder);
    } catch (StartException e) {
      folder.ifPresent(DataFolder::close);
      throw e;
    }
  }

  /** The folder of a node that keeps something. */
  private static Optional<DataFolder> folder(NodeConfig config) throws StartException {
    boolean keeps = config.roles().contains(Role.SETTINGS) || config.roles().contains(Role.PHYSICS);
    return config.data().isPresent() && keeps
        ? Optional.of(DataFolder.take(config.data().get()))
        : Optional.empty();
  }

  private static RunningNode start(NodeConfig config, Optional<DataFolder> folder)
      throws StartException {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    bindJvm(registry);
    Mesh mesh = join(config, registry);
    StarlingNode node =
        new StarlingNode(config, folder, mesh, new RoleVerticles(mesh, config, registry));
    try {
      node.deploy();
      node.awaitServing();
      return node;
    } catch (StartException e) {
      node.leaveQuietly();
      throw e;
    }
  }

  private static void bindJvm(PrometheusMeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(registry);
  }

  private static Mesh join(NodeConfig config, PrometheusMeterRegistry registry)
      throws StartException {
    NodeIdentity identity =
        new NodeIdentity(
            config.name(),
            Version.current().number(),
            config.roles().stream().map(Role::word).toList());
    VertxOptions options =
        new VertxOptions()
            .setEventLoopPoolSize(config.gateway().eventLoops())
            .setPreferNativeTransport(true);
    try {
      return await(new MeshStart(config.cluster(), identity, registry, options).start());
    } catch (ExecutionException e) {
      throw cannotJoin(config.cluster(), reason(e));
    }
  }

  private static StartException cannotJoin(ClusterConfig cluster, Throwable cause) {
    String text = Main.text(cause);
    int port = cluster.port().orElse(0);
    if (StartException.isTaken(cause)) {
      return cause instanceof HazelcastException
          ? StartException.cannotBind("cluster.port", cluster.host(), port, cause)
          : StartException.cannotBind("cluster.bus-port", cluster.host(), cluster.busPort(), cause);
    }
    return new StartException(
        "cannot join the mesh from " + cluster.host() + ":" + port + ": " + text, cause);
  }

  private void deploy() throws StartException {
    try {
      for (Deployable verticle : verticles.inOrder()) {
        await(mesh.vertx().deployVerticle(verticle));
      }
      httpPort = await(verticles.gateway().httpPort());
      agentPort = await(verticles.gateway().agentPort());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ListenException taken) {
        String key = taken.port() == config.gateway().httpPort() ? "http.port" : "http.agent-port";
        throw StartException.cannotBind(key, config.gateway().host(), taken.port(), taken.reason());
      }
      throw new StartException("cannot start: " + Main.text(reason(e)), reason(e));
    }
  }

  /** Waits as long as it takes: a node that cannot reach the mesh is alive and not ready. */
  private void awaitServing() throws StartException {
    Promise<Void> serving = Promise.promise();
    long[] reminded = {System.nanoTime()};
    mesh.vertx()
        .setPeriodic(
            LOOK_MILLIS,
            timer -> {
              if (serves()) {
                mesh.vertx().cancelTimer(timer);
                serving.tryComplete();
              } else if (System.nanoTime() - reminded[0] > REMIND_NANOS) {
                reminded[0] = System.nanoTime();
                LOG.info("not ready: {}", whatIsMissing());
              }
            });
    try {
      await(serving.future());
    } catch (ExecutionException e) {
      throw new StartException("cannot start: " + Main.text(reason(e)), reason(e));
    }
  }

  private boolean serves() {
    return mesh.isMet() && mesh.view().me().roles().stream().allMatch(RoleState::isReady);
  }

  private String whatIsMissing() {
    if (mesh.isMet()) {
      return "waiting for its own roles: " + NodeRoles.text(mesh.view().me().roles());
    }
    return mesh.everyMemberMet()
        ? "waiting for a member of cluster.join, which is " + config.cluster().join()
        : "it has joined the cluster, but not every member answers on the bus yet; where this goes"
            + " on, others cannot reach this node's cluster.public-host and cluster.bus-port";
  }

  /** Leaves even where the start was interrupted, which would end every wait at once. */
  private void leaveQuietly() {
    boolean interrupted = Thread.interrupted();
    try {
      await(mesh.leave());
    } catch (ExecutionException | StartException e) {
      LOG.debug("could not leave", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static <T> T await(Future<T> future) throws ExecutionException, StartException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting", e);
    }
  }

  private static Throwable reason(ExecutionException e) {
    return Objects.requireNonNullElse(e.getCause(), e);
  }

  @Override
  public int httpPort() {
    return httpPort;
  }

  @Override
  public Optional<Integer> agentPort() {
    return agentPort > 0 ? Optional.of(agentPort) : Optional.empty();
  }

  @Override
  public Optional<String> clusterAddress() {
    ClusterConfig cluster = config.cluster();
    return cluster.port().map(port -> cluster.publicHost().orElse(cluster.host()) + ":" + port);
  }

  @Override
  public CompletionStage<Void> drain() {
    return verticles
        .drain()
        .compose(ignored -> mesh.leave())
        .toCompletionStage()
        .whenComplete((done, failure) -> {
          folder.ifPresent(DataFolder::close);
          if (failure == null) {
            stopped.complete(null);
          } else {
            stopped.completeExceptionally(failure);
          }
        });
  }

  @Override
  public CompletionStage<Void> stopped() {
    return stopped;
  }
}
