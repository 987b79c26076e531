/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Printed digits, topics, percentiles. */
final class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0.1,0.1",
    "-0.5,-0.5",
    "1,1",
    "-0.0,0",
    "100,100",
    "12345678901234567890,12345678901234567000",
    "1e21,1e+21",
    "1.5e300,1.5e+300",
    "0.000001,0.000001",
    "1e-7,1e-7",
    "-1.25e-9,-1.25e-9",
    "0.30000000000000004,0.30000000000000004",
    "4.35,4.35",
    "2e-3,0.002"
  })
  void shouldPrintDoublesAsJavaScriptDoes(double value, String printed) {
    assertThat(JsNumbers.print(value)).isEqualTo(printed);
    assertThat(Double.parseDouble(printed)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"0.1234564,0.123456", "0.1,0.1", "-0.0000001,0", "-0.4999999,-0.5"})
  void shouldPrintSixDecimals(double value, String printed) {
    assertThat(JsNumbers.printSixDecimals(value)).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({"100,20,128", "30,10,32", "200,200,384"})
  void shouldKeepTopicsTogetherAndApart(int agents, int topics, int dimension) {
    Topics made = Topics.of(agents, topics, dimension, 42);
    for (int a = 0; a < agents; a++) {
      for (int b = 0; b < a; b++) {
        double cosine = Topics.cosine(made.fingerprint(a), made.fingerprint(b));
        if (made.topic(a) == made.topic(b)) {
          assertThat(cosine).isGreaterThan(Topics.ALIKE);
        } else {
          assertThat(cosine).isLessThan(Topics.UNLIKE);
        }
      }
    }
  }

  @Test
  void shouldMakeTheSameTopicsAgainAndRefuseTooMany() {
    assertThat(Topics.of(4, 2, 16, 1).json(3, Workload.Digits.JS))
        .isEqualTo(Topics.of(4, 2, 16, 1).json(3, Workload.Digits.JS));
    assertThatThrownBy(() -> Topics.of(50, 50, 2, 1)).hasMessageContaining("no room");
  }

  @Test
  void shouldFindPercentilesToThreeDigits() {
    Latencies latencies = new Latencies();
    assertThat(latencies.millis(50)).isNull();
    for (int ms = 1; ms <= 1000; ms++) {
      latencies.record(ms * 1_000_000L);
    }
    latencies.record(-5);
    assertThat(latencies.count()).isEqualTo(1001);
    assertThat(latencies.millis(50)).isCloseTo(500, within(1.0));
    assertThat(latencies.millis(99)).isCloseTo(990, within(1.5));
    assertThat(latencies.maxMillis()).isCloseTo(1000, within(1.0));
  }

  @Test
  void shouldTakeTheOffsetBetweenTwoClocksOut() {
    double[] forth = {6, 7, 8};
    double[] back = {-4, -3, -2};
    BrowserProbe.Seen seen = BrowserProbe.seen(forth, back, new double[] {3});
    assertThat(seen.clockOffset()).isEqualTo(5);
    assertThat(seen.push()).containsExactlyInAnyOrder(1, 2, 3, 1, 2, 3);
    assertThat(seen.pushMillis(99)).isEqualTo(3);
  }

  @Test
  void shouldReadLiveHeapFromAClassHistogram() {
    String histogram =
        """
         num     #instances         #bytes  class name (module)
        -------------------------------------------------------
           1:          9876        1234567  [B (java.base@25)
        Total         54321        7654321
        """;
    assertThat(MemoryProbe.liveHeap(histogram)).isEqualTo(7_654_321L);
    assertThat(MemoryProbe.liveHeap("")).isNull();
  }
}
