/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.Registration.Claim;
import dev.starling.protocol.mesh.RosterChange;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.Holder;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.SimilarAgents;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskWire;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real mesh of one node that keeps tasks, whose router and gateway the test plays: it says which
 * agents there are, answers for them, and hears what is told of tasks.
 */
final class PlayedMesh implements AutoCloseable {
  static final TasksConfig USUAL =
      new TasksConfig(1_000, 1 << 20, Duration.ofHours(1), Duration.ofMinutes(10), 3);

  /** A node that holds agents and answers nobody. */
  static final String ELSEWHERE = "elsewhere";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ROUTER_RUN = 1;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Mesh mesh = LocalMesh.alone(registry, "gateway", "router", "tasks");
  private final Map<String, RosterChange.Present> agents = new LinkedHashMap<>();
  private final List<RosterChange> changes = new ArrayList<>();
  private final List<Assign> assigned = new ArrayList<>();
  private final List<Recall> recalled = new ArrayList<>();
  private final List<Publish> told = new ArrayList<>();
  private List<String> similar = List.of();
  private int searches;
  private Function<Assign, Future<Assigned>> answers =
      assign -> Future.succeededFuture(new Assigned(true));

  PlayedMesh() {
    LocalMesh.await(mesh.bus().serve(Addresses.router(mesh.nodeId()), this::route));
    LocalMesh.await(mesh.bus().serve(Addresses.gateway(mesh.nodeId()), this::pass));
    mesh.roleIs("router", State.SERVING);
    mesh.roleIs("gateway", State.SERVING);
  }

  private @Nullable TasksVerticle keeper;

  /** The node keeps tasks from now on. */
  PlayedMesh keep(TasksConfig config) {
    TasksVerticle verticle = new TasksVerticle(mesh, config, registry);
    keeper = verticle;
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    eventually("it keeps tasks", PATIENCE, () -> mesh.view().me().serves(TasksVerticle.ROLE));
    return this;
  }

  /** The node keeps them no longer. */
  void handOver() {
    LocalMesh.await(Objects.requireNonNull(keeper).drain());
  }

  static PlayedMesh kept() {
    return new PlayedMesh().keep(USUAL);
  }

  Mesh mesh() {
    return mesh;
  }

  // --- what the router says ---

  /** An agent comes, or is another than before. */
  synchronized void agent(String agentId, String kind, int tasks, String... capabilities) {
    present(agentId, new AgentLabel("", kind, List.of(capabilities), tasks, false), mesh.nodeId());
  }

  synchronized void present(String agentId, AgentLabel label, String node) {
    RosterChange.Present present = new RosterChange.Present(agentId, label, node);
    agents.put(agentId, present);
    changes.add(present);
  }

  synchronized void leaves(String agentId) {
    agents.remove(agentId);
    changes.add(new RosterChange.Absent(agentId));
  }

  /** Who is most about anything, nearest first. */
  synchronized void similar(String... agentIds) {
    similar = List.of(agentIds);
  }

  /** How often the router was asked for who is similar. */
  synchronized int searches() {
    return searches;
  }

  private synchronized @Nullable Future<? extends MeshMessage> route(RouterMessage message) {
    return switch (message) {
      case RosterQuery(RosterMark mark) -> Future.succeededFuture(since(mark));
      case SimilarQuery _ -> {
        searches++;
        yield Future.succeededFuture(
            new SimilarAgents(similar.stream().map(id -> new AgentMatch(id, 0.9)).toList()));
      }
      case HolderQuery(String agentId) -> Future.succeededFuture(holder(agentId));
      default -> null;
    };
  }

  private Holder holder(String agentId) {
    RosterChange.Present agent = agents.get(agentId);
    return new Holder(
        agent == null
            ? null
            : new Registration(
                1, new Claim(1, agent.gateway()), agentId, "", null, 0.5, true, agent.label()));
  }

  private RosterPart since(RosterMark mark) {
    RosterMark now = new RosterMark(ROUTER_RUN, changes.size(), RosterMark.WHOLE);
    return mark.router() == ROUTER_RUN
        ? new RosterPart(now, false, true, changes.subList((int) mark.sequence(), changes.size()))
        : new RosterPart(now, true, true, List.copyOf(agents.values()));
  }

  // --- what the gateway says ---

  /** How agents answer from now on who are given tasks. */
  synchronized void answer(Function<Assign, Future<Assigned>> script) {
    answers = script;
  }

