/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks whose agents are lost, over the real bus; the test plays agents, router and gateway. */
class TaskRetryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PlayedMesh mesh = PlayedMesh.kept();

  @AfterEach
  void close() {
    mesh.close();
  }

  private Task givenTo(String agent) {
    mesh.agent(agent, "cook", 1);
    Task task = mesh.submit(PlayedMesh.of(null, "cook", null));
    assertThat(mesh.agentOf(task, 1)).isEqualTo(agent);
    return task;
  }

  @Test
  void theTaskOfAnAgentThatLeavesGoesToAnother() {
    Task task = givenTo("anna");
    mesh.agent("bert", "cook", 1);
    mesh.leaves("anna");
    assertThat(mesh.agentOf(task, 2)).isEqualTo("bert");
    assertThat(mesh.completes("anna", task, 1)).as("what anna says now").isFalse();
    assertThat(mesh.completes("bert", task, 2)).isTrue();
    assertThat(mesh.once(task, TaskStatus.COMPLETED).agentId()).isEqualTo("bert");
  }

  @Test
  void anAgentThatIsHeldElsewhereIsGivenItsTaskThereAnew() {
    Task task = givenTo("anna");
    AgentLabel same = new AgentLabel("", "cook", List.of(), 1, false);
    mesh.present("anna", same, PlayedMesh.ELSEWHERE);
    eventually("it is given anew", PATIENCE, () -> mesh.now(task).attempt() == 2);
    assertThat(mesh.completes("anna", task, 1)).as("in the attempt before").isFalse();
    assertThat(mesh.completes("anna", task, 2)).isTrue();
  }

  @Test
  void anAgentWithoutRoomDoesNotCountAndIsAskedAgainLater() {
    mesh.agent("full", "cook", 1);
    mesh.answer(assign -> Future.succeededFuture(new Assigned(false)));
    Task task = mesh.submit(PlayedMesh.of(null, "cook", null));
    eventually("it was refused twice", PATIENCE, () -> mesh.assigned().size() == 2);
    assertThat(mesh.assigned()).allMatch(assign -> assign.task().attempt() == 1);
    mesh.answer(assign -> Future.succeededFuture(new Assigned(true)));
    mesh.once(task, TaskStatus.ASSIGNED);
  }

  @Test
  void aTaskThatAnAgentDeclinesAsOftenAsATaskIsTriedWaitsForItStill() {
    Task task = givenTo("anna");
    for (int i = 0; i < 3; i++) {
      int before = mesh.assigned().size();
      assertThat(mesh.says("anna", task, 1, new TaskStep.Declined("not claimed"))).isTrue();
      assertThat(mesh.now(task).attempt()).isLessThan(2);
      mesh.agent("anna", "cook", 1);
      eventually("it is given again", PATIENCE, () -> mesh.assigned().size() > before);
      eventually("it has it", PATIENCE, () -> mesh.now(task).status() == TaskStatus.ASSIGNED);
    }
    assertThat(mesh.now(task).attempt()).isEqualTo(1);
    assertThat(mesh.completes("anna", task, 1)).isTrue();
  }

  @Test
  void aDeclinedTaskGoesToAnotherAgentAtOnce() {
    Task task = givenTo("anna");
    mesh.agent("bert", "cook", 1);
    mesh.says("anna", task, 1, new TaskStep.Declined("not claimed"));
    eventually("bert has it", PATIENCE, () -> "bert".equals(mesh.now(task).agentId()));
    assertThat(mesh.completes("anna", task, 1)).as("who declined it").isFalse();
    assertThat(mesh.completes("bert", task, 1)).isTrue();
  }

  @Test
  void whereItsGatewayHoldsTheAgentNoMoreThatIsNoAttempt() {
    mesh.agent("gone", "cook", 1);
    mesh.answer(assign ->
        assign.agentId().equals("gone")
            ? Future.failedFuture(
                new RefusalException(ErrorCode.AGENT_NOT_FOUND, "it is played so"))
            : Future.succeededFuture(new Assigned(true)));
    Task task = mesh.submit(PlayedMesh.of(null, "cook", null));
    assertThat(mesh.agentOf(task, 1)).isEqualTo("gone");
    mesh.agent("anna", "cook", 1);
    eventually("another one has it", PATIENCE, () -> "anna".equals(mesh.now(task).agentId()));
    assertThat(mesh.now(task).attempt()).isEqualTo(1);
  }

  @Test
  void whoDoesNotAnswerIsPassedOverForAWhile() {
    mesh.agent("mute", "cook", 1);
    mesh.answer(assign ->
        assign.agentId().equals("mute")
            ? Future.failedFuture(RefusalException.unavailable("gateway", "it is played so"))
            : Future.succeededFuture(new Assigned(true)));
    Task task = mesh.submit(PlayedMesh.of(null, "cook", null));
    assertThat(mesh.agentOf(task, 1)).isEqualTo("mute");
    mesh.agent("anna", "cook", 1);
    assertThat(mesh.agentOf(task, 2)).isEqualTo("anna");
    assertThat(mesh.recalled()).extracting(recall -> recall.agentId()).containsExactly("mute");
  }

  @Test
  void afterThreeTriesByTurnsItHasFailedAndSaysWhy() {
    mesh.agent("anna", "cook", 1);
    mesh.agent("bert", "cook", 1);
    Task task = mesh.submit(PlayedMesh.of(null, "cook", null));
    String first = mesh.agentOf(task, 1);
    String second = first.equals("anna") ? "bert" : "anna";
    assertThat(fails(first, task, 1)).isTrue();
    assertThat(mesh.agentOf(task, 2)).as("though the first is idle").isEqualTo(second);
    assertThat(fails(second, task, 2)).isTrue();
    assertThat(mesh.agentOf(task, 3)).as("though the second is idle").isEqualTo(first);
    assertThat(fails(first, task, 3)).isTrue();
    Task ended = mesh.once(task, TaskStatus.FAILED);
    assertThat(ended.reason()).isEqualTo("tried 3 times, the last by " + first + ": no flour");
    assertThat(fails(first, task, 3)).isFalse();
  }

  private boolean fails(String agent, Task task, int attempt) {
    return mesh.says(agent, task, attempt, new TaskStep.Failed("no flour", true));
  }

  @Test
  void whoFailedOnATaskHasOthersMeanwhileAndWhoComesGetsThatOne() {
    Task task = givenTo("anna");
    Task next = mesh.submit(PlayedMesh.of(null, "cook", null));
    assertThat(fails("anna", task, 1)).isTrue();
    assertThat(mesh.agentOf(next, 1)).as("though the other is older").isEqualTo("anna");
    assertThat(mesh.now(task).status()).isEqualTo(TaskStatus.QUEUED);
    mesh.agent("bert", "cook", 1);
    assertThat(mesh.agentOf(task, 2)).isEqualTo("bert");
  }

  @Test
  void whereNobodyElseIsWhoFailedOnATaskTriesItAgain() {
    Task task = givenTo("anna");
    assertThat(fails("anna", task, 1)).isTrue();
    assertThat(mesh.agentOf(task, 2)).isEqualTo("anna");
  }

  @Test
  void whereTheAgentSaysThatItCannotBeDoneNobodyElseTries() {
    Task task = givenTo("anna");
    mesh.agent("bert", "cook", 1);
    assertThat(mesh.says("anna", task, 1, new TaskStep.Failed("it is no dough", false))).isTrue();
    assertThat(mesh.once(task, TaskStatus.FAILED).reason()).isEqualTo("it is no dough");
    assertThat(mesh.assigned()).hasSize(1);
  }

  @Test
  void whoTakesOverGivesHeldTasksToWhoHasThemAndQueuedOnesToWhoIsFree() {
    try (PlayedMesh after = new PlayedMesh()) {
      long now = System.currentTimeMillis();
      Task queued = Task.of("queued", PlayedMesh.of(null, "cook", null), "", now, now + 60_000);
      Task held =
          Task.of("held", PlayedMesh.of(null, "cook", null), "", now, now + 60_000)
              .assigned("anna", now);
      Task orphan =
          Task.of("orphan", PlayedMesh.of(null, "cook", null), "", now, now + 60_000)
              .assigned("lost", now);
      Task done = held("done", now).ended(TaskStatus.FAILED, "it is played so", now);
      List.of(queued, held, orphan, done).forEach(after::writeElsewhere);
      after.agent("anna", "cook", 1);
      after.agent("bert", "cook", 2);
      after.keep(PlayedMesh.USUAL);
      assertThat(after.agentOf(held, 1)).isEqualTo("anna");
      assertThat(after.agentOf(queued, 1)).isEqualTo("bert");
      assertThat(after.agentOf(orphan, 2)).isEqualTo("bert");
      assertThat(after.completes("anna", held, 1)).isTrue();
      assertThat(after.ask(new TaskQuery("done", 0)).task()).isEqualTo(done);
      eventually("its end is told again", PATIENCE, () -> after.told(done).size() == 1);
    }
  }

  private static Task held(String taskId, long now) {
    return Task.of(taskId, PlayedMesh.of(null, "cook", null), "", now, now + 60_000)
        .assigned("anna", now);
  }

  @Test
  void whatAnotherKeeperWroteStands() {
    Task task = givenTo("anna");
    Task given = mesh.once(task, TaskStatus.ASSIGNED);
    Task ended = given.ended(TaskStatus.CANCELLED, "by another keeper", 17);
    mesh.writeElsewhere(ended);
    assertThat(mesh.completes("anna", task, 1)).isFalse();
    assertThat(mesh.now(task)).isEqualTo(ended);
    eventually("its end is told", PATIENCE, () -> isToldAs(task, "cancelled"));
    Task next = mesh.submit(PlayedMesh.of(null, "cook", null));
    assertThat(mesh.agentOf(next, 1)).as("since it is free again").isEqualTo("anna");
  }

  private boolean isToldAs(Task task, String status) {
    return mesh.told(task).stream().anyMatch(one -> status.equals(one.getString("status")));
  }
}
