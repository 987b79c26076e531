/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pieces of the model's own vocabulary; the numbers are those of its reference tokenizer. */
class WordPiecesTest {
  private static WordPieces pieces;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            WordPiecesTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json"))) {
      pieces = WordPieces.read(in);
    }
  }

  @Test
  void aRareWordIsCutIntoTheLongestPieces() {
    assertThat(pieces.of("Kubernetes pod crashes"))
        .containsExactly(13970, 5677, 7159, 2229, 17491, 19119);
  }

  @Test
  void accentsAndCapitalsGo() {
    assertThat(pieces.of("Straße café naïve İstanbul"))
        .containsExactly(2358, 27807, 7668, 15743, 9960);
  }

  @Test
  void ideographsAndPunctuationAreWordsByThemselves() {
    assertThat(pieces.of("日本 text")).containsExactly(1864, 1876, 3793);
    assertThat(pieces.of("don't, $5+")).containsExactly(2123, 1005, 1056, 1010, 1002, 1019, 1009);
  }

  @Test
  void blanksOfAllKindsPartWordsAndControlsDoNot() {
    assertThat(pieces.of("a\u00a0b\u200bc\u0000d \ttab\nnewline"))
        .containsExactly(1037, 4647, 2094, 21628, 2047, 4179);
    assertThat(pieces.of(" \u00a0\n")).isEmpty();
  }

  @Test
  void whatHasNoPiecesIsUnknownAsAWhole() {
    assertThat(pieces.of("unaffable 🦩")).containsExactly(14477, 20961, 3468, 100);
    assertThat(pieces.of("x".repeat(101) + " y")).containsExactly(100, 1061);
  }

  @Test
  void aMarkOfTheModelIsTextLikeAnyOther() {
    assertThat(pieces.of("[SEP]")).doesNotContain(pieces.number(WordPieces.LAST)).hasSize(3);
  }

  @Test
  void aTokenizerThatIsNoneIsRefused() {
    assertThatThrownBy(() -> read("{\"model\":{}}")).hasMessageContaining("without vocab");
    assertThatThrownBy(() -> read("{\"model\":{\"vocab\":{\"a\":1}}}"))
        .hasMessageContaining("without [UNK]");
    assertThat(new WordPieces(Map.of("[UNK]", 0, "a", 1)).of("a b")).containsExactly(1, 0);
  }

  private static WordPieces read(String json) throws IOException {
    return WordPieces.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }
}
