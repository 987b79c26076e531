/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.bench.embedding.LabelledTexts.Pair;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LikenessesTest {
  private static double[] of(int zeros, double... values) {
    return Arrays.copyOf(values, zeros + values.length);
  }

  @Test
  void shouldChooseTheLeastThresholdThatLetsOneInAHundredThrough() {
    Likenesses likenesses =
        new Likenesses(
            Map.of(
                Pair.RELATED, new double[] {0.9, 0.42, 0.3, 0.1},
                Pair.NEIGHBOURS, of(97, 0.5, 0.415, 0.3),
                Pair.UNRELATED, of(99, 0.2)));
    assertThat(likenesses.threshold()).isEqualTo(0.31);
    assertThat(likenesses.share(Pair.RELATED, 0.42)).isEqualTo(0.5);
    assertThat(likenesses.falseShare(0.31)).isEqualTo(0.01);
  }

  @Test
  void shouldHaveAFewHundredPairsOfEachKindAndNoTextTwice() {
    LabelledTexts texts = LabelledTexts.builtIn();
    assertThat(texts.all()).doesNotHaveDuplicates().hasSizeGreaterThan(150);
    Map<Pair, Integer> counts = new EnumMap<>(Pair.class);
    for (int i = 0; i < texts.size(); i++) {
      for (int j = 0; j < i; j++) {
        counts.merge(texts.pair(i, j), 1, Integer::sum);
      }
    }
    assertThat(counts)
        .isEqualTo(Map.of(Pair.RELATED, 504, Pair.NEIGHBOURS, 1176, Pair.UNRELATED, 12348));
  }
}
