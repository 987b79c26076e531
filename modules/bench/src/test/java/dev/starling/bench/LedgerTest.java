/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LedgerTest {
  private final Ledger ledger = new Ledger(100);

  @Test
  void shouldBalanceWhenEverythingCameOnceInAnyOrder() {
    for (int i = 0; i < 40_000; i++) {
      int sequence = ledger.emit();
      assertThat(ledger.receive(sequence, 99)).isTrue();
      ledger.promise(sequence, 2);
      assertThat(ledger.receive(sequence, 0)).isTrue();
    }
    assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(40_000, 0, 0, 0, 0, 0));
  }

  @Test
  void shouldNotLetADuplicateHideALoss() {
    int sequence = ledger.emit();
    ledger.promise(sequence, 2);
    assertThat(ledger.receive(sequence, 70)).isTrue();
    assertThat(ledger.receive(sequence, 70)).isFalse();
    assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(1, 1, 1, 0, 0, 0));
  }

  @Test
  void shouldTellUnansweredUnpromisedAndUnknown() {
    ledger.emit();
    int second = ledger.emit();
    ledger.promise(second, 0);
    ledger.receive(second, 3);
    ledger.receive(2, 3);
    ledger.receive(-1, 3);
    assertThat(ledger.totals()).isEqualTo(new Ledger.Totals(2, 0, 0, 1, 1, 2));
  }

  @Test
  void shouldKeepOrderWhenAQueueGrowsAroundItsEnd() {
    IntQueue queue = new IntQueue();
    int next = 0;
    for (int i = 0; i < 1000; i++) {
      queue.add(i);
      if (i % 3 == 0) {
        assertThat(queue.remove()).isEqualTo(next++);
      }
    }
    while (!queue.isEmpty()) {
      assertThat(queue.remove()).isEqualTo(next++);
    }
    assertThat(next).isEqualTo(1000);
  }
}
