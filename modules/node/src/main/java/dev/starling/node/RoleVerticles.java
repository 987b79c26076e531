/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.agents.AgentsVerticle;
import dev.starling.agents.swarm.SwarmVerticle;
import dev.starling.embedding.EmbeddingVerticle;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.GatewayVerticle;
import dev.starling.physics.PhysicsVerticle;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.router.RouterConfig;
import dev.starling.router.RouterVerticle;
import dev.starling.settings.SettingsConfig;
import dev.starling.settings.SettingsVerticle;
import dev.starling.tasks.TasksVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The verticles of a node's roles: the only place that knows which verticle a role is. */
final class RoleVerticles {
  private final Mesh mesh;
  private final GatewayVerticle gateway;
  private final Optional<RouterVerticle> router;
  private final Optional<PhysicsVerticle> physics;
  private final Optional<SettingsVerticle> settings;
  private final Optional<EmbeddingVerticle> embedder;
  private final Optional<AgentsVerticle> agents;
  private final List<SwarmVerticle> swarms;
  private final Optional<TasksVerticle> tasks;
  private final NodeConfig config;

  RoleVerticles(Mesh mesh, NodeConfig config, PrometheusMeterRegistry registry) {
    this.mesh = mesh;
    this.config = config;
    boolean isGateway = config.roles().contains(Role.GATEWAY);
    this.gateway = new GatewayVerticle(mesh, config.gateway(), registry, isGateway);
    this.router = where(Role.ROUTER, () -> new RouterVerticle(mesh, config.router(), registry));
    this.physics = where(Role.PHYSICS, () -> new PhysicsVerticle(mesh, config.physics(), registry));
    this.settings = where(Role.SETTINGS, () -> new SettingsVerticle(mesh, settings(), registry));
    this.embedder =
        where(Role.EMBEDDER, () -> new EmbeddingVerticle(mesh, config.embedder(), registry));
    this.agents =
        where(
            Role.AGENTS,
            () -> new AgentsVerticle(mesh, config.agents(), registry, gateway::holdsAgents));
    this.swarms =
        config.roles().contains(Role.AGENTS)
            ? config.swarms().stream()
                .map(swarm -> new SwarmVerticle(mesh, swarm, registry))
                .toList()
            : List.of();
    this.tasks = where(Role.TASKS, () -> new TasksVerticle(mesh, config.tasks(), registry));
  }

  private <T> Optional<T> where(Role role, Supplier<T> verticle) {
    return config.roles().contains(role) ? Optional.of(verticle.get()) : Optional.empty();
  }

  private SettingsConfig settings() {
    RouterConfig router = config.router();
    return new SettingsConfig(
        config.data(), router.similarityThreshold(), router.maxHops(), router.maxBacklog());
  }

  /** The node's ports, and who serves them. */
  GatewayVerticle gateway() {
    return gateway;
  }

  /**
   * In the order in which they are deployed: settings first, so that what was kept on disk is in
   * force when the first outcome is routed; agents last, since the gateway registers them.
   */
  List<Deployable> inOrder() {
    List<Deployable> all = new ArrayList<>();
    settings.ifPresent(all::add);
    router.ifPresent(all::add);
    physics.ifPresent(all::add);
    embedder.ifPresent(all::add);
    all.add(gateway);
    tasks.ifPresent(all::add);
    agents.ifPresent(all::add);
    all.addAll(swarms);
    return all;
  }

  /** Hands over what others can go on with, and says goodbye to who is connected. */
  Future<Void> drain() {
    mesh.roleIs(Role.ROUTER.word(), State.DRAINING);
    Future<Void> handedOver = of(router.map(RouterVerticle::drain));
    Future<Void> settled = of(settings.map(SettingsVerticle::drain));
    Future<Void> led = of(physics.map(PhysicsVerticle::drain));
    Future<Void> embedded = of(embedder.map(EmbeddingVerticle::drain));
    Future<?> swarmsLeft = Future.join(swarms.stream().map(SwarmVerticle::drain).toList());
    return of(agents.map(AgentsVerticle::drain))
        .compose(ignored -> swarmsLeft.<Void>mapEmpty().otherwiseEmpty())
        .compose(ignored -> gateway.drain().otherwiseEmpty())
        .compose(ignored -> of(tasks.map(TasksVerticle::drain)))
        .compose(ignored -> handedOver)
        .compose(ignored -> settled)
        .compose(ignored -> led)
        .compose(ignored -> embedded);
  }

  private static Future<Void> of(Optional<Future<Void>> drained) {
    return drained.orElseGet(Future::succeededFuture).otherwiseEmpty();
  }
}
