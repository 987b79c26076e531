/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.starling.vectors.Fingerprints;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The real model, loaded once. */
class SentenceEmbedderTest {
  private static final SentenceEmbedder EMBEDDER = new SentenceEmbedder(1, Optional.empty());

  @AfterAll
  static void close() {
    EMBEDDER.close();
  }

  private static double likeness(String one, String other) {
    List<float[]> both = EMBEDDER.embed(List.of(one, other));
    return Fingerprints.cosine(both.getFirst(), both.getLast());
  }

  @Test
  void likeMeaningInOtherWordsPassesTheThresholdAndAnotherTopicDoesNot() {
    String crashes = "kubernetes pod crashes";
    String failures = "container orchestration failures";
    assertThat(likeness(crashes, failures)).isGreaterThan(SentenceEmbedder.THRESHOLD);
    assertThat(likeness(crashes, "gardening")).isLessThan(SentenceEmbedder.THRESHOLD);
    assertThat(likeness(failures, "gardening")).isLessThan(SentenceEmbedder.THRESHOLD);
  }

  @Test
  void aTextHasTheSameFingerprintWhateverItIsEmbeddedWith() {
    String text = "the database ran out of connections";
    float[] alone = EMBEDDER.embed(List.of(text)).getFirst();
    List<float[]> among = EMBEDDER.embed(List.of("a much longer text ".repeat(20), text, "x"));
    assertThat(among.get(1)).containsExactly(alone);
  }

  @Test
  void everyFingerprintHasLengthOneAndTheDimensionOfItsSpace() {
    for (float[] one : EMBEDDER.embed(List.of("a", "two words", "日本語", "🦩"))) {
      assertThat(one).hasSize(EMBEDDER.space().dimension());
      assertThat(Fingerprints.cosine(one, one)).isCloseTo(1, within(1e-6));
      double square = 0;
      for (float value : one) {
        square += value * value;
      }
      assertThat(square).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void blanksMatchNothing() {
    assertThat(Fingerprints.isZero(EMBEDDER.embed(List.of(" \n")).getFirst())).isTrue();
  }

  /** The end of a text that is longer than the model's window counts too. */
  @Test
  void aLongTextIsTheMeanOfItsParts() {
    String bread = "The baker kneads dough and bakes bread in a stone oven. ".repeat(30);
    String ships = "The captain steers the ship through a storm at sea. ".repeat(30);
    assertThat(likeness(bread + ships, "sailing a ship"))
        .isGreaterThan(likeness(bread, "sailing a ship") + 0.2);
    assertThat(likeness(bread + ships, "baking bread"))
        .isGreaterThan(likeness(ships, "baking bread") + 0.2);
  }
}
