/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeDigestTest {
  private final OutcomeDigest digest = new OutcomeDigest();

  @Test
  void isTheSameFromEveryRouter() {
    assertThat(digest.of("agent", "é-1")).isEqualTo(0x465367F62CB04402L);
    assertThat(new OutcomeDigest().of("agent", "é-1")).isEqualTo(digest.of("agent", "é-1"));
  }

  @Test
  void tellsSourcesAndIdsApartAndWhereOneEndsAndTheOtherBegins() {
    assertThat(digest.of("agent", "1")).isNotEqualTo(digest.of("agent", "2"));
    assertThat(digest.of("agent", "1")).isNotEqualTo(digest.of("other", "1"));
    assertThat(digest.of("ab", "c")).isNotEqualTo(digest.of("a", "bc"));
    assertThat(digest.of("a", "")).isNotEqualTo(digest.of("", "a"));
  }
}
