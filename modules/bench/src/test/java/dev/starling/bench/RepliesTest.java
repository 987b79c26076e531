/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RepliesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"incoming_outcome\",\"packet\":{}}|PUSH",
        "{\"type\": \"incoming_outcome\", \"packet\": {}}|PUSH",
        "{\"packet\":{\"payload\":\"x\"},\"type\" : \"incoming_outcome\"}|PUSH",
        "{\"type\":\"outcome_ack\",\"status\":\"routed\"}|ACK",
        "{\"type\":\"outcome_report\",\"receivers\":[]}|OTHER",
        "{\"type\": \"registered\", \"agent_id\": \"a\"}|REGISTERED",
        "{\"type\":\"error\",\"code\":\"RATE_LIMITED\"}|ERROR",
        "{\"error\": \"register before depositing outcomes\"}|ERROR",
        "{\"type\":\"pong\"}|OTHER",
        "{}|OTHER"
      })
  void shouldKnowWhatAMessageIs(String text, Replies.Kind kind) {
    ByteBuffer bytes = bytes("??" + text + "??");
    assertThat(Replies.kind(bytes, 2, text.length())).isEqualTo(kind);
  }

  @Test
  void shouldFindTheMarkWhereverTheServerPutsThePayload() {
    Replies replies = new Replies();
    String mark = "~q0000002a00000000000000ff";
    for (String text :
        new String[] {
          "{\"type\":\"incoming_outcome\",\"packet\":{\"payload\":\"" + mark + " words\",\"a\":1}}",
          "{\"type\":\"incoming_outcome\",\"packet\":{\"payload\":\"" + mark + " words\",\"a\":2}}",
          "{\"type\":\"incoming_outcome\",\"packet\":{\"payload\":\"" + mark + "\"}}",
          mark
        }) {
      ByteBuffer bytes = bytes(text);
      int at = replies.mark(bytes, 0, bytes.limit());
      assertThat(Replies.sequence(bytes, at)).isEqualTo(42);
      assertThat(Replies.time(bytes, at)).isEqualTo(255);
    }
    assertThat(replies.mark(bytes("{\"payload\":\"~q12\"}"), 0, 18)).isEqualTo(-1);
  }

  @Test
  void shouldReadMatchesOnlyWhereAnOutcomeWasRouted() {
    assertThat(
            matches(
                "{\"type\":\"outcome_ack\",\"status\":\"routed\",\"matches_found\":14,\"routed_to\":[]}"))
        .isEqualTo(14);
    assertThat(matches("{\"matches_found\": 0, \"status\": \"routed\"}")).isZero();
    assertThat(matches("{\"status\":\"duplicate\",\"matches_found\":4}")).isEqualTo(-1);
    assertThat(matches("{\"status\":\"routed\"}")).isEqualTo(-1);
  }

  private static int matches(String text) {
    return Replies.matchesFound(bytes(text), 0, text.length());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
