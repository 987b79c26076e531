/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Task;
import dev.starling.fabric.Address;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Incoming;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Dismissed;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host of agents on a node's real bus, whose gateway and whose keeper of tasks the test plays:
 * they take note of what they hear, and answer as they are told.
 */
public final class PlayedNode implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  public final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  public final Mesh mesh = LocalMesh.alone(metrics, "agents", "tasks", "gateway");
  public final List<GatewayMessage> toGateway = new CopyOnWriteArrayList<>();
  public final List<Report> reports = new CopyOnWriteArrayList<>();
  public volatile Function<Report, Future<Reported>> keeper =
      report -> Future.succeededFuture(new Reported(true));
  public volatile Function<Enrol, Future<Enrolled>> enrolment =
      enrol -> Future.succeededFuture(new Enrolled(enrol.agentId(), 0.75));

  private final Address<AgentsMessage> host;

  /** Hosts agents of one kind, {@code test}. */
  PlayedNode(int inbox, Supplier<Agent> maker) {
    this(inbox, Duration.ofSeconds(30), new AgentKind("test", "test", maker));
  }

  /** Hosts agents of one kind, which may take so long to start. */
  PlayedNode(int inbox, Duration startPatience, AgentKind kind) {
    this(
        played ->
            new AgentsVerticle(
                played.mesh,
                new AgentsConfig(
                    Optional.empty(), 3, inbox, List.of(), List.of(), Optional.empty()),
                played.metrics,
                () -> true,
                List.of(kind),
                startPatience),
        Addresses::agents);
    eventually("it serves", PATIENCE, () -> mesh.view().me().serves("agents"));
  }

  /**
   * Has a host of agents.
   *
   * @param host makes it
   * @param address where it is asked, by the node's id
   */
  public PlayedNode(
      Function<PlayedNode, Deployable> host, Function<String, Address<AgentsMessage>> address) {
    this.host = address.apply(mesh.nodeId());
    onLoop(() -> mesh.bus().serve(Addresses.gateway(mesh.nodeId()), this::gateway));
    onLoop(() -> mesh.bus().serve(Addresses.tasks(mesh.nodeId()), this::keep));
    mesh.roleIs("tasks", State.SERVING);
    LocalMesh.await(mesh.vertx().deployVerticle(host.apply(this)));
  }

  private <T> T onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    mesh.vertx().runOnContext(turn -> work.get().onComplete(done));
    return LocalMesh.await(done.future());
  }

  private @Nullable Future<? extends MeshMessage> gateway(GatewayMessage message) {
    toGateway.add(message);
    return switch (message) {
      case Enrol enrol -> enrolment.apply(enrol);
      case Dismiss _ -> Future.succeededFuture(new Dismissed());
      case Emit _ ->
          Future.succeededFuture(new Routed(Status.ROUTED, "o-1", List.of("other"), false));
      default -> null;
    };
  }

  private Future<? extends MeshMessage> keep(TaskMessage message) {
    if (message instanceof Report report) {
      reports.add(report);
      return keeper.apply(report);
    }
    return Future.failedFuture(RefusalException.unavailable("tasks", "plays no more"));
  }

  public <R extends MeshMessage, Q extends AgentsMessage & Asks<R>> R ask(Q message) {
    return ask(message, PATIENCE);
  }

  /** The same of somebody who waits so long. */
  public <R extends MeshMessage, Q extends AgentsMessage & Asks<R>> R ask(
      Q message, Duration patience) {
    return onLoop(() -> mesh.bus().request(host, message, patience));
  }

  /** What comes of a question that is to be refused. */
  public <R extends MeshMessage, Q extends AgentsMessage & Asks<R>>
      Future<RefusalException> refusal(Q message) {
    Promise<RefusalException> refused = Promise.promise();
    mesh.vertx()
        .runOnContext(turn ->
            mesh.bus()
                .request(host, message, PATIENCE)
                .onComplete(
                    answer -> refused.fail("not refused: " + answer),
                    failure -> refused.complete((RefusalException) failure)));
    return refused.future();
  }

  /** Spawns an agent and waits until it is reached. */
  String spawn() {
    String agentId = ask(new Spawn("test", null, null, "")).agentId();
    awaitLife(agentId, AgentLife.IDLE);
    return agentId;
  }

  public String control(String agentId, ControlAction action) {
    return ask(new Control(agentId, action, "")).status();
  }

  /** Has an agent paused, and does not wait for that. */
  void pauseLater(String agentId) {
    onLoop(() -> {
      Future<?> _ =
          mesh.bus().request(host, new Control(agentId, ControlAction.PAUSE, ""), PATIENCE);
      return Future.succeededFuture(true);
    });
  }

  public void deliver(String agentId, String text) {
    JsonObject packet =
        JsonObject.of(
            "outcome_id", "o", "source_agent", "s", "payload", JsonObject.of("text", text));
    onLoop(() -> {
      mesh.bus().send(host, new Incoming(agentId, RawJson.of(packet.encode()), 0.9, 0));
      return Future.succeededFuture(true);
    });
  }

  public boolean perform(String agentId, String taskId) {
    return perform(agentId, taskId, "{\"n\":1}");
  }

  /** Gives an agent a task; whether it took it. */
  public boolean perform(String agentId, String taskId, String input) {
    TaskBrief brief =
        new TaskBrief(
            taskId, 1, "do it", RawJson.of(input), TaskPriority.NORMAL, Long.MAX_VALUE / 2);
    return ask(new Perform(agentId, brief)).isTaken();
  }

  /** Takes the first attempt of a task back from an agent. */
  public void desist(String agentId, String taskId) {
    onLoop(() -> {
      mesh.bus().send(host, new Desist(agentId, taskId, 1, "nobody wants it"));
      return Future.succeededFuture(true);
    });
  }

  /** The system events that were told so far, whole. */
  public List<JsonObject> events() {
    return published("system_event");
  }

  /** Of what was published, the messages of a type. */
  public List<JsonObject> published(String type) {
    return toGateway.stream()
        .filter(Publish.class::isInstance)
        .map(Publish.class::cast)
        .map(one -> new JsonObject(one.message().toString()))
        .filter(one -> type.equals(one.getString("type")))
        .toList();
  }

  /** How an agent was told to be so far, in order and each once where it was told again. */
  public List<AgentLife> lives(String agentId) {
    List<AgentLife> lives = new ArrayList<>();
    for (GatewayMessage message : toGateway) {
      if (message instanceof AgentIs is
          && is.agentId().equals(agentId)
          && (lives.isEmpty() || lives.getLast() != is.life())) {
        lives.add(is.life());
      }
    }
    return lives;
  }

  public void awaitLife(String agentId, AgentLife life) {
    eventually(
        agentId + " is " + life,
        PATIENCE,
        () -> !lives(agentId).isEmpty() && lives(agentId).getLast() == life);
  }

  /** The last status of an agent as it goes on the wire. */
  public JsonObject status(String agentId) {
    return toGateway.stream()
        .filter(AgentIs.class::isInstance)
        .map(AgentIs.class::cast)
        .filter(is -> is.agentId().equals(agentId))
        .reduce((before, after) -> after)
        .map(is -> new JsonObject(is.message().toString()))
        .orElseThrow();
  }

  /** What was registered of an agent last. */
  public Enrol enrolled(String agentId) {
    return toGateway.stream()
        .filter(Enrol.class::isInstance)
        .map(Enrol.class::cast)
        .filter(enrol -> enrol.agentId().equals(agentId))
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  public double count(String name) {
    return metrics.find(name).counters().stream().mapToDouble(one -> one.count()).sum();
  }

  @Override
  public void close() {
    LocalMesh.await(mesh.leave());
  }

  /** An agent that does what the test says. */
  static class Scripted extends Agent {
    private final AgentProfile profile;

    Scripted(AgentProfile profile) {
      this.profile = profile;
    }

    @Override
    protected AgentProfile profile() {
      return profile;
    }

    @Override
    protected void onOutcome(Outcome outcome) throws Exception {
      if (outcome.text().equals("fail")) {
        throw new IllegalStateException("told to");
      }
    }

    @Override
    protected Future<JsonObject> onTask(Task task) throws Exception {
      return Future.succeededFuture(JsonObject.of("did", task.id()));
    }
  }
}
