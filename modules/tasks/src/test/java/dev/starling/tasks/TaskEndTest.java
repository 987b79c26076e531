/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
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
import dev.starling.protocol.task.TaskStep;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of tasks, over the real bus; the test plays agents, router and gateway. */
class TaskEndTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private PlayedMesh mesh = PlayedMesh.kept();

  @AfterEach
  void close() {
    mesh.close();
  }

  private void keepBy(TasksConfig config) {
    mesh.close();
    mesh = new PlayedMesh().keep(config);
  }

  private Task given() {
    mesh.agent("anna", "cook", 1);
    Task task = mesh.submit(PlayedMesh.of("anna", null, null));
    mesh.agentOf(task, 1);
    return task;
  }

  private List<String> statusesToldOf(Task task) {
    return mesh.told(task).stream().map(one -> one.getString("status")).toList();
  }

  @Test
  void itEndsOnceAndLateAndRepeatedReportsDoNotCount() {
    Task task = given();
    assertThat(mesh.completes("anna", task, 1)).isTrue();
    assertThat(mesh.completes("anna", task, 1)).as("the same again").isFalse();
    assertThat(mesh.says("anna", task, 1, new TaskStep.Failed("late", false))).isFalse();
    assertThat(mesh.says("anna", task, 1, new TaskStep.Progress(50.0, "late"))).isFalse();
    assertThat(mesh.completes("stranger", task, 1)).isFalse();
    Task ended = mesh.now(task);
    assertThat(ended.status()).isEqualTo(TaskStatus.COMPLETED);
    assertThat(ended.result()).isEqualTo(RawJson.of("{\"n\":1}"));
    assertThat(mesh.kept(task.taskId())).contains(ended);
    assertThat(mesh.ask(new Cancel(task.taskId(), "alice")).task()).isEqualTo(ended);
    assertThat(statusesToldOf(task)).containsOnlyOnce("completed").doesNotContain("cancelled");
  }

  @Test
  void whoTakesItBackHasItsAgentTold() {
    Task task = given();
    Task ended = mesh.ask(new Cancel(task.taskId(), "alice")).task();
    assertThat(ended.status()).isEqualTo(TaskStatus.CANCELLED);
    eventually("the agent is told", PATIENCE, () -> mesh.recalled().size() == 1);
    assertThat(mesh.recalled().getFirst().taskId()).isEqualTo(task.taskId());
    assertThat(ended.reason()).isEqualTo("taken back by alice");
    assertThat(mesh.recalled().getFirst().reason()).isEqualTo("taken back by alice");
    assertThat(mesh.completes("anna", task, 1)).isFalse();
  }

  @Test
  void itHasAnEndWhereItsTimeIsOver() {
    mesh.agent("anna", "cook", 1);
    Task held = mesh.submit(PlayedMesh.within("cook", 1));
    Task waiting = mesh.submit(PlayedMesh.within("nobody", 1));
    for (Task task : List.of(held, waiting)) {
      assertThat(mesh.once(task, TaskStatus.TIMED_OUT).reason()).isNotBlank();
    }
    Task next = mesh.submit(PlayedMesh.of("anna", null, null));
    assertThat(mesh.agentOf(next, 1)).as("who is free again").isEqualTo("anna");
  }

  @Test
  void whatItsAgentSaysIsToldTenTimesASecondAtMostAndTheEndAlways() {
    Task task = given();
    long since = System.nanoTime();
    int said = 400;
    for (int i = 1; i <= said; i++) {
      mesh.says("anna", task, 1, new TaskStep.Progress(i * 100.0 / (said + 1), "at " + i));
    }
    mesh.completes("anna", task, 1);
    eventually("it is told", PATIENCE, () -> statusesToldOf(task).contains("completed"));
    double seconds = (System.nanoTime() - since) / 1e9;
    List<JsonObject> told = mesh.told(task);
    assertThat(told.size()).isLessThanOrEqualTo((int) (seconds * 10) + 4);
    assertThat(told.getLast().getString("status")).isEqualTo("completed");
    assertThat(told.getLast().getDouble("progress")).isEqualTo(100);
  }

  @Test
  void whenItWillBeDoneFollowsFromItsPace() {
    Task task = given();
    assertThat(mesh.now(task).estimatedCompletion(System.currentTimeMillis())).isNull();
    mesh.says("anna", task, 1, new TaskStep.Progress(25.0, null));
    eventually("it is told", PATIENCE, () -> statusesToldOf(task).contains("progressing"));
    Task now = mesh.now(task);
    assertThat(now.estimatedCompletion(now.started() + 1_000)).isEqualTo(now.started() + 4_000);
    assertThat(mesh.told(task).getLast().getString("estimatedCompletion")).isNotNull();
  }

  @Test
  void whoAsksMayWaitForTheEnd() {
    Task task = given();
    Future<TaskIs> end =
        mesh.mesh()
            .bus()
            .request(
                Addresses.tasks(mesh.mesh().nodeId()),
                new TaskQuery(task.taskId(), 20_000),
                PATIENCE);
    Task unended = mesh.ask(new TaskQuery(task.taskId(), 1)).task();
    assertThat(unended.status().isEnd()).isFalse();
    mesh.completes("anna", task, 1);
    assertThat(LocalMesh.await(end).task().status()).isEqualTo(TaskStatus.COMPLETED);
  }

  @Test
  void tasksComeInPagesOfThoseThatAreAskedFor() {
    mesh.agent("anna", "cook", 100);
    List<Task> all =
        IntStream.range(0, 7)
            .mapToObj(i -> mesh.submit("task-" + i, PlayedMesh.of("anna", null, null)))
            .toList();
    all.forEach(task -> mesh.agentOf(task, 1));
    mesh.completes("anna", all.get(3), 1);
    TasksPage first = mesh.ask(new TasksQuery("", 5, null, null));
    assertThat(first.tasks()).hasSize(5);
    assertThat(first.more()).isTrue();
    TasksPage rest = mesh.ask(new TasksQuery("task-4", 5, null, null));
    assertThat(rest.tasks()).extracting(Task::taskId).containsExactly("task-5", "task-6");
    assertThat(rest.more()).isFalse();
    assertThat(mesh.ask(new TasksQuery("", 5, TaskStatus.COMPLETED, null)).tasks())
        .extracting(Task::taskId)
        .containsExactly("task-3");
    assertThat(mesh.ask(new TasksQuery("", 5, null, "bert")).tasks()).isEmpty();
  }

  @Test
  void aPageHoldsAMebibyteAndNoInputs() {
    keepBy(new TasksConfig(100, 1 << 24, Duration.ofHours(1), Duration.ofMinutes(1), 3));
    mesh.agent("anna", "cook", 100);
    RawJson result = RawJson.of("{\"word\":\"" + "w".repeat(300_000) + "\"}");
    for (int i = 0; i < 5; i++) {
      Task task = mesh.submit("task-" + i, large());
      mesh.agentOf(task, 1);
      mesh.says("anna", task, 1, new TaskStep.Completed(result));
    }
    TasksPage first = mesh.ask(new TasksQuery("", 100, null, null));
    assertThat(first.tasks()).hasSize(3).allMatch(task -> task.request().input() == null);
    assertThat(first.more()).isTrue();
    TasksPage rest = mesh.ask(new TasksQuery("task-2", 100, null, null));
    assertThat(rest.tasks()).extracting(Task::taskId).containsExactly("task-3", "task-4");
    assertThat(rest.more()).isFalse();
  }

  @Test
  void whoWaitsForTheEndHearsAtOnceThatAnotherNodeKeepsTheTask() {
    Task task = given();
    Future<TaskIs> end =
        mesh.mesh()
            .bus()
            .request(
                Addresses.tasks(mesh.mesh().nodeId()),
                new TaskQuery(task.taskId(), 20_000),
                PATIENCE);
    mesh.ask(new TaskQuery(task.taskId(), 1));
    mesh.handOver();
    Future<Optional<Throwable>> refused =
        end.transform(done -> Future.succeededFuture(Optional.ofNullable(done.cause())));
    assertThat(LocalMesh.await(refused).orElseThrow())
        .hasMessageContaining("another node keeps them");
  }

  @Test
  void noMoreThanTheMostAreTakenUntilSomeEnd() {
    keepBy(new TasksConfig(2, 1 << 20, Duration.ofHours(1), Duration.ofMinutes(1), 3));
    Task first = mesh.submit(PlayedMesh.of(null, "cook", null));
    mesh.submit(PlayedMesh.of(null, "cook", null));
    Throwable refusal = mesh.refused(new Submit("more", PlayedMesh.of(null, "cook", null), ""));
    assertThat(((RefusalException) refusal).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(((RefusalException) refusal).isPassing()).as("soon").isFalse();
    mesh.ask(new Cancel(first.taskId(), "alice"));
    mesh.submit(PlayedMesh.of(null, "cook", null));
  }

  @Test
  void thoseThatEndedLongestAgoMakeRoomForOthers() {
    keepBy(new TasksConfig(100, 20_000, Duration.ofHours(1), Duration.ofMinutes(1), 3));
    Task first = mesh.submit(large());
    mesh.ask(new Cancel(first.taskId(), "alice"));
    Task second = mesh.submit(large());
    mesh.ask(new Cancel(second.taskId(), "alice"));
    Task third = mesh.submit(large());
    assertThat(mesh.ask(new TasksQuery("", 10, null, null)).tasks())
        .extracting(Task::taskId)
        .containsExactly(second.taskId(), third.taskId());
    eventually("it left the table", PATIENCE, () -> mesh.kept(first.taskId()).isEmpty());
    assertThat(mesh.count("starling.tasks.forgotten")).isEqualTo(1);
    Throwable refusal = mesh.refused(new TaskQuery(first.taskId(), 0));
    assertThat(((RefusalException) refusal).code()).isEqualTo(ErrorCode.TASK_NOT_FOUND);
    mesh.submit(large());
    Throwable full = mesh.refused(new Submit("full", large(), ""));
    assertThat(((RefusalException) full).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private static TaskRequest large() {
    String word = "w".repeat(10_000);
    return new TaskRequest(
        "do it",
        null,
        "cook",
        null,
        null,
        TaskPriority.NORMAL,
        RawJson.of("{\"word\":\"" + word + "\"}"),
        0);
  }

  @Test
  void thoseThatEndedAreForgottenAfterAWhile() {
    keepBy(new TasksConfig(100, 1 << 20, Duration.ofMillis(1), Duration.ofMinutes(1), 3));
    Task task = mesh.submit(PlayedMesh.of(null, "cook", null));
    mesh.ask(new Cancel(task.taskId(), "alice"));
    eventually("it left the table", PATIENCE, () -> mesh.kept(task.taskId()).isEmpty());
    assertThat(mesh.ask(new TasksQuery("", 10, null, null)).tasks()).isEmpty();
  }
}
