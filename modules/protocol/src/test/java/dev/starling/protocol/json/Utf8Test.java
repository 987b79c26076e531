/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8Test {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "eight ch", "eight chars and more", "é", "1234567é", "€😀\u0000x"})
  void textIsValid(String text) {
    assertThat(Utf8.isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  /** In this order: stray, cut off, overlong, half of a pair, beyond Unicode, never used. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf61",
        "c3",
        "c361",
        "e282",
        "f09f98",
        "c080",
        "c1bf",
        "e08080",
        "eda080",
        "edbfbf",
        "f4908080",
        "f8888080",
        "ff",
        "fe"
      })
  void whatIsNotUtf8IsToldWhereverItStands(String hex) {
    for (int before = 0; before < 20; before++) {
      for (int after : new int[] {0, 1, 9}) {
        byte[] bytes = HexFormat.of().parseHex("61".repeat(before) + hex + "61".repeat(after));
        assertThat(Utf8.isValid(bytes)).as("%s behind %d", hex, before).isFalse();
      }
    }
  }

  @Test
  void itAgreesWithTheDecoderOfTheJdk() {
    Random random = new Random(8);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = "plain text, é, €, 😀 and so on".getBytes(StandardCharsets.UTF_8);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      assertThat(Utf8.isValid(bytes)).isEqualTo(decodes(bytes));
    }
  }

  private static boolean decodes(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).hasRemaining();
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
