/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowsTest {
  private static final Set<String> AGENTS = Set.of("a", "b", "c");
  private final List<Routed> routed = new ArrayList<>();

  private void routed(long at, String source, int hops, boolean isExpired, String... receivers) {
    routed.add(new Routed(at, source, hops, isExpired, List.of(receivers)));
  }

  private Windows windows() {
    return new Windows(routed, AGENTS, 1_000, 100, 3);
  }

  @Test
  void shouldCountWhatIsWithinTheWindowsBySource() {
    routed(999, "client", 0, false, "a");
    routed(1_000, "client", 0, false, "a", "b", "other");
    routed(1_099, "a", 1, false, "b");
    routed(1_100, "client", 0, false);
    routed(1_299, "b", 3, false);
    routed(1_299, "b", 9, true);
    routed(1_300, "a", 1, false);
    assertThat(windows().in()).containsExactly(1, 1, 0);
    assertThat(windows().out()).containsExactly(1, 0, 1);
    assertThat(windows().hops()).containsExactly(1, 3);
    assertThat(windows().expired()).isEqualTo(1);
    assertThat(windows().heard()).isEqualTo(3);
    assertThat(windows().tellers()).isEqualTo(2);
    assertThat(windows().seconds()).isEqualTo(0.3);
  }

  @Test
  void shouldNameAgentsThatHeardSomethingAndNeverTold() {
    routed(500, "a", 1, false);
    routed(1_000, "client", 0, false, "a", "b");
    assertThat(windows().silent()).containsExactly("b");
  }

  @Test
  void shouldSayHowManyTimesMoreComesAtTheEndThanAtTheBeginning() {
    for (int window = 0; window < 3; window++) {
      routed(1_000 + 100 * window, "client", 0, false);
      for (int i = 0; i <= window; i++) {
        routed(1_050 + 100 * window, "a", 1, false);
      }
    }
    assertThat(windows().trend()).isEqualTo(3);
  }

  @Test
  void shouldHaveTextsEnoughForEightTopics() throws IOException {
    assertThat(SynthesisBenchmark.texts()).hasSize(24).doesNotHaveDuplicates();
  }
}
