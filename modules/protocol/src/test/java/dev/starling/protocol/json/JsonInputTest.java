/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonInputTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NaN                  | f[0] | a finite number within the range of a 32-bit float | NaN
          1, 2, -Infinity      | f[2] | a finite number within the range of a 32-bit float | -Infinity
          1, Infinity, 2       | f[1] | a finite number within the range of a 32-bit float | Infinity
          1e999                | f[0] | a finite number within the range of a 32-bit float | Infinity
          0.5, -1e999          | f[1] | a finite number within the range of a 32-bit float | -Infinity
          3.4028236e38         | f[0] | a finite number within the range of a 32-bit float | Infinity
          1, null              | f[1] | a number                                           | null
          1, "2"               | f[1] | a number                                           | a string
          true                 | f[0] | a number                                           | true
          1, false             | f[1] | a number                                           | false
          1, [2, 3]            | f[1] | a number                                           | an array
          [1, 2], [3]          | f[0] | a number                                           | an array
          1, 2, 3, {"x": [1]}  | f[3] | a number                                           | an object
          null, 1e999, "x"     | f[0] | a number                                           | null
          ''                   | f    | an array of 1 to 4096 numbers                      | 0 numbers
          """)
  void anArrayThatIsNoFingerprintIsRefusedByItsField(
      String elements, String field, String expected, String came) {
    assertThat(refusal("[" + elements + "]"))
        .containsExactly(entry("field", field), entry("expected", expected), entry("came", came));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "abc"  | a string
          {}     | an object
          12     | a number
          1.5    | a number
          true   | true
          false  | false
          """)
  void whatIsNoArrayIsRefused(String value, String came) {
    assertThat(refusal(value))
        .containsExactly(
            entry("field", "f"),
            entry("expected", "an array of 1 to 4096 numbers"),
            entry("came", came));
  }

  @Test
  void theCountOfAnArrayThatIsTooLongIsTold() {
    String tooMany = String.join(",", Collections.nCopies(4097, "0.5"));
    String farTooMany = String.join(",", Collections.nCopies(10_000, "0.5"));

    assertThat(refusal("[" + tooMany + "]")).containsEntry("came", "4097 numbers");
    assertThat(refusal("[" + farTooMany + "]")).containsEntry("came", "10000 numbers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,2",
        "[1,2,",
        "[",
        "[1",
        "[-",
        "[1e",
        "[1.",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1 2]",
        "[01]",
        "[-01]",
        "[1.]",
        "[.5]",
        "[+1]",
        "[-]",
        "[1e]",
        "[1e+]",
        "[0x1]",
        "[1}",
        "[nul]",
        "[\"a]",
        "[1,[2]",
        "[1,{]",
        "[tru",
        "[[NaN]]",
        "[{\"a\":Infinity}]",
        "[1]]1",
        "[1,'2']",
        "[null,01]",
        "[1e999,]",
        "[null,"
      })
  void whatIsNoJsonIsNoRefusalOfAField(String array) {
    assertThatThrownBy(
            () -> {
              try (JsonInput in = opened("{\"f\":" + array + "}")) {
                in.floats("f");
                assertThat(in.nextToken()).isEqualTo(JsonToken.END_OBJECT);
                assertThat(in.nextToken()).isNull();
              }
            })
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void readingGoesOnBehindTheArray() throws IOException {
    try (JsonInput in = opened("{\"f\": [1.5 ,\n-2e0 ] , \"g\":7}")) {
      assertThat(in.floats("f")).containsExactly(1.5f, -2f);
      assertThat(in.currentToken()).isEqualTo(JsonToken.END_ARRAY);
      assertThat(in.nextFieldName()).isEqualTo("g");
      assertThat(in.nextToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
      assertThat(in.getIntValue()).isEqualTo(7);
      assertThat(in.nextToken()).isEqualTo(JsonToken.END_OBJECT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"te\\u0078t\"",
        "\"\"",
        "12",
        "-0.5e7",
        "true",
        "false",
        "null",
        "{}",
        "[]",
        "1e999",
        "{ \"a\" : [ 1 , { \"b\" : \"é😀\" } ] }",
        "[\n1,\t[2]]",
        "123456789012345678901234567890"
      })
  void aRawValueIsExactlyItsBytesWhereverItStands(String value) throws IOException {
    for (String before : new String[] {"", " ", "\n\t"}) {
      for (String after : new String[] {"", " ", "\r\n"}) {
        try (JsonInput in = opened("{\"f\":" + before + value + after + ", \"next\":1}")) {
          assertThat(in.rawValue()).hasToString(value);
          assertThat(in.nextFieldName()).isEqualTo("next");
        }
      }
    }
  }

  @Test
  void positionsHoldInTheMiddleOfAnArrayOfBytes() throws IOException {
    byte[] bytes = "garbage{\"é\" : \"v\"}garbage".getBytes(StandardCharsets.UTF_8);
    try (JsonInput in = JsonInput.open(bytes, 7, bytes.length - 7)) {
      in.nextToken();
      assertThat(in.nextFieldName()).isEqualTo("é");
      assertThat(in.nameStart()).isEqualTo(8);
      in.nextToken();
      assertThat(in.valueStart()).isEqualTo(15);
      assertThat(in.rawValue()).hasToString("\"v\"");
      assertThat(in.position()).isEqualTo(18);
      assertThat(in.nextToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(in.nextToken()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NaN", "Infinity", "-Infinity", "[1,NaN]", "{\"a\":[{\"b\":-Infinity}]}", "-INF"})
  void aLiteralThatIsNoNumberIsNoJsonToSkip(String value) {
    assertThatThrownBy(
            () -> {
              try (JsonInput in = opened("{\"f\":" + value + "}")) {
                in.skipValue();
              }
            })
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void aNameHasItsLimit() throws IOException {
    try (JsonInput in = opened("{\"f\":{\"" + "n".repeat(1_024) + "\":1}}")) {
      in.skipValue();
      assertThat(in.nextToken()).isEqualTo(JsonToken.END_OBJECT);
    }
    assertThatThrownBy(
            () -> {
              try (JsonInput in = opened("{\"f\":{\"" + "n".repeat(1_100) + "\":1}}")) {
                in.skipValue();
              }
            })
        .isInstanceOf(JacksonException.class);
  }

  /** Stands at the value of the first member. */
  private static JsonInput opened(String object) throws IOException {
    byte[] bytes = object.getBytes(StandardCharsets.UTF_8);
    JsonInput in = JsonInput.open(bytes, 0, bytes.length);
    in.nextToken();
    in.nextFieldName();
    in.nextToken();
    return in;
  }

  private static Map<String, Object> refusal(String value) {
    RefusalException refusal =
        catchThrowableOfType(
            RefusalException.class,
            () -> {
              try (JsonInput in = opened("{\"f\":" + value + "}")) {
                in.floats("f");
              }
            });
    assertThat(refusal).as(value).isNotNull();
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FINGERPRINT);
    return refusal.details();
  }
}
