/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatestIdsTest {

  @Test
  void anIdIsNewOnceAndAgainWhenEnoughOthersCame() {
    LatestIds ids = new LatestIds(2);
    assertThat(ids.add("a")).isTrue();
    assertThat(ids.add("a")).isFalse();
    assertThat(ids.add("b")).isTrue();
    assertThat(ids.add("c")).isTrue();
    assertThat(ids.add("b")).isFalse();
    assertThat(ids.add("a")).isTrue();
  }
}
