/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.task.TaskPriority;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingTest {
  private static final Lane COOKS = new Lane.OfSkill("cook", "");
  private static final Lane SOUP = new Lane.OfSkill("", "soup");
  private static final Lane ANNA = new Lane.OfAgent("anna");

  private final Waiting waiting = new Waiting();

  private Optional<String> first(List<Lane> of) {
    return waiting.first(of, taskId -> true);
  }

  @Test
  void theMostUrgentGoesFirstAndOfThoseTheOneThatCameFirst() {
    waiting.add("late", TaskPriority.HIGH, 3, List.of(COOKS));
    waiting.add("early", TaskPriority.HIGH, 1, List.of(COOKS));
    waiting.add("urgent", TaskPriority.CRITICAL, 9, List.of(COOKS));
    waiting.add("idle", TaskPriority.LOW, 0, List.of(COOKS));
    for (String next : List.of("urgent", "early", "late", "idle")) {
      assertThat(first(List.of(COOKS))).contains(next);
      waiting.remove(next);
    }
    assertThat(first(List.of(COOKS))).isEmpty();
  }

  @Test
  void anAgentGetsTheFirstOfAllItsLanes() {
    waiting.add("of-cooks", TaskPriority.NORMAL, 2, List.of(COOKS));
    waiting.add("of-anna", TaskPriority.NORMAL, 1, List.of(ANNA));
    assertThat(first(List.of(COOKS, SOUP, ANNA))).contains("of-anna");
    assertThat(first(List.of(SOUP))).isEmpty();
  }

  @Test
  void aTaskThatWaitsInSeveralLanesLeavesThemTogether() {
    waiting.add("task", TaskPriority.NORMAL, 1, List.of(COOKS, SOUP));
    waiting.add("task", TaskPriority.NORMAL, 1, List.of(SOUP, ANNA));
    assertThat(waiting.size()).isEqualTo(1);
    assertThat(first(List.of(COOKS))).isEmpty();
    waiting.remove("task");
    assertThat(first(List.of(SOUP, ANNA))).isEmpty();
    assertThat(waiting.has("task")).isFalse();
  }

  @Test
  void whatAnAgentMayNotHaveIsPassedOver() {
    waiting.add("first", TaskPriority.HIGH, 1, List.of(COOKS));
    waiting.add("second", TaskPriority.NORMAL, 2, List.of(COOKS));
    assertThat(waiting.first(List.of(COOKS), taskId -> !taskId.equals("first"))).contains("second");
    assertThat(waiting.first(List.of(COOKS), taskId -> false)).isEmpty();
  }
}
