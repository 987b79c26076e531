/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void shouldCountMissingLettersOnceAndWrongOnesTwice() {
    assertThat(Nearest.edits("port", "port")).isZero();
    assertThat(Nearest.edits("por", "port")).isEqualTo(1);
    assertThat(Nearest.edits("porrt", "port")).isEqualTo(2);
    assertThat(Nearest.edits("part", "port")).isEqualTo(2);
    assertThat(Nearest.edits("", "port")).isEqualTo(4);
    assertThat(Nearest.edits("port", "")).isEqualTo(8);
  }

  @Test
  void shouldFindTheNearestName() {
    List<String> known = List.of("router", "gateway", "router.similarity-threshold");
    assertThat(Nearest.within("gatwey", known)).contains("gateway");
    assertThat(Nearest.within("router.threshold", known)).contains("router.similarity-threshold");
  }

  @Test
  void shouldGuessNothingThatIsFarOff() {
    List<String> known = List.of("router", "gateway", "log-format");
    assertThat(Nearest.within("foo", known)).isEmpty();
    assertThat(Nearest.within("physics", known)).isEmpty();
    assertThat(Nearest.within("", known)).isEmpty();
    assertThat(Nearest.within("foo", List.of())).isEmpty();
  }
}
