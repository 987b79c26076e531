/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.Spawned;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Cancel;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** REST of agents and tasks on a whole gateway; the test plays the host and the keeper. */
class AgentAndTaskRoutesTest {
  private static final TaskRequest REQUEST =
      new TaskRequest(
          "Knead",
          null,
          "baker",
          null,
          null,
          TaskPriority.HIGH,
          RawJson.of("{\"flour\":\"rye\"}"),
          5_000);

  @SuppressWarnings("NullAway.Init")
  private static AgentScene scene;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    scene = new AgentScene();
    scene.ask(AgentScene.enrol("hosted", false));
    scene.worker("worker", 1);
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  @BeforeEach
  void play() {
    scene.host().play(AgentScene::does);
    scene.keeper().play(AgentAndTaskRoutesTest::keeps);
  }

  private static Task task(String id) {
    return Task.of(id, REQUEST, "", 1_000, 6_000);
  }

  private static Future<TaskIs> is(Task task) {
    return Future.succeededFuture(new TaskIs(task));
  }

  private static Future<? extends TaskMessage> keeps(TaskMessage asked) {
    return switch (asked) {
      case Submit submit -> is(task(submit.taskId()));
      case TaskQuery query ->
          is(
              task(query.taskId())
                  .assigned("worker", 2_000)
                  .completed(RawJson.of("{\"loaves\":2}"), 3_000));
      case Cancel cancel ->
          is(task(cancel.taskId()).ended(TaskStatus.CANCELLED, "it was taken back", 3_000));
      case TasksQuery query -> Future.succeededFuture(new TasksPage(List.of(task("t1")), true));
      default -> Future.failedFuture(new IllegalStateException("not in the script: " + asked));
    };
  }

  private record Reply(int status, JsonObject body) {}

