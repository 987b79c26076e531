/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.settings.SettingUpdate;
import java.nio.charset.StandardCharsets;
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
          """)
  void whatIsNoJsonObjectIsSaidToBeNone(String body) {
    assertThatThrownBy(() -> SettingUpdates.valueBody("a.b", utf8(body)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON));
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
