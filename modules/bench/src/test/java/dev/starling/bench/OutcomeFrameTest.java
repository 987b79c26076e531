/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutcomeFrameTest {
  private static final String FINGERPRINT = Topics.of(1, 1, 128, 1).json(0, Workload.Digits.JS);

  @ParameterizedTest
  @CsvSource({
    "60,true,false",
    "60,true,true",
    "5000,false,false",
    "5000,false,true",
    "26,false,true"
  })
  void shouldBeTheReferencePacketWithMarkAndTime(int payload, boolean serverId, boolean deflate)
      throws IOException {
    Workload workload = new Workload(1, 1, 128, payload, Workload.Digits.JS, serverId);
    OutcomeFrame frame = OutcomeFrame.of(FINGERPRINT, workload, "run", deflate);
    MessageInflater inflater = new MessageInflater(false);
    for (int sequence : new int[] {0, 1, 0xabcdef, 5}) {
      byte[] body = unmasked(frame.with(sequence, 1234567890123456789L));
      ByteBuffer plain = deflate ? inflater.inflate(ByteBuffer.wrap(body)) : ByteBuffer.wrap(body);
      int mark = new Replies().mark(plain, 0, plain.limit());
      assertThat(Replies.sequence(plain, mark)).isEqualTo(sequence);
      assertThat(Replies.time(plain, mark)).isEqualTo(1234567890123456789L);
      JsonNode json = new ObjectMapper().readTree(UTF_8.decode(plain).toString());
      JsonNode packet = json.path("packet");
      assertThat(json.path("type").asText()).isEqualTo("outcome");
      assertThat(packet.path("fingerprint")).hasSize(128);
      assertThat(packet.path("payload").asText()).hasSize(payload);
      assertThat(packet.path("outcome_id").asText(""))
          .isEqualTo(serverId ? "" : "run-%08x".formatted(sequence));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 125, 126, 65_535, 65_536})
  void shouldMaskEveryLengthForm(int length) {
    byte[] body = "y".repeat(length).getBytes(UTF_8);
    ByteBuffer frame = WsFrames.masked(WsFrames.FIN | WsFrames.TEXT, body, 0x12345678);
    assertThat(frame.remaining()).isEqualTo(WsFrames.headerLength(length) + length);
    assertThat(unmasked(frame)).isEqualTo(body);
  }

  @Test
  void shouldWeighWhatAReferencePacketWeighs() {
    Workload workload = new Workload(1, 1, 128, 60, Workload.Digits.JS, true);
    int size = OutcomeFrame.of(FINGERPRINT, workload, "run", false).with(1, 1).remaining();
    assertThat(size).isBetween(2_500, 3_000);
  }

  /** The body of a client frame, by the letter of RFC 6455. */
  static byte[] unmasked(ByteBuffer frame) {
    frame.get();
    int second = frame.get() & 0xff;
    assertThat(second & 0x80).as("mask bit").isNotZero();
    int length = second & 0x7f;
    if (length == 126) {
      length = frame.getShort() & 0xffff;
    } else if (length == 127) {
      length = (int) frame.getLong();
    }
    byte[] key = new byte[4];
    frame.get(key);
    byte[] body = new byte[length];
    frame.get(body);
    for (int i = 0; i < length; i++) {
      body[i] = (byte) (body[i] ^ key[i % 4]);
    }
    assertThat(frame.hasRemaining()).isFalse();
    return body;
  }
}
