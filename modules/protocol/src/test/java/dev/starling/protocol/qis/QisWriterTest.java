/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.qis.QisServerMessage.OutcomeAck;
import dev.starling.protocol.qis.QisServerMessage.Pong;
import dev.starling.protocol.qis.QisServerMessage.QueryResult;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisServerMessage.Registered;
import dev.starling.protocol.qis.QisServerMessage.Similar;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QisWriterTest {

  @Test
  void registeredHasTheFieldsOfTheReferenceAndThenTheAdditions() {
    assertThat(text(new Registered(null, "agent-1", 3, 0.75, "node-a")))
        .isEqualTo(
            "{\"type\":\"registered\",\"agent_id\":\"agent-1\",\"agent_count\":3,"
                + "\"similarity_threshold\":0.75,\"gateway\":\"node-a\"}");
  }

  @Test
  void anAckHasTheFieldsOfTheReferenceInItsOrder() {
    assertThat(text(new OutcomeAck(null, "routed", "o-1", List.of("b", "a"), false)))
        .isEqualTo(
            "{\"type\":\"outcome_ack\",\"status\":\"routed\",\"outcome_id\":\"o-1\","
                + "\"matches_found\":2,\"routed_to\":[\"b\",\"a\"]}");
  }

  @Test
  void anAckSaysWhenAgentsMayHaveBeenMissed() {
    assertThat(text(new OutcomeAck(RawJson.of("4"), "expired", "o-1", List.of(), true)))
        .isEqualTo(
            "{\"type\":\"outcome_ack\",\"status\":\"expired\",\"outcome_id\":\"o-1\","
                + "\"matches_found\":0,\"routed_to\":[],\"partial\":true,\"id\":4}");
  }

  @Test
  void aQueryResultNamesAgentsInTheirOrder() {
    List<Similar> agents = List.of(new Similar("b", 0.9876), new Similar("a", -1));

    assertThat(text(new QueryResult(null, agents)))
        .isEqualTo(
            "{\"type\":\"query_result\",\"agents\":[{\"agent_id\":\"b\",\"similarity\":0.9876},"
                + "{\"agent_id\":\"a\",\"similarity\":-1.0}]}");
    assertThat(text(new QueryResult(null, List.of())))
        .isEqualTo("{\"type\":\"query_result\",\"agents\":[]}");
  }

  @Test
  void thePongToABarePingIsAsBare() {
    assertThat(text(new Pong(null, null, 1_750_000_000_000L))).isEqualTo("{\"type\":\"pong\"}");
    assertThat(text(new Pong(RawJson.of("\"p\""), null, 1)))
        .isEqualTo("{\"type\":\"pong\",\"id\":\"p\"}");
  }

  @Test
  void aPongRepeatsTheTimestampAsItCame() {
    assertThat(text(new Pong(null, RawJson.of("1.750e12"), 1_750_000_000_001L)))
        .isEqualTo("{\"type\":\"pong\",\"timestamp\":1.750e12,\"serverTime\":1750000000001}");
  }

  @Test
  void anErrorRepeatsItsMessageForClientsOfTheReference() {
    RefusalException refusal =
        RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "limit", "a number", "a \"string\"");

    assertThat(text(new Refused(RawJson.of("\"q\""), refusal)))
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"INVALID_MESSAGE\","
                + "\"message\":\"limit: expected a number, got a \\\"string\\\"\","
                + "\"details\":{\"field\":\"limit\",\"expected\":\"a number\","
                + "\"came\":\"a \\\"string\\\"\"},"
                + "\"error\":\"limit: expected a number, got a \\\"string\\\"\",\"id\":\"q\"}");
  }

  @Test
  void detailsAreNumbersTextsAndFlagsInTheOrderGiven() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("z", 1);
    details.put("y", 2_000_000_000_000L);
    details.put("x", 0.5);
    details.put("w", true);
    details.put("v", ErrorCode.TIMEOUT);
    details.put("a", "é");

    assertThat(text(new Refused(null, new RefusalException(ErrorCode.TIMEOUT, "late", details))))
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"TIMEOUT\",\"message\":\"late\",\"details\":{\"z\":1,"
                + "\"y\":2000000000000,\"x\":0.5,\"w\":true,\"v\":\"TIMEOUT\",\"a\":\"é\"},"
                + "\"error\":\"late\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not json              | INVALID_JSON | invalid JSON
          []                    | INVALID_JSON | invalid JSON
          {"type":"telepathy"}  | UNKNOWN_TYPE | unknown message type: telepathy
          {}                    | UNKNOWN_TYPE | unknown message type: None
          """)
  void whatTheReaderRefusesHasTheTextOfTheReference(String sent, String code, String error) {
    assertThat(JsonTree.object(QisWriter.bytes(new Refused(null, refusalOf(sent)))))
        .containsEntry("type", "error")
        .containsEntry("code", code)
        .containsEntry("message", error)
        .containsEntry("error", error);
  }

  @Test
  void anOutcomeOfAnUnregisteredSessionIsRefusedWithTheTextOfTheReference() {
    RefusalException refusal =
        new RefusalException(ErrorCode.NOT_REGISTERED, "register before depositing outcomes");

    assertThat(text(new Refused(null, refusal)))
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"NOT_REGISTERED\","
                + "\"message\":\"register before depositing outcomes\",\"details\":{},"
                + "\"error\":\"register before depositing outcomes\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "-1.50e3", "\"x\"", "\"\\u00e9\\\"\"", "123456789012345678901"})
  void everyReplyRepeatsTheIdByteForByteAtItsEnd(String id) {
    RawJson raw = RawJson.of(id);
    for (QisServerMessage reply :
        List.of(
            new Registered(raw, "a", 1, 1, "g"),
            new OutcomeAck(raw, "duplicate", "o", List.of(), false),
            new QueryResult(raw, List.of()),
            new Pong(raw, null, 0),
            new Refused(raw, new RefusalException(ErrorCode.INTERNAL, "why")))) {
      assertThat(text(reply)).endsWith(",\"id\":" + id + "}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"é😀", "a\"\\\n\t\u0000\u001f", "\u2028</script>", "", "\ud800half"})
  void everyNameIsWrittenAsValidJson(String name) {
    assertThat(JsonTree.object(QisWriter.bytes(new Registered(null, name, 1, 1, "g"))))
        .containsEntry("agent_id", name);
    assertThat(
            JsonTree.object(
                QisWriter.bytes(new OutcomeAck(null, "routed", name, List.of(name), false))))
        .containsEntry("outcome_id", name)
        .containsEntry("routed_to", List.of(name));
  }

  private static RefusalException refusalOf(String sent) {
    byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
    try {
      throw new AssertionError("taken: " + QisReading.read(bytes, 0, bytes.length));
    } catch (RefusalException e) {
      return e;
    }
  }

  private static String text(QisServerMessage message) {
    return new String(QisWriter.bytes(message), StandardCharsets.UTF_8);
  }
}
