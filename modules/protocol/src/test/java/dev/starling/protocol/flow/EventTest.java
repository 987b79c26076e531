/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventTest {
  private static final int COMBINATIONS = 1 << Event.values().length;

  @Test
  void everyCombinationSurvivesTheWayThroughBits() {
    for (int bits = 0; bits < COMBINATIONS; bits++) {
      Set<Event> events = Event.ofBits(bits);
      assertThat(events).hasSize(Integer.bitCount(bits));
      assertThat(Event.bits(events)).isEqualTo(bits);
    }
  }

  @Test
  void bitsOfNoEventAreLeftOut() {
    assertThat(Event.ofBits(0)).isEmpty();
    assertThat(Event.ofBits(-1)).isEqualTo(EnumSet.allOf(Event.class));
    assertThat(Event.ofBits(~(COMBINATIONS - 1))).isEmpty();
    assertThat(Event.bits(Set.of())).isZero();
  }

  @Test
  void eachBitIsItsPlaceAndStaysThere() {
    assertThat(Event.values())
        .extracting(Event::bit)
        .containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
  }

  @ParameterizedTest
  @EnumSource(Event.class)
  void anEventIsFoundByItsName(Event event) {
    assertThat(Event.of(event.word())).contains(event);
    assertThat(Event.of(event.name())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "position", "positions ", "agent-status", "AGENT_STATUS", "all"})
  void noEventHasAnotherName(String name) {
    assertThat(Event.of(name)).isEmpty();
  }

  @Test
  void theKnownOnesAreListedInOrder() {
    assertThat(Event.KNOWN)
        .containsExactly(
            "positions",
            "graph_update",
            "simulation_state",
            "agent_status",
            "task_progress",
            "gpu_analytics",
            "anomaly_detected",
            "system_event",
            "settings_updated",
            "outcome_routed");
  }
}
