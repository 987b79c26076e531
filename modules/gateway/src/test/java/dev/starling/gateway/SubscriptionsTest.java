/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.protocol.flow.Event.AGENT_STATUS;
import static dev.starling.protocol.flow.Event.ANOMALY_DETECTED;
import static dev.starling.protocol.flow.Event.GPU_ANALYTICS;
import static dev.starling.protocol.flow.Event.GRAPH_UPDATE;
import static dev.starling.protocol.flow.Event.POSITIONS;
import static dev.starling.protocol.flow.Event.SETTINGS_UPDATED;
import static dev.starling.protocol.flow.Event.SYSTEM_EVENT;
import static dev.starling.protocol.flow.Event.TASK_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.Event;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubscriptionsTest {
  private final Subscriptions subscriptions = new Subscriptions(10);

  private static Set<Event> shownOn(Endpoint endpoint) {
    return switch (endpoint) {
      case CONSOLE -> Set.of(POSITIONS, GRAPH_UPDATE, SYSTEM_EVENT, SETTINGS_UPDATED);
      case AGENTS -> Set.of(AGENT_STATUS, TASK_PROGRESS, SYSTEM_EVENT);
      case ANALYTICS -> Set.of(GPU_ANALYTICS, ANOMALY_DETECTED);
      case VOICE, QIS, AGENT_PORT -> Set.of();
    };
  }

  @ParameterizedTest
  @EnumSource(Endpoint.class)
  void aSessionBeginsWithWhatItsEndpointShows(Endpoint endpoint) {
    assertThat(subscriptions.held()).isEmpty();
    assertThat(subscriptions.begin(endpoint)).isTrue();
    assertThat(subscriptions.held()).isEqualTo(shownOn(endpoint));
  }

  @Test
  void itBeginsWithNoMoreThanItMayHold() {
    Subscriptions two = new Subscriptions(2);
    assertThat(two.begin(Endpoint.CONSOLE)).isTrue();
    assertThat(two.held()).containsExactlyInAnyOrder(POSITIONS, GRAPH_UPDATE);
    two.add(Set.of());
    assertThat(two.held()).hasSize(2);
  }

  @Test
  void whatItChoseSinceIsNotOverwrittenUntilEverythingWasTaken() {
    subscriptions.begin(Endpoint.AGENTS);
    subscriptions.remove(Set.of(TASK_PROGRESS, POSITIONS));
    assertThat(subscriptions.begin(Endpoint.AGENTS)).isFalse();
    assertThat(subscriptions.held()).containsExactlyInAnyOrder(AGENT_STATUS, SYSTEM_EVENT);
    subscriptions.clear();
    assertThat(subscriptions.held()).isEmpty();
    assertThat(subscriptions.begin(Endpoint.AGENTS)).isTrue();
    assertThat(subscriptions.held()).isEqualTo(shownOn(Endpoint.AGENTS));
  }

  @Test
  void whatIsAddedIsHeldOnceAndHasItsOwnBit() {
    for (Event event : Event.values()) {
      assertThat(subscriptions.has(event)).isFalse();
      subscriptions.add(Set.of(event));
      subscriptions.add(Set.of(event));
      assertThat(subscriptions.has(event)).isTrue();
    }
    assertThat(subscriptions.held()).isEqualTo(EnumSet.allOf(Event.class));
    subscriptions.remove(Set.of(POSITIONS));
    assertThat(subscriptions.held()).isEqualTo(EnumSet.complementOf(EnumSet.of(POSITIONS)));
  }

  @Test
  void moreThanMayBeHeldAreRefusedAndChangeNothing() {
    Subscriptions few = new Subscriptions(2);
    few.add(Set.of(POSITIONS));
    assertThatThrownBy(() -> few.add(Set.of(GRAPH_UPDATE, SYSTEM_EVENT)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
              assertThat(refusal.details())
                  .containsEntry("field", "events")
                  .containsEntry("expected", "at most 2 subscriptions at a time")
                  .containsEntry("came", "3");
            });
    assertThat(few.held()).containsExactly(POSITIONS);
    few.add(Set.of(POSITIONS, GRAPH_UPDATE));
    assertThat(few.held()).containsExactlyInAnyOrder(POSITIONS, GRAPH_UPDATE);
  }
}
