/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ResultTableTest {
  private final Results results = new Results();

  ResultTableTest() {
    List.of("python", "node", "starling").forEach(results::addSystem);
  }

  @Test
  void shouldShowMediansRatiosAndDashes() {
    for (double value : new double[] {400, 700, 500}) {
      results.add("python", Measure.OUTCOMES, value);
    }
    results.add("starling", Measure.OUTCOMES, 12_000.0);
    results.add("starling", Measure.OUTCOMES, 13_000.0);
    results.add("node", Measure.OUTCOMES, null);
    results.add("starling", Measure.REST_P50, 1.234);
    results.remark("python", Measure.OUTCOMES, "tired");
    results.note("python: tired");
    String table = ResultTable.render(results, "starling");
    assertThat(cells(table, "outcomes routed, saturated ↑"))
        .containsExactly("1/s", "500 (tired)", "–", "12 500", "25×", "–", "> 10 000");
    assertThat(cells(table, "REST: POST → visible in GET p50 ↓"))
        .containsExactly("ms", "–", "–", "1.23", "–", "–", "55–140");
    assertThat(cells(table, "measure"))
        .containsExactly(
            "unit",
            "python",
            "node",
            "starling",
            "starling ÷ python",
            "starling ÷ node",
            "reference claims");
    assertThat(table).contains("\n- python: tired").doesNotContain("Chromium");
  }

  @Test
  void shouldAddUpWhatMustNotHappenAndSaySo() {
    results.add("starling", Measure.LOST, 0.0);
    assertThat(results.whole("starling")).isTrue();
    results.add("starling", Measure.LOST, 2.0);
    results.add("starling", Measure.LOST, 1.0);
    assertThat(results.joined("starling", Measure.LOST)).isEqualTo(3);
    assertThat(results.whole("starling")).isFalse();
    assertThat(results.whole("node")).isTrue();
  }

  @Test
  void shouldPrintThreeDigits() {
    assertThat(
            List.of(0.12345, 1.2345, 12.345, 123.45, 1234567.8, 0.0, 7.0).stream()
                .map(ResultTable::number))
        .containsExactly("0.123", "1.23", "12.3", "123", "1 234 568", "0", "7");
    assertThat(ResultTable.ratio(1.0, 0.0)).isEqualTo("–");
    assertThat(Results.median(List.of(3.0, 1.0, 2.0, 10.0))).isEqualTo(2.5);
  }

  private static List<String> cells(String table, String title) {
    return table
        .lines()
        .filter(line -> line.startsWith("| " + title + " "))
        .map(line -> List.of(line.split("\\|", -1)))
        .map(cells -> cells.subList(2, cells.size() - 1).stream().map(String::strip).toList())
        .findFirst()
        .orElseThrow();
  }
}
