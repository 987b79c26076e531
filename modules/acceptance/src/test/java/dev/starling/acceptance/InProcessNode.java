/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.EndpointLimits;
import dev.starling.gateway.GatewayConfig;
import dev.starling.gateway.GatewayVerticle;
import dev.starling.gateway.HttpAccess;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.router.RouterConfig;
import dev.starling.router.RouterVerticle;
import dev.starling.testkit.Eventually;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole node, router and gateway, in this JVM, alone and on free ports. */
final class InProcessNode implements AutoCloseable {
  /** Small, so that going beyond it is cheap. */
  static final int MAX_MESSAGE = 64 * 1024;

  static final int MALFORMED_PER_MINUTE = 20;

  private static final int MAX_AGENTS = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Mesh mesh;
  private final Vertx clients = Vertx.vertx();
  private final int httpPort;
  private final int agentPort;

  private InProcessNode(Mesh mesh, int httpPort, int agentPort) {
    this.mesh = mesh;
    this.httpPort = httpPort;
    this.agentPort = agentPort;
  }

  static InProcessNode start() {
    return start(MAX_AGENTS);
  }

  /** A node whose router holds at most {@code maxAgents} registrations. */
  static InProcessNode start(int maxAgents) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Mesh mesh = LocalMesh.alone(registry, "gateway", "router");
    GatewayVerticle gateway = new GatewayVerticle(mesh, gatewayConfig(), registry, true);
    LocalMesh.await(
        mesh.vertx().deployVerticle(new RouterVerticle(mesh, routerConfig(maxAgents), registry)));
    LocalMesh.await(mesh.vertx().deployVerticle(gateway));
    InProcessNode node =
        new InProcessNode(
            mesh, LocalMesh.await(gateway.httpPort()), LocalMesh.await(gateway.agentPort()));
    Eventually.eventually("every role serves", PATIENCE, node::serves);
    return node;
  }

  /** Limits that no test of something else comes near. */
  static GatewayConfig gatewayConfig() {
    return new GatewayConfig(
        "127.0.0.1",
        0,
        0,
        2,
        Duration.ofSeconds(30),
        Duration.ofSeconds(75),
        new HttpAccess(
            List.of(), List.of(), List.of(), Duration.ofSeconds(30), 1_000_000, Optional.empty()),
        limits(1_000),
        limits(10_000),
        AuthConfig.OPEN);
  }

  private static EndpointLimits limits(int connections) {
    return new EndpointLimits(
        connections,
        10_000_000,
        MAX_MESSAGE,
        256,
        4 << 20,
        4 << 20,
        MALFORMED_PER_MINUTE,
        10,
        Duration.ofSeconds(5));
  }

  private static RouterConfig routerConfig(int maxAgents) {
    return new RouterConfig(
        0.75,
        Map.of("strict", 0.9),
        maxAgents,
        10_000,
        Duration.ofMinutes(2),
        100_000,
        8,
        1_000,
        RouterConfig.Kernels.AUTO);
  }

  private boolean serves() {
    return mesh.view().me().roles().stream().allMatch(RoleState::isReady);
  }

  String nodeId() {
    return mesh.nodeId();
  }

  int httpPort() {
    return httpPort;
  }

  int agentPort() {
    return agentPort;
  }

  /** A client on the agents' port. */
  QisClient client() {
    return QisClient.connect(clients, agentPort, "/");
  }

  /** A peer made by hand on the agents' port. */
  RawWebSocket raw() {
    return RawWebSocket.connect(agentPort, "/");
  }

  /** The registration that the router says holds an agent id. */
  Optional<Registration> routerHolder(String agentId) {
    HolderQuery query = new HolderQuery(agentId);
    return Optional.ofNullable(
        LocalMesh.await(mesh.bus().request(Addresses.router(nodeId()), query, PATIENCE))
            .registration());
  }

  /**
   * Waits until an outcome is answered: a router that has just started holds outcomes back until it
   * is sure of every gateway, and that wait is no test's subject here.
   */
  void awaitRouting() {
    try (QisClient client = client()) {
      client.register("first", 1);
      client.emit("first", 1);
    }
    awaitNobody();
  }

  /** Waits until nothing is registered, so that counts begin at 0 again. */
  void awaitNobody() {
    Eventually.eventually(
        "everybody left", PATIENCE, () -> mesh.status().figures().getOrDefault("agents", -1L) == 0);
  }

  @Override
  public void close() {
    LocalMesh.await(clients.close());
    LocalMesh.await(mesh.leave());
  }
}
