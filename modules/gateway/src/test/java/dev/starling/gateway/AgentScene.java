/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole gateway, whose router, host of agents and keeper of tasks the test plays. */
final class AgentScene implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx clients = Vertx.vertx();
  private final TestGateway gateway = new TestGateway("gateway", "router", "agents", "tasks");
  private final String node = gateway.mesh().nodeId();
  private final ScriptedRouter router = ScriptedRouter.serve(gateway.mesh(), node);
  private final ScriptedRole<AgentsMessage> host =
      ScriptedRole.serve(gateway.mesh(), "agents", Addresses.agents(node), AgentScene::does);
  private final ScriptedRole<TaskMessage> keeper =
      ScriptedRole.serve(
          gateway.mesh(),
          "tasks",
          Addresses.tasks(node),
          asked -> Future.succeededFuture(new Reported(true)));
  private final int port;

  AgentScene() {
    GatewayConfig config = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    port = LocalMesh.await(gateway.start(config).httpPort());
  }

  /** A host that does what it is told. */
  static @Nullable Future<? extends MeshMessage> does(AgentsMessage asked) {
    return switch (asked) {
      case Control control ->
          Future.succeededFuture(new Controlled(control.agentId(), control.action().word()));
      case Perform _ -> Future.succeededFuture(new Assigned(true));
      default -> null;
    };
  }

  TestGateway gateway() {
    return gateway;
  }

  ScriptedRouter router() {
    return router;
  }

  ScriptedRole<AgentsMessage> host() {
    return host;
  }

  ScriptedRole<TaskMessage> keeper() {
    return keeper;
  }

  /** The HTTP port. */
  int port() {
    return port;
  }

  QisClient connect(String path) {
    return QisClient.connect(clients, port, path).settle();
  }

  /** An agent on a socket, of the kind {@code baker}, that takes so many tasks at a time. */
  QisClient worker(String agentId, int tasks) {
    QisClient worker = connect("/ws/qis");
    JsonObject meta = JsonObject.of("kind", "baker", "capabilities", JsonArray.of("bread"));
    worker.send(
        JsonObject.of(
            "type",
            "register",
            "agent_id",
            agentId,
            "fingerprint",
            QisClient.array(1, 0),
            "meta",
            meta,
            "tasks",
            tasks));
    worker.next("registered");
    return worker;
  }

  /** An agent of this node's host, called Ada, of the kind {@code tester}. */
  static Enrol enrol(String agentId, boolean isHeldBack) {
    return enrol(agentId, isHeldBack, "");
  }

  /** The same, of a swarm. */
  static Enrol enrol(String agentId, boolean isHeldBack, String swarm) {
    return new Enrol(
        agentId,
        "alice",
        Fingerprint.of(1, 0),
        null,
        false,
        RawJson.of("{\"name\":\"Ada\",\"kind\":\"tester\",\"capabilities\":[\"tests\"]}"),
        3,
        isHeldBack,
        swarm);
  }

  <R extends MeshMessage, Q extends GatewayMessage & Asks<R>> Future<R> asked(Q message) {
    return gateway.mesh().bus().request(Addresses.gateway(node), message, PATIENCE);
  }

  /** What the gateway answers over the bus. */
  <R extends MeshMessage, Q extends GatewayMessage & Asks<R>> R ask(Q message) {
    return LocalMesh.await(asked(message));
  }

  /** Why the gateway refuses. */
  <R extends MeshMessage, Q extends GatewayMessage & Asks<R>> RefusalException refusal(Q message) {
    Future<RefusalException> refused =
        this.<R, Q>asked(message)
            .transform(done ->
                done.cause() instanceof RefusalException refusal
                    ? Future.succeededFuture(refusal)
                    : Future.failedFuture("not refused: " + done));
    return LocalMesh.await(refused);
  }

  void tell(GatewayMessage message) {
    gateway.mesh().bus().send(Addresses.gateway(node), message);
  }

  /** What the router knows of an agent by the last that it was told. */
  Registration registration(String agentId) {
    return router.holder(agentId).orElseThrow();
  }

  /** The agent as everybody is shown it. */
  AgentView view(String agentId) {
    return ask(new AgentsQuery("", 1, agentId, null, null)).agents().getFirst();
  }

  /** The ids of the agents that are so. */
  List<String> agents(AgentLife life) {
    return ask(new AgentsQuery("", 100, null, null, life)).agents().stream()
        .map(AgentView::agentId)
        .toList();
  }

  /** The next word that an agent is so. */
  static JsonObject status(QisClient watcher, String agentId, AgentLife life) {
    return watcher.next(
        message ->
            "agent_status".equals(message.getString("type"))
                && agentId.equals(message.getString("agentId"))
                && life.word().equals(message.getString("status")),
        agentId + " is " + life.word());
  }

  @Override
  public void close() {
    router.release();
    LocalMesh.await(clients.close());
    gateway.close();
  }
}
