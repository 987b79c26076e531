/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskStep;
import dev.starling.testkit.QisClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What others want of the agents that a gateway holds; the keeper and the host are the test. */
class AgentDeskTest {
  private final AgentScene scene = new AgentScene();

  @AfterEach
  void close() {
    scene.close();
  }

  private static TaskBrief brief(String taskId, int attempt) {
    return new TaskBrief(
        taskId, attempt, "Knead", RawJson.of("{\"flour\":\"rye\"}"), TaskPriority.HIGH, 9_000);
  }

  private boolean isTaken(String agentId, TaskBrief task) {
    Assigned assigned = scene.ask(new Assign(agentId, task));
    return assigned.isTaken();
  }

  private Controlled steer(String agentId, ControlAction action) {
    return scene.ask(new Steer(agentId, action, ""));
  }

  private static JsonObject report(String taskId, int attempt) {
    return JsonObject.of("type", "task_report", "id", 1, "taskId", taskId, "attempt", attempt);
  }

  @Test
  void aPausedSessionsAgentMatchesNothingAndKeepsWhatItIsUntilItIsResumed() {
    QisClient watcher = scene.connect("/ws/agents");
    scene.worker("a", 1);
    AgentScene.status(watcher, "a", AgentLife.IDLE);
    assertThat(steer("a", ControlAction.PAUSE)).isEqualTo(new Controlled("a", "paused"));
    AgentScene.status(watcher, "a", AgentLife.PAUSED);
    assertThat(scene.registration("a").fingerprint()).isNull();
    assertThat(scene.registration("a").label().isHeldBack()).isTrue();
    assertThat(scene.view("a").dimension()).isEqualTo(2);
    assertThat(steer("a", ControlAction.RESUME)).isEqualTo(new Controlled("a", "idle"));
    AgentScene.status(watcher, "a", AgentLife.IDLE);
    assertThat(scene.registration("a").fingerprint()).isEqualTo(Fingerprint.of(1, 0));
    assertThat(scene.registration("a").label().kind()).isEqualTo("baker");
    assertThat(scene.registration("a").label().isHeldBack()).isFalse();
  }

  @Test
  void whatIsSoAlreadyIsNotDoneAgain() {
    scene.worker("a", 1);
    long key = scene.registration("a").key();
    steer("a", ControlAction.RESUME);
    assertThat(scene.registration("a").key()).isEqualTo(key);
    steer("a", ControlAction.PAUSE);
    long paused = scene.registration("a").key();
    steer("a", ControlAction.PAUSE);
    assertThat(scene.registration("a").key()).isEqualTo(paused);
  }

  @Test
  void anAgentThatChangesWhatItIsStaysPausedAndEmitsAsWhatItIsNow() {
    QisClient worker = scene.worker("a", 1);
    steer("a", ControlAction.PAUSE);
    worker.register("a", 0, 1);
    assertThat(scene.registration("a").fingerprint()).isNull();
    worker.emit("rye");
    assertThat(scene.router().deposits().getFirst().fingerprint()).isEqualTo(Fingerprint.of(0, 1));
    steer("a", ControlAction.RESUME);
    assertThat(scene.registration("a").fingerprint()).isEqualTo(Fingerprint.of(0, 1));
  }

  @Test
  void anAgentThatAnotherSessionTakesOverStaysPaused() {
    QisClient before = scene.worker("a", 1);
    steer("a", ControlAction.PAUSE);
    scene.worker("a", 1);
    assertThat(before.next("error").getString("code")).isEqualTo("AGENT_MOVED");
    assertThat(scene.registration("a").label().isHeldBack()).isTrue();
    steer("a", ControlAction.RESUME);
    assertThat(scene.registration("a").label().isHeldBack()).isFalse();
  }

  @Test
  void whatRunsAtItsClientIsEndedThereAndTheRefusalSaysSo() {
    scene.worker("a", 1);
    for (ControlAction action : List.of(ControlAction.STOP, ControlAction.RESTART)) {
      RefusalException refusal = scene.refusal(new Steer("a", action, ""));
      assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
      assertThat(refusal.text())
          .startsWith("action: expected pause or resume, since agent a runs at its client")
          .endsWith("got " + action.word());
    }
    assertThat(scene.router().holder("a")).isPresent();
  }

