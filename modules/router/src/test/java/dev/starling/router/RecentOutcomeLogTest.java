/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcome;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import dev.starling.protocol.mesh.RouterMessage.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentOutcomeLogTest {
  private static RecentOutcome outcome(long millis, byte[] packet) {
    return new RecentOutcome(new RawJson(packet), millis, Status.ROUTED, List.of(), false);
  }

  private static List<Long> times(RecentOutcomeLog log, long since, int limit) {
    return log.since(new RecentQuery(since, limit)).outcomes().stream()
        .map(RecentOutcome::routedMillis)
        .toList();
  }

  @Test
  void theNewestComeFirst() {
    RecentOutcomeLog log = new RecentOutcomeLog(10);
    for (int i = 1; i <= 5; i++) {
      log.add(outcome(i, new byte[1]));
    }
    assertThat(times(log, 0, 100)).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(times(log, 0, 2)).containsExactly(5L, 4L);
    assertThat(times(log, 4, 100)).containsExactly(5L, 4L);
    assertThat(times(log, 6, 100)).isEmpty();
  }

  @Test
  void itIsBoundedInNumber() {
    RecentOutcomeLog log = new RecentOutcomeLog(3);
    for (int i = 1; i <= 100; i++) {
      log.add(outcome(i, new byte[1]));
    }
    assertThat(times(log, 0, 1_000)).containsExactly(100L, 99L, 98L);
  }

  @Test
  void anAnswerHoldsAboutAMegabyteAtMost() {
    RecentOutcomeLog log = new RecentOutcomeLog(100_000);
    byte[] packet = new byte[300_000];
    for (int i = 1; i <= 300; i++) {
      log.add(outcome(i, packet));
    }
    assertThat(times(log, 0, 1_000)).containsExactly(300L, 299L, 298L, 297L);
  }

  @Test
  void anAnswerTellsWhetherOlderOnesFoundNoRoom() {
    RecentOutcomeLog log = new RecentOutcomeLog(10);
    for (int i = 1; i <= 5; i++) {
      log.add(outcome(i, new byte[1]));
    }
    assertThat(log.since(new RecentQuery(0, 4)).more()).isTrue();
    assertThat(log.since(new RecentQuery(0, 5)).more()).isFalse();
    assertThat(log.since(new RecentQuery(2, 4)).more()).isFalse();
    log.add(outcome(6, new byte[1 << 20]));
    assertThat(log.since(new RecentQuery(0, 10)).more()).isTrue();
    assertThat(log.since(new RecentQuery(6, 10)).more()).isFalse();
  }
}
