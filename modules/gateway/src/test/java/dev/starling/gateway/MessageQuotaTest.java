/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.MessageQuota.Verdict.EXHAUSTED;
import static dev.starling.gateway.MessageQuota.Verdict.REFUSED;
import static dev.starling.gateway.MessageQuota.Verdict.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.MessageQuota.Verdict;
import dev.starling.protocol.qis.QisClientMessage;
import dev.starling.protocol.session.ClientMessage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageQuotaTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int PER_MINUTE = 60;
  private static final int MALFORMED = 3;

  private final MessageQuota quota = new MessageQuota(PER_MINUTE, MALFORMED, 0);

  private List<Verdict> take(int messages, long now) {
    return IntStream.range(0, messages).mapToObj(i -> quota.take(1, now)).toList();
  }

  private List<Verdict> drag(int moves, long now) {
    return IntStream.range(0, moves).mapToObj(i -> quota.takeDrag(now)).toList();
  }

  @Test
  void whoeverGoesOnPastTheLimitIsTakenNoMore() {
    assertThat(take(PER_MINUTE, 0)).containsOnly(TAKEN);
    assertThat(take(MessageQuota.PATIENCE, 0)).containsOnly(REFUSED);
    assertThat(quota.take(1, 0)).isEqualTo(EXHAUSTED);
  }

  @Test
  void whoeverWasPatientForAMinuteIsForgiven() {
    take(PER_MINUTE, 0);
    assertThat(take(MessageQuota.PATIENCE, 0)).containsOnly(REFUSED);
    assertThat(take(PER_MINUTE, 61 * SECOND)).containsOnly(TAKEN);
    assertThat(take(MessageQuota.PATIENCE, 61 * SECOND)).containsOnly(REFUSED);
    assertThat(quota.take(1, 61 * SECOND)).isEqualTo(EXHAUSTED);
  }

  @Test
  void aMessageCountsAsOneForEach64KibThatInflationBeginsToAdd() {
    assertThat(quota.take(10 * MessageQuota.UNIT, 0)).isEqualTo(TAKEN);
    assertThat(quota.take(MessageQuota.UNIT + 1, 0)).isEqualTo(TAKEN);
    assertThat(quota.take(0, 0)).isEqualTo(TAKEN);
    assertThat(take(PER_MINUTE - 13, 0)).containsOnly(TAKEN);
    assertThat(quota.take(1, 0)).isEqualTo(REFUSED);
  }

  @Test
  void aMessageThatCameAsLargeAsItIsCountsAsOne() {
    ClientMessage large = new ClientMessage.Qis(new QisClientMessage.Ping(null, null));
    for (int i = 0; i < PER_MINUTE; i++) {
      assertThat(quota.take(large, 10 << 20, 0, 0)).isEqualTo(TAKEN);
    }
    assertThat(quota.take(large, 10 << 20, 0, 0)).isEqualTo(REFUSED);
  }

  @Test
  void theLargestMessageIsTakenWhereOneMoreIsAndTheNextWaitForIt() {
    take(PER_MINUTE - 1, 0);
    assertThat(quota.take(11 * MessageQuota.UNIT, 0)).isEqualTo(TAKEN);
    assertThat(quota.take(1, 0)).isEqualTo(REFUSED);
    assertThat(quota.retryAfterMillis(0)).isEqualTo(11_000);
    assertThat(quota.take(1, 11 * SECOND + 1)).isEqualTo(TAKEN);
  }

  @Test
  void itSaysWhenTheNextMessageIsTaken() {
    take(PER_MINUTE + 1, 0);
    assertThat(quota.retryAfterMillis(0)).isEqualTo(1_000);
    assertThat(quota.take(1, SECOND + 1)).isEqualTo(TAKEN);
  }

  @Test
  void whoeverSendsTooMuchThatIsNoMessageInAMinuteIsToldSo() {
    for (int minute = 0; minute < 2; minute++) {
      long now = 61L * minute * SECOND;
      for (int i = 0; i < MALFORMED; i++) {
        assertThat(quota.takeMalformed(now)).isTrue();
      }
      assertThat(quota.takeMalformed(now)).isFalse();
    }
  }

  @Test
  void movesOfANodeAreFreeUpToSixtyASecondAndCountBeyond() {
    assertThat(drag(60 + PER_MINUTE, 0)).containsOnly(TAKEN);
    assertThat(quota.takeDrag(0)).isEqualTo(REFUSED);
    assertThat(drag(60, SECOND)).containsOnly(TAKEN);
  }

  @Test
  void freeMovesTakeNothingFromOtherMessages() {
    assertThat(drag(60, 0)).containsOnly(TAKEN);
    assertThat(take(PER_MINUTE, 0)).containsOnly(TAKEN);
    assertThat(quota.take(1, 0)).isEqualTo(REFUSED);
  }
}
