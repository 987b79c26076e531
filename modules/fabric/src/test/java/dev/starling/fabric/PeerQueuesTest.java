/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class PeerQueuesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PeerQueues queues = new PeerQueues(100, registry);

  private double waiting() {
    return registry.get("starling.fabric.waiting").gauge().value();
  }

  private double drops(String cause) {
    return registry.get("starling.fabric.drops").tag("cause", cause).counter().count();
  }

  @Test
  void whatWaitsForANodeIsBoundedAndWhatFindsNoRoomIsCounted() {
    assertThat(queues.enter("a", 60)).isTrue();
    assertThat(queues.enter("a", 40)).isTrue();
    assertThat(queues.enter("a", 1)).isFalse();
    assertThat(drops("peer-queue")).isEqualTo(1);
    assertThat(waiting()).isEqualTo(100);
  }

  @Test
  void aNodeThatStandsStillTakesNoRoomFromAnother() {
    assertThat(queues.enter("a", 100)).isTrue();
    assertThat(queues.enter("b", 100)).isTrue();
    assertThat(waiting()).isEqualTo(200);
  }

  @Test
  void whatLeavesMakesRoom() {
    assertThat(queues.enter("a", 100)).isTrue();
    queues.leave("a", 100, true);
    assertThat(waiting()).isZero();
    assertThat(queues.enter("a", 100)).isTrue();
    assertThat(drops("unsent")).isZero();
  }

  @Test
  void whatNeverLeftIsCounted() {
    assertThat(queues.enter("a", 100)).isTrue();
    queues.leave("a", 100, false);
    assertThat(waiting()).isZero();
    assertThat(drops("unsent")).isEqualTo(1);
  }

  @Test
  void aMessageLargerThanTheBoundLeavesWhereNothingElseWaits() {
    assertThat(queues.enter("a", 1_000)).isTrue();
    assertThat(queues.enter("a", 1)).isFalse();
    queues.leave("a", 1_000, true);
    assertThat(queues.enter("a", 1)).isTrue();
  }
}
