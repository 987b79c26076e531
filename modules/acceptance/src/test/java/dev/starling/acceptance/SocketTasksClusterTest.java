/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Agents on sockets of several nodes do tasks that are asked for elsewhere. */
@ExtendWith(CalmMesh.class)
class SocketTasksClusterTest {
  private final ThreeNodes mesh;

  SocketTasksClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  /** An agent that takes one task at a time. */
  private QisClient worker(int place, String id, String... capabilities) {
    QisClient client = mesh.connect(place);
    JsonObject meta = new JsonObject().put("kind", "worker");
    client.send(
        new JsonObject()
            .put("type", "register")
            .put("agent_id", id)
            .put("tasks", 1)
            .put("meta", meta.put("capabilities", JsonArray.of((Object[]) capabilities))));
    client.next("registered");
    return client;
  }

  private String submit(int place, JsonObject request) {
    NodeProcess.Answer answer = mesh.node(place).post("/api/tasks", request.encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().getString("taskId");
  }

  private static JsonObject request(String description) {
    return new JsonObject().put("description", description);
  }

  /** The task once it has ended. */
  private JsonObject ended(int place, String taskId) {
    JsonObject task = mesh.node(place).get("/api/tasks/" + taskId + "?waitMs=9000").json();
    assertThat(task.getString("status")).as(task.encode()).isIn(TaskWatch.ENDS);
    return task;
  }

  private static JsonObject report(JsonObject assigned) {
    return new JsonObject()
        .put("type", "task_report")
        .put("taskId", assigned.getString("taskId"))
        .put("attempt", assigned.getInteger("attempt"));
  }

  private static boolean completes(QisClient agent, JsonObject assigned, JsonObject result) {
    agent.send(report(assigned).put("status", "completed").put("result", result));
    return agent.next("task_reported").getBoolean("current");
  }

  @Test
  void shouldDoATaskThatWasAskedForElsewhereAndSayHowFarItIs() {
    QisClient anna = worker(0, "anna", "adding");
    JsonObject request = request("add them").put("input", JsonObject.of("a", 2, "b", 3));
    String taskId = submit(1, request.put("capability", "adding").put("priority", "high"));
    JsonObject assigned = anna.next("task_assigned");
    assertThat(assigned.getString("taskId")).isEqualTo(taskId);
    assertThat(assigned.getString("priority")).isEqualTo("high");
    JsonObject input = assigned.getJsonObject("input");
    QisClient watcher = mesh.watcher(2);
    watcher.send(
        new JsonObject().put("type", "subscribe").put("events", JsonArray.of("task_progress")));
    watcher.next("subscribed");
    anna.send(report(assigned).put("progress", 50).put("message", "halfway"));
    assertThat(anna.next("task_reported").getBoolean("current")).isTrue();
    JsonObject halfway =
        watcher.next(
            one -> taskId.equals(one.getString("taskId")) && one.getDouble("progress") == 50,
            "that it is halfway");
    assertThat(halfway.getString("message")).isEqualTo("halfway");
    int sum = input.getInteger("a") + input.getInteger("b");
    assertThat(completes(anna, assigned, JsonObject.of("sum", sum))).isTrue();
    JsonObject done = ended(2, taskId);
    assertThat(done.getJsonObject("result")).isEqualTo(JsonObject.of("sum", 5));
    assertThat(done.getString("agentId")).isEqualTo("anna");
  }

  @Test
  void shouldGiveTheTaskOfAnAgentWhoseSocketIsCutToAnother() {
    QisClient anna = worker(0, "anna");
    String taskId = submit(2, request("do it").put("kind", "worker"));
    JsonObject first = anna.next("task_assigned");
    QisClient bert = worker(1, "bert");
    anna.socket().close();
    JsonObject second = bert.next("task_assigned");
    assertThat(second.getString("taskId")).isEqualTo(taskId);
    assertThat(second.getInteger("attempt")).isEqualTo(first.getInteger("attempt") + 1);
    assertThat(completes(bert, second, new JsonObject())).isTrue();
    assertThat(ended(0, taskId).getString("agentId")).isEqualTo("bert");
  }

  @Test
  void shouldGiveAnAgentThatIsBackAtOnceItsTaskAnew() {
    QisClient before = worker(0, "anna");
    String taskId = submit(1, request("do it").put("target", "anna"));
    JsonObject first = before.next("task_assigned");
    before.socket().close();
    QisClient after = worker(0, "anna");
    JsonObject again = after.next("task_assigned");
    assertThat(again.getString("taskId")).isEqualTo(taskId);
    after.send(report(first).put("status", "completed"));
    assertThat(after.next("error").getString("code")).isEqualTo("TASK_NOT_FOUND");
    assertThat(completes(after, again, new JsonObject())).isTrue();
    assertThat(ended(0, taskId).getInteger("attempt")).isEqualTo(again.getInteger("attempt"));
  }

  @Test
  void shouldGiveAPausedAgentNothing() {
    QisClient anna = worker(0, "anna");
    assertThat(mesh.node(1).post("/api/agents/anna/pause", "{}").status()).isEqualTo(200);
    String taskId = submit(1, request("do it").put("kind", "worker"));
    QisClient bert = worker(1, "bert");
    JsonObject assigned = bert.next("task_assigned");
    assertThat(assigned.getString("taskId")).isEqualTo(taskId);
    String waiting = submit(2, request("and this").put("target", "anna"));
    assertThat(completes(bert, assigned, new JsonObject())).isTrue();
    assertThat(anna.settle().pending())
        .noneMatch(one -> "task_assigned".equals(one.getString("type")));
    assertThat(mesh.node(1).post("/api/agents/anna/resume", "{}").status()).isEqualTo(200);
    JsonObject resumed = anna.next("task_assigned");
    assertThat(resumed.getString("taskId")).isEqualTo(waiting);
    assertThat(completes(anna, resumed, new JsonObject())).isTrue();
  }

  @Test
  void shouldTellTheAgentOfATaskThatIsTakenBack() {
    QisClient anna = worker(0, "anna");
    String taskId = submit(1, request("do it").put("target", "anna"));
    JsonObject assigned = anna.next("task_assigned");
    assertThat(mesh.node(2).delete("/api/tasks/" + taskId, "").status()).isEqualTo(200);
    assertThat(anna.next("task_cancelled").getString("taskId")).isEqualTo(taskId);
    anna.send(report(assigned).put("status", "completed"));
    assertThat(anna.next("error").getString("code")).isEqualTo("TASK_NOT_FOUND");
    assertThat(ended(0, taskId).getString("status")).isEqualTo("cancelled");
  }
}
