/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class HitsTest {
  @Test
  void shouldKeepEveryHitWhileGrowing() {
    Hits<Integer> hits = new Hits<>();
    for (int round = 0; round < 2; round++) {
      hits.clear();
      for (int i = 0; i < 1000; i++) {
        hits.add(i, i / 1000.0);
      }
      assertThat(hits.size()).isEqualTo(1000);
      for (int i = 0; i < 1000; i++) {
        assertThat(hits.entry(i)).isEqualTo(i);
        assertThat(hits.similarity(i)).isEqualTo(i / 1000.0);
      }
    }
  }

  @Test
  void shouldRefuseIndexesBeyondItsSize() {
    Hits<String> hits = new Hits<>();
    hits.add("gone", 1);
    hits.clear();
    hits.add("here", 1);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> hits.entry(1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> hits.entry(-1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> hits.similarity(1));
  }
}
