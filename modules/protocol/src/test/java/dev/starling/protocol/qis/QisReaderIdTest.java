/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonMessages;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The id of a message that could not be read, for the refusal to repeat. */
final class QisReaderIdTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"x","id":"a b"}                              | "a b"
          {"id":12.50}                                         | 12.50
          {"id":1,"type":"outcome","packet":5}                 | 1
          {"type":"outcome","packet":{"id":2},"id":"\\u00e9"}  | "\\u00e9"
          {"i\\u0064" : 3 , "x" : [{}]}                        | 3
          """)
  void theIdOfARefusedMessageIsFound(String text, String id) {
    assertThat(idOf(text)).isEqualTo(RawJson.of(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"type\":\"x\"}",
        "{\"id\":null}",
        "{\"id\":{}}",
        "{\"id\":true}",
        "{\"id\":NaN}",
        "{\"id\":1,\"x\":tru}",
        "{\"id\":1",
        "{\"x\":{\"id\":1}}",
        "\"id\"",
        "x"
      })
  void whereThereIsNoIdOrNoTellingThereIsNone(String text) {
    assertThat(idOf(text)).isNull();
  }

  @Test
  void anIdThatIsTooLongIsNotRepeated() {
    assertThat(idOf("{\"id\":\"" + "i".repeat(255) + "\"}")).isNull();
  }

  private static @Nullable RawJson idOf(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return JsonMessages.idOf(bytes, 0, bytes.length);
  }
}