  @Test
  void whoeverIsNotHereCanNeitherBeSteeredNorGivenATask() {
    assertThat(scene.refusal(new Steer("a", ControlAction.PAUSE, "")).code())
        .isEqualTo(ErrorCode.AGENT_NOT_FOUND);
    assertThat(scene.refusal(new Assign("a", brief("t", 1))).code())
        .isEqualTo(ErrorCode.AGENT_NOT_FOUND);
  }

  @Test
  void aHostedAgentsHostDoesWhatIsWanted() {
    scene.ask(AgentScene.enrol("h", false));
    assertThat(scene.ask(new Steer("h", ControlAction.STOP, "alice")))
        .isEqualTo(new Controlled("h", "stop"));
    assertThat(isTaken("h", brief("t", 1))).isTrue();
    scene.tell(new Recall("h", "t", 1, "enough"));
    eventually("all is heard", AgentScene.PATIENCE, () -> scene.host().heard().size() == 3);
    assertThat(scene.host().heard())
        .containsExactly(
            new Control("h", ControlAction.STOP, "alice"),
            new Perform("h", brief("t", 1)),
            new Desist("h", "t", 1, "enough"));
  }

  @Test
  void aTaskIsPushedOnceHoweverOftenItIsGivenAndIsSeenInTheStatus() {
    QisClient watcher = scene.connect("/ws/agents");
    QisClient worker = scene.worker("a", 1);
    assertThat(isTaken("a", brief("t", 1))).isTrue();
    assertThat(isTaken("a", brief("t", 1))).isTrue();
    JsonObject pushed = worker.next("task_assigned");
    assertThat(pushed)
        .isEqualTo(
            JsonObject.of(
                "type",
                "task_assigned",
                "taskId",
                "t",
                "attempt",
                1,
                "description",
                "Knead",
                "input",
                JsonObject.of("flour", "rye"),
                "priority",
                "high",
                "deadline",
                9_000));
    assertThat(worker.settle().pending()).isEmpty();
    JsonObject status = AgentScene.status(watcher, "a", AgentLife.ACTIVE);
    assertThat(status.getJsonObject("currentTask").getString("taskId")).isEqualTo("t");
    assertThat(status.getJsonObject("health").getInteger("taskQueue")).isEqualTo(1);
  }

  @Test
  void anAgentIsGivenNoMoreTasksThanItTakesAndNoneWhileItIsPaused() {
    scene.worker("a", 2);
    assertThat(isTaken("a", brief("t1", 1))).isTrue();
    assertThat(isTaken("a", brief("t2", 1))).isTrue();
    assertThat(isTaken("a", brief("t3", 1))).isFalse();
    scene.worker("none", 0);
    assertThat(isTaken("none", brief("t3", 1))).isFalse();
    scene.worker("b", 1);
    steer("b", ControlAction.PAUSE);
    assertThat(isTaken("b", brief("t3", 1))).isFalse();
    steer("b", ControlAction.RESUME);
    assertThat(isTaken("b", brief("t3", 1))).isTrue();
  }

  @Test
  void aReportGoesToTheKeeperAndItsEndMakesRoomAndIsCounted() {
    QisClient worker = scene.worker("a", 1);
    isTaken("a", brief("t", 3));
    JsonObject half = report("t", 3).put("progress", 50).put("message", "rises");
    assertThat(worker.send(half).next("task_reported"))
        .isEqualTo(JsonObject.of("type", "task_reported", "taskId", "t", "current", true, "id", 1));
    JsonObject current =
        new JsonObject(scene.view("a").status().toString()).getJsonObject("currentTask");
    assertThat(current.getDouble("progress")).isEqualTo(50);
    assertThat(current.getInstant("estimatedCompletion")).isNotNull();
    assertThat(isTaken("a", brief("t2", 1))).isFalse();
    JsonObject done = JsonObject.of("loaves", 2);
    worker
        .send(report("t", 3).put("status", "completed").put("result", done))
        .next("task_reported");
    assertThat(isTaken("a", brief("t2", 1))).isTrue();
    worker
        .send(report("t2", 1).put("status", "failed").put("reason", "no flour"))
        .next("task_reported");
    assertThat(scene.keeper().heard())
        .containsExactly(
            new Report("t", 3, "a", new TaskStep.Progress(50.0, "rises")),
            new Report("t", 3, "a", new TaskStep.Completed(RawJson.of("{\"loaves\":2}"))),
            new Report("t2", 1, "a", new TaskStep.Failed("no flour", false)));
    JsonObject metrics =
        new JsonObject(scene.view("a").status().toString()).getJsonObject("mcpMetrics");
    assertThat(metrics)
        .isEqualTo(
            JsonObject.of("messagesProcessed", 2, "responsesGenerated", 1, "errorRate", 0.5));
  }

