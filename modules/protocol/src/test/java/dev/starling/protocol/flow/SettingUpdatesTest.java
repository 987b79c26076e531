/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.settings.SettingUpdate;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingUpdatesTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aBatchIsReadInItsOrderWithWhateverValues() {
    assertThat(
            SettingUpdates.batchBody(
                utf8(
                    """
                    {"x":[1],"updates":[{"path":"a.b","value":null},
                     {"value":{"c": [1, 2]},"path":"d.e","note":"passed over"}]}\
                    """)))
        .containsExactly(
            new SettingUpdate("a.b", RawJson.of("null")),
            new SettingUpdate("d.e", RawJson.of("{\"c\": [1, 2]}")));
  }

  @Test
  void oneValueIsReadForThePathOfTheCall() {
    assertThat(SettingUpdates.valueBody("a.b", utf8("{\"value\": 1.5}")))
        .isEqualTo(new SettingUpdate("a.b", RawJson.of("1.5")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                          | updates            | nothing
          {"updates":{}}                              | updates            | an object
          {"updates":[]}                              | updates            | none
          {"updates":[1]}                             | updates[0]         | a number
          {"updates":[{"path":"a.b","value":1},null]} | updates[1]         | null
          {"updates":[{"value":1}]}                   | updates[0].path    | nothing
          {"updates":[{"path":7,"value":1}]}          | updates[0].path    | a number
          {"updates":[{"path":"a.b"}]}                | updates[0].value   | nothing
          """)
  void whatIsWrongIsNamed(String body, String field, String came) {
    assertThatThrownBy(() -> SettingUpdates.batchBody(utf8(body)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
              assertThat(refusal.details()).containsEntry("field", field);
              assertThat(refusal.details()).containsEntry("came", came);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]
          {"value":1
          {"value":1} {}
          {"value":nope}
          {"value":NaN}
          {"value":nan}
          """)
  void whatIsNoJsonObjectIsSaidToBeNone(String body) {
    assertThatThrownBy(() -> SettingUpdates.valueBody("a.b", utf8(body)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
              assertThat(refusal.text()).isEqualTo("invalid JSON");
              assertThat(String.valueOf(refusal.details().get("reason")))
                  .doesNotContain("Source", "StreamReadConstraints", "or 'NaN'");
            });
  }

  private static String reason(byte[] body) {
    String[] reason = {""};
    assertThatThrownBy(() -> SettingUpdates.valueBody("a.b", body))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> reason[0] = String.valueOf(refusal.details().get("reason")));
    return reason[0];
  }

  @Test
  void aBodyMustBePlainUtf8() {
    byte[] broken = utf8("{\"value\":\"x\"}");
    broken[10] = (byte) 0xFF;

    assertThat(reason(broken)).isEqualTo("the text is not UTF-8");
    assertThat(reason(utf8("\uFEFF{\"value\":1}"))).contains("byte-order mark");
  }

  @Test
  void valuesHaveABound() {
    String longest = "\"" + "x".repeat(SettingUpdates.LONGEST_VALUE - 2) + "\"";
    String pair = "{\"path\":\"a.b\",\"value\":" + longest + "}";
    String many = String.join(",", Collections.nCopies(16, pair));

    assertThat(SettingUpdates.batchBody(utf8("{\"updates\":[" + many + "]}"))).hasSize(16);
    assertThatThrownBy(
            () -> SettingUpdates.batchBody(utf8("{\"updates\":[" + many + "," + pair + "]}")))
        .hasMessage("updates: expected values of at most 1048576 bytes together, got more");
    assertThatThrownBy(() -> SettingUpdates.valueBody("a.b", utf8("{\"value\":[" + longest + "]}")))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_SETTING))
        .hasMessage("value: expected a value of at most 65536 bytes, got 65538 bytes");
  }

  @Test
  void aBatchHasABound() {
    String most =
        IntStream.range(0, SettingUpdates.MOST)
            .mapToObj(i -> "{\"path\":\"a.b" + i + "\",\"value\":" + i + "}")
            .collect(Collectors.joining(","));

    assertThat(SettingUpdates.batchBody(utf8("{\"updates\":[" + most + "]}")))
        .hasSize(SettingUpdates.MOST);
    assertThatThrownBy(() ->
            SettingUpdates.batchBody(
                utf8("{\"updates\":[" + most + ",{\"path\":\"a.b\",\"value\":1}]}")))
        .hasMessage("updates: expected at most 1000 changes, got more");
  }
}