  private synchronized @Nullable Future<? extends MeshMessage> pass(GatewayMessage message) {
    switch (message) {
      case Assign assign -> {
        assigned.add(assign);
        return answers.apply(assign);
      }
      case Recall recall -> recalled.add(recall);
      case Publish publish -> told.add(publish);
      case PublishOnce(Event event, String key, RawJson json) ->
          told.add(new Publish(event, key, json));
      default -> {}
    }
    return null;
  }

  /** What agents were given so far, in order. */
  synchronized List<Assign> assigned() {
    return List.copyOf(assigned);
  }

  /** The first that was given and fits, waited for. */
  Assign assigned(Predicate<Assign> fits) {
    eventually("it is given", PATIENCE, () -> assigned().stream().anyMatch(fits));
    return assigned().stream().filter(fits).findFirst().orElseThrow();
  }

  /** Which agent has a task in an attempt, waited for. */
  String agentOf(Task task, int attempt) {
    return assigned(
            one -> one.task().taskId().equals(task.taskId()) && one.task().attempt() == attempt)
        .agentId();
  }

  synchronized List<Recall> recalled() {
    return List.copyOf(recalled);
  }

  /** What was told of a task so far. */
  synchronized List<JsonObject> told(Task task) {
    return told.stream()
        .filter(publish -> publish.event() == Event.TASK_PROGRESS)
        .map(publish -> new JsonObject(publish.message().toString()))
        .filter(one -> task.taskId().equals(one.getString("taskId")))
        .toList();
  }

  // --- what clients and agents say ---

  static TaskRequest of(
      @Nullable String target, @Nullable String kind, @Nullable String capability) {
    return new TaskRequest("do it", target, kind, capability, null, TaskPriority.NORMAL, null, 0);
  }

  static TaskRequest urgent(String kind, TaskPriority priority) {
    return new TaskRequest("do it", null, kind, null, null, priority, null, 0);
  }

  static TaskRequest within(String kind, long timeoutMillis) {
    return new TaskRequest(
        "do it", null, kind, null, null, TaskPriority.NORMAL, null, timeoutMillis);
  }

  static TaskRequest about(float... meaning) {
    return new TaskRequest(
        "do it", null, null, null, Fingerprint.of(meaning), TaskPriority.NORMAL, null, 0);
  }

  private int submitted;

  Task submit(TaskRequest request) {
    return submit("task-" + submitted++, request);
  }

  Task submit(String taskId, TaskRequest request) {
    return ask(new Submit(taskId, request, "alice")).task();
  }

  <R extends TaskMessage, Q extends TaskMessage & Asks<R>> R ask(Q question) {
    return LocalMesh.await(mesh.bus().request(Addresses.tasks(mesh.nodeId()), question, PATIENCE));
  }

  /** Why a question is refused. */
  <R extends TaskMessage, Q extends TaskMessage & Asks<R>> Throwable refused(Q question) {
    return LocalMesh.await(
            mesh.bus()
                .request(Addresses.tasks(mesh.nodeId()), question, PATIENCE)
                .transform(done -> Future.succeededFuture(Optional.ofNullable(done.cause()))))
        .orElseThrow(() -> new AssertionError("it was answered"));
  }

  Task now(Task task) {
    return ask(new TaskQuery(task.taskId(), 0)).task();
  }

  /** The task once it is so. */
  Task once(Task task, TaskStatus status) {
    eventually("it is " + status, PATIENCE, () -> now(task).status() == status);
    return now(task);
  }

  /** An agent says something of a task; whether that counts. */
  boolean says(String agentId, Task task, int attempt, TaskStep step) {
    return ask(new Report(task.taskId(), attempt, agentId, step)).isCurrent();
  }

  boolean completes(String agentId, Task task, int attempt) {
    return says(agentId, task, attempt, new TaskStep.Completed(RawJson.of("{\"n\":1}")));
  }

  /** Puts a task into the table, as another node that keeps tasks does. */
  void writeElsewhere(Task task) {
    var entry = mesh.tasks().entry(task.taskId());
    LocalMesh.await(entry.read().compose(before -> entry.replace(before, TaskWire.encode(task))));
  }

  /** What the mesh would still know if this node were lost. */
  Optional<Task> kept(String taskId) {
    return LocalMesh.await(mesh.tasks().entry(taskId).read()).flatMap(TaskWire::decode);
  }

  double count(String name) {
    return registry.get(name).counter().count();
  }

  @Override
  public void close() {
    LocalMesh.await(mesh.leave());
  }
}
