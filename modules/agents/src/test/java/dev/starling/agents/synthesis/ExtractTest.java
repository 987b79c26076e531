/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExtractTest {
  private static final List<String> TEXTS =
      List.of(
          "The cache drops hot keys. It rained today.",
          "Hot keys leave the cache too early. The cache is small.",
          "Somebody sang.");

  @Test
  void theSentencesWithTheMostCommonWordsAreChosenInTheirOrder() {
    assertThat(Extract.of(TEXTS, 2, 500))
        .isEqualTo("The cache drops hot keys. The cache is small.");
  }

  @Test
  void theSameSentenceIsToldOnce() {
    assertThat(Extract.of(List.of("The cache is cold.", "THE cache is cold."), 3, 500))
        .isEqualTo("The cache is cold.");
  }

  @Test
  void aSummaryIsNoLongerThanItMayBe() {
    assertThat(Extract.of(TEXTS, 5, 30)).hasSizeLessThanOrEqualTo(30).isNotEmpty();
    assertThat(Extract.of(List.of("x".repeat(1000)), 1, 100)).hasSize(100);
  }

  @Test
  void nothingIsSummarisedAsNothing() {
    assertThat(Extract.of(List.of(), 3, 100)).isEmpty();
    assertThat(Extract.of(List.of("", " ", "a b"), 3, 100)).isEmpty();
  }
}
