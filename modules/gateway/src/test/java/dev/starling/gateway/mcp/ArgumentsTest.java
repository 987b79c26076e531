/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.RefusalException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  private static final JsonShape SHAPE =
      JsonShape.EMPTY
          .with("name", JsonShape.text("what people see"))
          .optional("op", JsonShape.choice("what to do", "go", "stay"))
          .optional("limit", JsonShape.whole("how many", 1, 100))
          .optional("share", JsonShape.number("of all", 0, 1))
          .optional("words", JsonShape.list("some", JsonShape.text("a word")))
          .optional("deep", JsonShape.flag("whether"))
          .optional("input", JsonShape.object("given"))
          .optional("payload", JsonShape.anything("any JSON"));

  private static JsonObject check(String arguments) {
    return Arguments.checked(SHAPE.json(), new JsonObject(arguments.replace('\'', '"')));
  }

  @Test
  void argumentsAsTheSchemaHasThemPass() {
    for (String arguments :
        List.of(
            "{'name':'a'}",
            "{'name':'a','op':'go','limit':100,'share':0.5,'words':['x'],'deep':true}",
            "{'name':'a','limit':1.0,'input':{'b':[]},'payload':[1,{}],'op':null}")) {
      assertThatCode(() -> check(arguments)).doesNotThrowAnyException();
    }
  }

  @Test
  void nullIsAsGoodAsNothingButWhereAnyJsonWillDo() {
    assertThat(check("{'name':'a','op':null,'limit':null,'words':null,'deep':false}"))
        .isEqualTo(new JsonObject().put("name", "a").put("deep", false));
    assertThat(check("{'name':'a','payload':null}"))
        .isEqualTo(new JsonObject().put("name", "a").putNull("payload"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | name: expected text (what people see), got nothing",
        "{'name':null} | name: expected text (what people see), got nothing",
        "{'name':7} | name: expected text (what people see), got 7",
        "{'name':'a','op':'run'} | op: expected one of go, stay, got run",
        "{'name':'a','limit':0} | limit: expected a whole number from 1 to 100 (how many), got 0",
        "{'name':'a','limit':2.5} | limit: expected a whole number from 1 to 100 (how many), got 2.5",
        "{'name':'a','share':'x'} | share: expected a number from 0.0 to 1.0 (of all), got x",
        "{'name':'a','words':['x',7]} | words[1]: expected text (a word), got 7",
        "{'name':'a','words':[null]} | words[0]: expected text (a word), got null",
        "{'name':'a','deep':'yes'} | deep: expected true or false (whether), got yes",
        "{'name':'a','input':[]} | input: expected an object (given), got an array",
        "{'name':'a','nmae':1} | nmae: expected one of the arguments name, op, limit, share, words, deep, input, payload, got an argument that the tool does not have"
      })
  void anArgumentThatIsWrongIsNamedWithWhatWouldBeRight(String arguments, String text) {
    assertThatThrownBy(() -> check(arguments))
        .isInstanceOf(RefusalException.class)
        .hasMessage(text);
  }
}
