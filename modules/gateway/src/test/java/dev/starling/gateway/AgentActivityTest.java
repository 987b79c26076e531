/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.task.TaskPriority;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is counted of an agent on a session, by times that the test chooses. */
class AgentActivityTest {
  @Test
  void aTaskThatIsOnlyOfferedIsNoWorkUntilItIsClaimed() {
    activity.offered(task("t", 1));
    assertThat(activity.tasks()).isEqualTo(1);
    assertThat(activity.isActive(System.nanoTime())).isFalse();
    assertThat(activity.current(1_000)).isEmpty();
    activity.claimed("t", 1_000);
    assertThat(activity.isActive(System.nanoTime())).isTrue();
    assertThat(activity.current(1_000).orElseThrow().taskId()).isEqualTo("t");
    activity.offered(task("u", 1));
    activity.ended(task("t", 1));
    assertThat(activity.isActive(System.nanoTime())).isFalse();
    assertThat(activity.abandon()).containsExactly(task("u", 1));
    assertThat(activity.isActive(System.nanoTime())).isFalse();
  }

  private final AgentActivity activity = new AgentActivity();

  private static TaskBrief task(String id, int attempt) {
    return new TaskBrief(id, attempt, "Knead", null, TaskPriority.NORMAL, 9_000);
  }

  @Test
  void anAgentIsActiveForTenSecondsAfterAnOutcomeWhateverTheClockBeginsWith() {
    long now = Long.MAX_VALUE - 1;
    assertThat(activity.isActive(now)).isFalse();
    activity.received(now);
    assertThat(activity.isActive(now)).isTrue();
    assertThat(activity.isActive(now + AgentActivity.ACTIVE_NANOS - 1)).isTrue();
    assertThat(activity.isActive(now + AgentActivity.ACTIVE_NANOS)).isFalse();
    activity.emitted(now + AgentActivity.ACTIVE_NANOS);
    assertThat(activity.isActive(now + 2 * AgentActivity.ACTIVE_NANOS - 1)).isTrue();
  }

  @Test
  void anAgentIsActiveWhileItHasATask() {
    activity.began(task("t", 1), 1_000);
    assertThat(activity.isActive(0)).isTrue();
    activity.ended(task("t", 1));
    assertThat(activity.isActive(0)).isFalse();
  }

  @Test
  void outcomesAndTasksThatEndedAreCountedAndTasksThatWereTakenAwayAreNot() {
    activity.received(1);
    activity.received(2);
    activity.emitted(3);
    assertThat(activity.errorRate()).as("of no tasks").isEmpty();
    activity.began(task("done", 1), 1_000);
    activity.began(task("failed", 1), 1_000);
    activity.began(task("taken away", 1), 1_000);
    activity.finished(task("done", 1), true);
    activity.finished(task("failed", 1), false);
    activity.ended(task("taken away", 1));
    activity.finished(task("done", 1), true);
    assertThat(activity.processed()).isEqualTo(4);
    assertThat(activity.responses()).isEqualTo(2);
    assertThat(activity.errorRate()).hasValue(0.5);
    assertThat(activity.tasks()).isZero();
  }

  @Test
  void theTaskThatItHasHadLongestIsWhatItDoesAndAnotherAttemptIsAnotherTask() {
    activity.began(task("first", 2), 1_000);
    activity.began(task("second", 1), 1_000);
    assertThat(activity.current(2_000)).hasValue(new CurrentTask("first", "Knead", null, null));
    activity.progressed(task("first", 2), 25);
    activity.progressed(task("first", 1), 99);
    assertThat(activity.current(2_000))
        .as("a quarter in a second")
        .hasValue(new CurrentTask("first", "Knead", 25.0, Instant.ofEpochMilli(5_000)));
    assertThat(activity.task("first", 1)).isEmpty();
    activity.ended(task("first", 1));
    assertThat(activity.tasks()).isEqualTo(2);
    activity.ended(task("first", 2));
    assertThat(activity.current(2_000)).hasValue(new CurrentTask("second", "Knead", null, null));
  }
}