  @Test
  void aTaskThatIsAnothersByNowIsGivenUp() {
    QisClient worker = scene.worker("a", 1);
    isTaken("a", brief("t", 1));
    scene.keeper().play(asked -> Future.succeededFuture(new Reported(false)));
    JsonObject answer = worker.send(report("t", 1).put("progress", 50)).next("task_reported");
    assertThat(answer.getBoolean("current")).isFalse();
    assertThat(isTaken("a", brief("t2", 1))).isTrue();
  }

  @Test
  void aReportThatTheKeeperDoesNotTakeMakesNoRoom() {
    QisClient worker = scene.worker("a", 1);
    isTaken("a", brief("t", 1));
    scene
        .keeper()
        .play(asked -> Future.failedFuture(RefusalException.unavailable("tasks", "not now")));
    JsonObject done = report("t", 1).put("status", "completed");
    assertThat(worker.send(done).next("error").getString("code")).isEqualTo("UNAVAILABLE");
    assertThat(isTaken("a", brief("t2", 1))).isFalse();
    scene.keeper().play(asked -> Future.succeededFuture(new Reported(true)));
    worker.send(done).next("task_reported");
    assertThat(isTaken("a", brief("t2", 1))).isTrue();
  }

  @Test
  void nobodyReportsOnWhatTheyDoNotHave() {
    QisClient stranger = scene.connect("/ws/qis");
    assertThat(stranger.send(report("t", 1)).next("error").getString("code"))
        .isEqualTo("NOT_REGISTERED");
    QisClient worker = scene.worker("a", 1);
    isTaken("a", brief("t", 2));
    for (JsonObject wrong : List.of(report("other", 2), report("t", 1))) {
      assertThat(worker.send(wrong).next("error").getString("code")).isEqualTo("TASK_NOT_FOUND");
    }
    assertThat(scene.keeper().heard()).isEmpty();
  }

  @Test
  void aTaskThatIsRecalledIsGoneAndOneOfAnotherAttemptIsNot() {
    QisClient worker = scene.worker("a", 1);
    isTaken("a", brief("t", 2));
    scene.tell(new Recall("a", "t", 1, "old"));
    assertThat(isTaken("a", brief("t2", 1))).isFalse();
    scene.tell(new Recall("a", "t", 2, "it was taken back"));
    assertThat(worker.next("task_cancelled"))
        .isEqualTo(
            JsonObject.of(
                "type",
                "task_cancelled",
                "taskId",
                "t",
                "attempt",
                2,
                "reason",
                "it was taken back"));
    assertThat(isTaken("a", brief("t2", 1))).isTrue();
  }

  @Test
  void anAgentWhoseSessionEndsIsOfflineAndCanBeGivenNothing() {
    QisClient watcher = scene.connect("/ws/agents");
    QisClient worker = scene.worker("a", 1);
    isTaken("a", brief("t", 1));
    AgentScene.status(watcher, "a", AgentLife.ACTIVE);
    worker.close();
    JsonObject status = AgentScene.status(watcher, "a", AgentLife.OFFLINE);
    assertThat(status.getValue("currentTask")).isNull();
    assertThat(scene.refusal(new Assign("a", brief("t2", 1))).code())
        .isEqualTo(ErrorCode.AGENT_NOT_FOUND);
  }
}