  private Reply send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + scene.port() + path))
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      return new Reply(answer.statusCode(), new JsonObject(answer.body()));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Reply get(String path) {
    return send("GET", path, "");
  }

  private static List<String> ids(Reply page) {
    JsonArray agents = page.body().getJsonArray("agents");
    return agents.stream().map(one -> ((JsonObject) one).getString("agent_id")).toList();
  }

  private static String code(Reply reply) {
    return reply.body().getJsonObject("error").getString("code");
  }

  @Test
  void agentsAreListedByKindAndByStatusAndShownOneByOne() {
    assertThat(ids(get("/api/agents"))).containsExactly("hosted", "worker");
    assertThat(ids(get("/api/agents?kind=baker"))).containsExactly("worker");
    assertThat(ids(get("/api/agents?kind=tester&status=idle"))).isEmpty();
    assertThat(code(get("/api/agents?status=asleep"))).isEqualTo("INVALID_MESSAGE");
    JsonObject worker = get("/api/agents/worker").body();
    assertThat(worker.getJsonObject("state").getString("status")).isEqualTo("idle");
    assertThat(worker.getJsonObject("meta").getString("kind")).isEqualTo("baker");
    assertThat(get("/api/agents/nobody").status()).isEqualTo(404);
  }

  @Test
  void whatIsWantedOfAnAgentGoesToItsHost() {
    for (ControlAction action : ControlAction.values()) {
      boolean isStop = action == ControlAction.STOP;
      Reply reply =
          isStop
              ? send("DELETE", "/api/agents/hosted", "")
              : send("POST", "/api/agents/hosted/" + action.word(), "");
      assertThat(reply)
          .isEqualTo(new Reply(200, JsonObject.of("agentId", "hosted", "status", action.word())));
      assertThat(scene.host().heard()).contains(new Control("hosted", action, ""));
    }
    assertThat(code(send("DELETE", "/api/agents/worker", ""))).isEqualTo("INVALID_MESSAGE");
    assertThat(send("POST", "/api/agents/nobody/pause", "").status()).isEqualTo(404);
  }

  @Test
  void anAgentIsStartedByWhoOffersItsKind() {
    scene
        .host()
        .play(asked ->
            Future.succeededFuture(
                asked instanceof OfferQuery
                    ? new Offer(List.of("tester"), 0, 1)
                    : new Spawned("tester-1")));
    Reply reply = send("POST", "/api/agents", "{\"kind\":\"tester\",\"name\":\"Ada\"}");
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.body().getString("agentId")).isEqualTo("tester-1");
    assertThat(scene.host().heard()).contains(new Spawn("tester", "Ada", null, ""));
    assertThat(code(send("POST", "/api/agents", "{}"))).isEqualTo("INVALID_MESSAGE");
    assertThat(code(send("POST", "/api/agents", "["))).isEqualTo("INVALID_JSON");
  }

  @Test
  void aTaskIsKeptAsItWasAskedForUnderAnIdOfTheMeshs() {
    Reply reply =
        send(
            "POST",
            "/api/tasks",
            """
            {"description": "Knead", "kind": "baker", "priority": "high",
             "input": {"flour":"rye"}, "timeoutMs": 5000, "target": ""}
            """);
    assertThat(reply.status()).isEqualTo(201);
    Submit submit = (Submit) scene.keeper().heard().getFirst();
    assertThat(submit).isEqualTo(new Submit(submit.taskId(), REQUEST, ""));
    assertThat(reply.body().getString("taskId")).isEqualTo(submit.taskId()).startsWith("task-");
    assertThat(reply.body().getMap())
        .containsEntry("status", "queued")
        .containsEntry("priority", "high")
        .containsEntry("created", 1_000)
        .containsEntry("deadline", 6_000)
        .containsEntry("started", null)
        .containsEntry("result", null);
  }

  @Test
  void aClientMayGiveATaskItsId() {
    String body = "{\"description\": \"Knead\", \"taskId\": \"%s\"}";
    Reply reply = send("POST", "/api/tasks", body.formatted("rye-1"));
    assertThat(reply.body().getString("taskId")).isEqualTo("rye-1");
    assertThat(((Submit) scene.keeper().heard().getFirst()).taskId()).isEqualTo("rye-1");
    assertThat(code(send("POST", "/api/tasks", body.formatted("task-1"))))
        .isEqualTo("INVALID_MESSAGE");
  }

  @Test
  void whereTheKeeperChangesATaskIsAskedForAgainByTheSameId() {
    Queue<RefusalException> refusals =
        new ConcurrentLinkedQueue<>(List.of(RefusalException.unavailable("tasks", "not now")));
    scene.keeper().play(asked -> refusedFirst(refusals, asked));
    assertThat(send("POST", "/api/tasks", "{\"description\": \"Knead\"}").status()).isEqualTo(201);
    assertThat(scene.keeper().heard()).hasSize(2);
    assertThat(scene.keeper().heard().getFirst()).isEqualTo(scene.keeper().heard().getLast());
  }

  @Test
  void whereTheKeeperIsFullATaskIsRefusedAtOnce() {
    Queue<RefusalException> refusals =
        new ConcurrentLinkedQueue<>(List.of(RefusalException.full("tasks", "tasks.max", "wait")));
    scene.keeper().play(asked -> refusedFirst(refusals, asked));
    Reply reply = send("POST", "/api/tasks", "{\"description\": \"Knead\"}");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(scene.keeper().heard()).hasSize(1);
  }

  @Test
  void whoWaitsForTheEndOfATaskAsksTheNextKeeperWhereOneIsLost() {
    Queue<Future<? extends TaskMessage>> silence =
        new ConcurrentLinkedQueue<>(List.of(Promise.<TaskMessage>promise().future()));
    scene.keeper().play(asked -> Objects.requireNonNullElseGet(silence.poll(), () -> keeps(asked)));
    JsonObject task = get("/api/tasks/t7?waitMs=20000").body();
    assertThat(task.getString("status")).isEqualTo("completed");
    assertThat(scene.keeper().heard()).hasSize(2);
  }

  @Test
  void whoWaitsLongIsAnsweredOnceTheWaitIsOver() {
    scene.keeper().play(asked -> later((TaskQuery) asked));
    JsonObject task = get("/api/tasks/t7?waitMs=3000").body();
    assertThat(task.getString("status")).isEqualTo("queued");
    assertThat(scene.keeper().heard()).hasSize(2);
    TaskQuery last = (TaskQuery) scene.keeper().heard().getLast();
    assertThat(last.waitMillis()).as("what is left of it").isBetween(1L, 1_000L);
  }

  /** A task that does not end. */
  private Future<? extends TaskMessage> later(TaskQuery query) {
    return scene
        .gateway()
        .mesh()
        .vertx()
        .timer(Math.max(query.waitMillis(), 1))
        .compose(over -> is(task(query.taskId())));
  }

  @Test
  void whoWaitsForTheEndOfATaskWaitsOnWhereTheKeeperChanges() {
    Queue<RefusalException> refusals =
        new ConcurrentLinkedQueue<>(List.of(RefusalException.unavailable("tasks", "not now")));
    scene.keeper().play(asked -> refusedFirst(refusals, asked));
    JsonObject task = get("/api/tasks/t7?waitMs=20000").body();
    assertThat(task.getString("status")).isEqualTo("completed");
    assertThat(scene.keeper().heard()).hasSize(2);
  }

  private static Future<? extends TaskMessage> refusedFirst(
      Queue<RefusalException> refusals, TaskMessage asked) {
    RefusalException refusal = refusals.poll();
    return refusal == null ? keeps(asked) : Future.failedFuture(refusal);
  }

  @Test
  void aTaskIsShownOnceItHasEndedWhereThatIsWaitedFor() {
    JsonObject task = get("/api/tasks/t7?waitMs=20000").body();
    assertThat(scene.keeper().heard()).containsExactly(new TaskQuery("t7", 2_000));
    assertThat(task.getJsonObject("result")).isEqualTo(JsonObject.of("loaves", 2));
    assertThat(task.getMap())
        .containsEntry("status", "completed")
        .containsEntry("agentId", "worker")
        .containsEntry("attempt", 1)
        .containsEntry("progress", 100.0)
        .containsEntry("started", 2_000)
        .containsEntry("ended", 3_000);
    assertThat(code(get("/api/tasks/t7?waitMs=20001"))).isEqualTo("INVALID_MESSAGE");
  }

  @Test
  void tasksComeInPagesThatSayWhereTheNextBegins() {
    JsonObject page = get("/api/tasks?status=queued&agentId=worker&after=t0&limit=1").body();
    assertThat(scene.keeper().heard())
        .containsExactly(new TasksQuery("t0", 1, TaskStatus.QUEUED, "worker"));
    assertThat(page.getString("next")).isEqualTo("t1");
    scene.keeper().play(asked -> Future.succeededFuture(new TasksPage(List.of(), false)));
    assertThat(get("/api/tasks").body())
        .isEqualTo(JsonObject.of("tasks", new JsonArray(), "next", null));
    assertThat(scene.keeper().heard()).containsExactly(new TasksQuery("", 100, null, null));
    assertThat(code(get("/api/tasks?status=asleep"))).isEqualTo("INVALID_MESSAGE");
  }

  @Test
  void aTaskIsTakenBack() {
    JsonObject task = send("DELETE", "/api/tasks/t7", "").body();
    assertThat(scene.keeper().heard()).containsExactly(new Cancel("t7", ""));
    assertThat(task.getString("status")).isEqualTo("cancelled");
    assertThat(task.getString("reason")).isEqualTo("it was taken back");
  }
}
