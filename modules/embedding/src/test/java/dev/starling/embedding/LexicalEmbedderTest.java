/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.vectors.Fingerprints;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LexicalEmbedderTest {
  private final LexicalEmbedder embedder = new LexicalEmbedder(Optional.empty());

  private double likeness(String one, String other) {
    List<float[]> both = embedder.embed(List.of(one, other));
    return Fingerprints.cosine(both.getFirst(), both.getLast());
  }

  @Test
  void likeWordingIsNearAndLikeMeaningIsNot() {
    assertThat(likeness("the database index is slow", "Slow database: an index"))
        .isGreaterThan(LexicalEmbedder.THRESHOLD);
    assertThat(likeness("indexes of databases", "database index")).isGreaterThan(0.2);
    assertThat(likeness("kubernetes pod crashes", "container orchestration failures"))
        .isLessThan(LexicalEmbedder.THRESHOLD);
  }

  @Test
  void itsNameSaysThatItIsLexical() {
    assertThat(embedder.space().name()).startsWith("lexical-");
  }

  /** Agents of other builds have these; whoever changes them changes the name of the space. */
  @Test
  void aTextHasTheSameFingerprintInEveryBuild() {
    float[] values = embedder.embed(List.of("Bakes bread")).getFirst();
    assertThat(values).hasSize(256);
    assertThat(Arrays.hashCode(values)).isEqualTo(1643533511);
  }

  @Test
  void aTextWithoutWordsMatchesNothing() {
    assertThat(Fingerprints.isZero(embedder.embed(List.of("?! --")).getFirst())).isTrue();
  }
}
