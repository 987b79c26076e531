/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.RouterMessage.Pair;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PairLedgerTest {
  private final PairLedger ledger = new PairLedger();

  @Test
  void aPairCountsOnceInEitherDirection() {
    assertThat(ledger.activate("a", "b")).isTrue();
    assertThat(ledger.activate("b", "a")).isFalse();
    assertThat(ledger.activate("a", "a")).isFalse();
    assertThat(ledger.count()).hasValue(1);
    assertThat(ledger.all()).containsExactly(new Pair("a", "b"));
    assertThat(ledger.holds(new Pair("a", "b"))).isTrue();
  }

  @Test
  void whoeverLeavesTakesItsPairs() {
    ledger.activate("a", "b");
    ledger.activate("c", "b");
    ledger.activate("a", "c");
    ledger.forget("b");
    ledger.forget("nobody");
    assertThat(ledger.count()).hasValue(1);
    assertThat(ledger.all()).containsExactly(new Pair("a", "c"));
    assertThat(ledger.holds(new Pair("a", "c"))).isTrue();
    assertThat(ledger.holds(new Pair("a", "b"))).isFalse();
    assertThat(ledger.holds(new Pair("x", "y"))).isFalse();
  }

  @Test
  void whoeverTakesAFormerAgentsPlaceBeginsWithoutPairs() {
    ledger.activate("a", "b");
    ledger.forget("b");
    assertThat(ledger.activate("c", "d")).isTrue();
    assertThat(ledger.activate("a", "c")).isTrue();
    assertThat(ledger.holds(new Pair("a", "b"))).isFalse();
    assertThat(ledger.all()).containsExactlyInAnyOrder(new Pair("c", "d"), new Pair("a", "c"));
  }

  @Test
  void itAlwaysEqualsAPlainSetOfPairs() {
    Random random = new Random(3);
    Set<Pair> truth = new HashSet<>();
    for (int step = 0; step < 30_000; step++) {
      String one = "agent-" + random.nextInt(60);
      String other = "agent-" + random.nextInt(60);
      if (random.nextInt(20) == 0) {
        ledger.forget(one);
        truth.removeIf(pair -> pair.lesser().equals(one) || pair.greater().equals(one));
      } else {
        boolean isNew = !one.equals(other) && truth.add(Pair.of(one, other));
        assertThat(ledger.activate(one, other)).isEqualTo(isNew);
      }
      assertThat(ledger.count()).hasValue(truth.size());
      if (step % 1_000 == 0) {
        assertThat(ledger.all()).containsExactlyInAnyOrderElementsOf(truth);
      }
    }
  }
}
