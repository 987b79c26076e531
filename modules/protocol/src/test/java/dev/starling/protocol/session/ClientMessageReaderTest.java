/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.session;

import static dev.starling.protocol.session.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowClientMessage.AgentControl;
import dev.starling.protocol.flow.FlowClientMessage.Auth;
import dev.starling.protocol.flow.FlowClientMessage.Subscribe;
import dev.starling.protocol.flow.FlowReader;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import dev.starling.protocol.qis.QisReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One socket, two dialects: the type alone decides which one a message is of. */
final class ClientMessageReaderTest {

  @Test
  void bothDialectsAreRead() {
    assertThat(read("{\"type\":\"ping\",\"timestamp\":1706006400000}"))
        .isEqualTo(new ClientMessage.Qis(new Ping(null, RawJson.of("1706006400000"))));
    assertThat(read("{\"type\":\"subscribe\",\"events\":[\"positions\"]}"))
        .isEqualTo(new ClientMessage.Flow(new Subscribe(null, Set.of(Event.POSITIONS))));
  }

  @Test
  void theIdIsThatOfTheMessageInEitherDialect() {
    assertThat(read("{\"type\":\"ping\",\"id\":\"a\"}").id()).isEqualTo(RawJson.of("\"a\""));
    assertThat(read("{\"type\":\"voice_stop\",\"id\":1.50}").id()).isEqualTo(RawJson.of("1.50"));
    assertThat(read("{\"type\":\"ping\"}").id()).isNull();
    assertThat(read("{\"type\":\"voice_stop\"}").id()).isNull();
  }

  @Test
  void noTypeIsOfBothDialects() {
    List<String> all = types().toList();

    assertThat(all).doesNotHaveDuplicates();
    assertThat(QisReader.TYPES).noneMatch(FlowReader::isKnown).allMatch(QisReader::isKnown);
    assertThat(FlowReader.TYPES).noneMatch(QisReader::isKnown).allMatch(FlowReader::isKnown);
  }

  private static Stream<String> types() {
    return Stream.concat(QisReader.TYPES.stream(), FlowReader.TYPES.stream());
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeThatErrorsListIsTaken(String type) {
    assertThat(refusal("{\"type\":\"" + type + "\",\"id\":{}}").details())
        .containsEntry("field", "id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                       | None
          {"id":1,"events":["positions"]}          | None
          {"type":null,"token":"t"}                | None
          {"type":"None"}                          | None
          {"type":"Subscribe"}                     | Subscribe
          {"type":"agent-control","id":1}          | agent-control
          {"type":"ping "}                         | `ping `
          {"type":["auth"]}                        | ["auth"]
          {"type":"telepathy","type":"ping"}       | telepathy
          {"type":"a\\"b"}                         | a"b
          """)
  void anUnknownTypeIsNamedAndTheKnownOnesAreListed(String text, String type) {
    RefusalException refusal = refusal(text);

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
    assertThat(refusal.text()).isEqualTo("unknown message type: " + type);
    assertThat(refusal.details()).containsEntry("known", types().toList());
  }

  @Test
  void theFirstTypeThatIsKnownCounts() {
    assertThat(read("{\"type\":\"ping\",\"type\":\"voice_stop\"}"))
        .isEqualTo(new ClientMessage.Qis(new Ping(null, null)));
    assertThat(read("{\"type\":null,\"type\":\"ping\",\"type\":5}"))
        .isEqualTo(new ClientMessage.Qis(new Ping(null, null)));
  }

  @Test
  void theTypeMayStandBehindALargeField() {
    String padding = "x".repeat(1_000_000);

    assertThat(
            read(
                "{\"x\":\""
                    + padding
                    + "\",\"action\":\"pause\",\"agentId\":\"a\","
                    + "\"type\":\"agent_control\"}"))
        .isEqualTo(new ClientMessage.Flow(new AgentControl(null, ControlAction.PAUSE, "a")));
  }

  @Test
  void onlyTheGivenBytesAreRead() {
    byte[] bytes = "}{\"type\":\"voice_stop\",\"id\":12}34".getBytes(StandardCharsets.UTF_8);

    assertThat(ClientMessageReader.read(bytes, 1, bytes.length - 2).id())
        .isEqualTo(RawJson.of("12"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"subscribe","events":["x"],"id":"s-1"}            | "s-1"   | UNKNOWN_EVENT
          {"id":7,"type":"graph_interaction","action":"fly"}        | 7       | INVALID_MESSAGE
          {"type":"auth","token":5,"id":1.50}                       | 1.50    | INVALID_MESSAGE
          {"type":"voice_start","id":"\\u00e9","sampleRate":1}      | "\\u00e9" | INVALID_MESSAGE
          {"type":"telepathy","id":1,"id":2}                        | 2       | UNKNOWN_TYPE
          {"type":"register","fingerprint":[],"id":3}               | 3       | INVALID_FINGERPRINT
          """)
  void theIdOfARefusedMessageOfEitherDialectIsFound(String text, String id, ErrorCode code) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(refusal(text).code()).isEqualTo(code);
    assertThat(JsonMessages.idOf(bytes, 0, bytes.length)).isEqualTo(RawJson.of(id));
  }

  @Test
  void aMessageInWordsNeverTellsAToken() {
    ClientMessage message = read("{\"type\":\"auth\",\"token\":\"secret\",\"pubkey\":\"p-1\"}");

    assertThat(message).isEqualTo(new ClientMessage.Flow(new Auth(null, "secret", "p-1")));
    assertThat(message.toString()).contains("Auth").doesNotContain("secret", "p-1");
  }

  private static ClientMessage read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ClientMessageReader.read(bytes, 0, bytes.length);
  }
}
