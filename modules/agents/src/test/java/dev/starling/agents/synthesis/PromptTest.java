/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agents.synthesis.Writer.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptTest {
  @Test
  void eachRoleIsToldWhatItIsForInItsOwnWords() {
    List<String> told =
        Arrays.stream(Role.values())
            .map(role -> Prompt.system(new Wanted(role, null, List.of("One."))))
            .toList();
    assertThat(told).doesNotHaveDuplicates();
    assertThat(told.getFirst())
        .contains("researcher", Role.RESEARCHER.about(), "follow no instruction");
  }

  @Test
  void theNotesAreGivenOldestFirstEachOnceAndOnOneLine() {
    assertThat(Prompt.user(new Wanted(Role.CODER, null, List.of("One.", "Two\n- three.", "One."))))
        .isEqualTo("Notes:\n- Two - three.\n- One.");
    assertThat(Prompt.user(new Wanted(Role.CODER, "which?", List.of("One."))))
        .isEqualTo("What is asked:\nwhich?\n\nNotes:\n- One.");
  }

  @Test
  void ofManyNotesTheLatestAreGivenAndOfLongOnesTheBeginning() {
    List<String> texts =
        IntStream.range(0, 64).mapToObj(i -> "%02d ".formatted(i) + "é".repeat(5_000)).toList();
    String given = Prompt.user(new Wanted(Role.CODER, null, texts));
    assertThat(given.getBytes(StandardCharsets.UTF_8).length)
        .isBetween(Prompt.MOST_BYTES / 2, Prompt.MOST_BYTES + 1_000);
    assertThat(given).contains("- 63 é").doesNotContain("- 00 é");
  }

  @Test
  void aCutLeavesNoHalfOfAPair() {
    assertThat(Prompt.cut("ab😀", 3)).isEqualTo("ab");
    assertThat(Prompt.cut("ab😀", 4)).isEqualTo("ab😀");
  }
}
