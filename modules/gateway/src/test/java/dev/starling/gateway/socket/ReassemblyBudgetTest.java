/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReassemblyBudgetTest {
  private static final long MIB = 1 << 20;
  private static final int MESSAGE = 10 << 20;

  @Test
  void anEighthOfTheHeapIsForUnfinishedMessagesAndRoomForTwoWhereThatIsLittle() {
    assertThat(ReassemblyBudget.of(1024 * MIB, MESSAGE).most()).isEqualTo(128 * MIB);
    assertThat(ReassemblyBudget.of(64 * MIB, MESSAGE).most()).isEqualTo(20 * MIB);
    assertThat(ReassemblyBudget.of(16 * MIB, MESSAGE).most()).isEqualTo(8 * MIB);
  }
}
