/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FloatArrayScannerTest {
  private static final String[] SPACES = {"", "", "", " ", "\n", "\r\n", "\t", "  \t \n "};

  @Test
  void everyNumberEqualsTheFloatOfItsParsedDoubleBitForBit() {
    NumberTexts texts = new NumberTexts(new Random(20250616));
    Random spaces = new Random(1);
    int checked = 0;
    while (checked < 200_000) {
      String[] numbers = new String[1 + spaces.nextInt(256)];
      StringBuilder array = new StringBuilder("[");
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = texts.next();
        array.append(i == 0 ? "" : ",").append(space(spaces)).append(numbers[i]);
        array.append(space(spaces));
      }
      float[] values = scanned(array.append(']').toString());
      assertThat(values).hasSameSizeAs(numbers);
      for (int i = 0; i < numbers.length; i++) {
        requireSame(numbers[i], values[i]);
      }
      checked += numbers.length;
    }
  }

  /** The doubles nearest to these lie on the far side of a float boundary, or on it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.00000005960464477539062500000000000001",
        "1.00000005960464477539062499999999999999",
        "1.000000059604644775390625",
        "1.00000017881393432617187500000000000001",
        "1.00000017881393432617187499999999999999",
        "16777217",
        "16777217.0000000000000001",
        "16777219",
        "33554434.000000004",
        "9007199791611905",
        "340282356779733642748073463979561713663",
        "3.4028235677973362e38",
        "1.401298464324817e-45",
        "7.006492321624085e-46",
        "7.006492321624086e-46",
        "1e-46",
        "1e-400",
        "1.17549431578984e-38",
        "123456789012345678901234567890e-20",
        "999999999999999999",
        "9999999999999999999",
        "0.000000000000000000000000000001234567890123456789",
        "1E+0000000000000000000000000000000000000000000000000000000010",
        "1e-99999999999",
        "0e99999999999",
        "-0",
        "-0.0",
        "0.0000000000000000000000000",
        "0.00000000000000000000000000000000000000000000000000000000000000e5"
      })
  void numbersAtTheEdgesOfTheFastPathAreExact(String text) {
    requireSame(text, scanned("[" + text + "]")[0]);
    requireSame("-" + text.replace("-0", "0"), scanned("[-" + text.replace("-0", "0") + "]")[0]);
  }

  @Test
  void aNumberOfHundredsOfDigitsIsExact() {
    String text = "0." + "3".repeat(990) + "e1";

    requireSame(text, scanned("[" + text + "]")[0]);
  }

  @Test
  void aNumberLongerThanJacksonReadsIsLeftToJackson() {
    byte[] array = ("[0." + "3".repeat(1_000) + "]").getBytes(StandardCharsets.UTF_8);

    assertThat(new FloatArrayScanner(array, 1, array.length).scan()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "]",
        " ]",
        "1",
        "1,",
        "1,]",
        ",1]",
        "1 2]",
        "1;2]",
        "[1]]",
        "{}]",
        "null]",
        "\"1\"]",
        "true]",
        "01]",
        "-01]",
        "00]",
        "1.]",
        "1.e5]",
        ".5]",
        "+1]",
        "-]",
        "--1]",
        "1e]",
        "1e+]",
        "1e-]",
        "1.5E]",
        "NaN]",
        "Infinity]",
        "-Infinity]",
        "0x10]",
        "1f]",
        "1_000]",
        "1.2.3]",
        "1e5.5]",
        "1,,2]",
        "1e999]",
        "-1e999]",
        "3.4028236e38]",
        "3.4028235677973366e38]",
        "340282356779733661637539395458142568447]",
        "1}",
        "-",
        "1.",
        "1e",
        "٣]"
      })
  void whateverIsNoPlainArrayOfFloatsIsLeftToTheTokenReader(String rest) {
    byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);

    assertThat(new FloatArrayScanner(bytes, 0, bytes.length).scan()).isFalse();
  }

  @Test
  void nothingBehindTheLimitIsRead() {
    byte[] bytes = "12,34]".getBytes(StandardCharsets.UTF_8);

    for (int limit = 0; limit < bytes.length; limit++) {
      assertThat(new FloatArrayScanner(bytes, 0, limit).scan()).isFalse();
    }
    assertThat(new FloatArrayScanner(bytes, 0, bytes.length).scan()).isTrue();
  }

  @Test
  void theEndIsTheClosingBracket() {
    byte[] bytes = "[[1 , 2 ],[3]]".getBytes(StandardCharsets.UTF_8);
    FloatArrayScanner scanner = new FloatArrayScanner(bytes, 2, bytes.length);

    assertThat(scanner.scan()).isTrue();
    assertThat(scanner.end()).isEqualTo(8);
    assertThat(scanner.values()).containsExactly(1, 2);
  }

  @Test
  void moreThanAFingerprintHoldsIsNotGathered() {
    String most = String.join(",", Collections.nCopies(Fingerprint.MAX_DIMENSION, "1"));

    assertThat(scanned("[" + most + "]")).hasSize(Fingerprint.MAX_DIMENSION).containsOnly(1);
    byte[] more = (most + ",1]").getBytes(StandardCharsets.UTF_8);
    assertThat(new FloatArrayScanner(more, 0, more.length).scan()).isFalse();
  }

  private static String space(Random random) {
    return SPACES[random.nextInt(SPACES.length)];
  }

  private static float[] scanned(String array) {
    byte[] bytes = array.getBytes(StandardCharsets.UTF_8);
    FloatArrayScanner scanner = new FloatArrayScanner(bytes, 1, bytes.length);
    assertThat(scanner.scan()).as(array).isTrue();
    return scanner.values();
  }

  private static void requireSame(String text, float value) {
    float expected = (float) Double.parseDouble(text);
    if (Float.floatToRawIntBits(value) != Float.floatToRawIntBits(expected)) {
      assertThat(value).as(text).isEqualTo(expected);
      throw new AssertionError(text + " lost its sign");
    }
  }
}
