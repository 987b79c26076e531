/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameReaderTest {
  private final Received received = new Received();
  private final FrameReader reader = new FrameReader(null);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 200_000})
  void shouldReadEveryLengthForm(int length) {
    String text = "x".repeat(length);
    feed(ServerFrames.text(text));
    assertThat(received.messages).containsExactly(text);
    assertThat(reader.restLength()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void shouldReadFramesThatComeInPieces(int piece) {
    String large = "l".repeat(piece < 100 ? 3_000 : 70_000);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(ServerFrames.text("first"));
    all.writeBytes(ServerFrames.frame(WsFrames.FIN | WsFrames.PING, "p".getBytes(UTF_8)));
    all.writeBytes(ServerFrames.text("s".repeat(300)));
    all.writeBytes(ServerFrames.text(large));
    byte[] bytes = all.toByteArray();
    for (int at = 0; at < bytes.length; at += piece) {
      feed(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
    }
    assertThat(received.messages).containsExactly("first", "s".repeat(300), large);
    assertThat(received.pings).containsExactly("p");
  }

  @Test
  void shouldJoinFragmentsAroundAPing() {
    feed(ServerFrames.frame(WsFrames.TEXT, "one ".getBytes(UTF_8)));
    feed(ServerFrames.frame(0, "two ".getBytes(UTF_8)));
    feed(ServerFrames.frame(WsFrames.FIN | WsFrames.PING, "still there?".getBytes(UTF_8)));
    feed(ServerFrames.frame(WsFrames.FIN, "three".getBytes(UTF_8)));
    feed(ServerFrames.text("next"));
    assertThat(received.messages).containsExactly("one two three", "next");
    assertThat(received.pings).containsExactly("still there?");
  }

  @Test
  void shouldTellTheCloseCode() {
    feed(ServerFrames.frame(WsFrames.FIN | WsFrames.CLOSE, new byte[] {0x0f, (byte) 0xa1}));
    feed(ServerFrames.frame(WsFrames.FIN | WsFrames.CLOSE, new byte[0]));
    assertThat(received.closes).containsExactly(4001, 1005);
  }

  @Test
  void shouldInflateWithAKeptWindowAndInFragments() {
    FrameReader inflating = new FrameReader(new MessageInflater(false));
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      String text = "the same words again and again ".repeat(2000);
      for (int i = 0; i < 3; i++) {
        byte[] body = ServerFrames.deflate(deflater, text.getBytes(UTF_8));
        byte[] head = Arrays.copyOf(body, body.length / 2);
        byte[] tail = Arrays.copyOfRange(body, body.length / 2, body.length);
        int first = WsFrames.TEXT | WsFrames.RSV1;
        inflating.accept(ByteBuffer.wrap(ServerFrames.frame(first, head)), received);
        inflating.accept(ByteBuffer.wrap(ServerFrames.frame(WsFrames.FIN, tail)), received);
      }
      assertThat(received.messages).containsExactly(text, text, text);
    }
  }

  @Test
  void shouldRefuseWhatAServerMustNotSend() {
    byte[] masked = {(byte) 0x81, (byte) 0x80, 1, 2, 3, 4};
    assertThatThrownBy(() -> feed(masked)).isInstanceOf(WsProtocolException.class);
    byte[] compressed =
        ServerFrames.frame(WsFrames.FIN | WsFrames.RSV1 | WsFrames.TEXT, new byte[1]);
    assertThatThrownBy(() -> feed(compressed)).isInstanceOf(WsProtocolException.class);
  }

  private void feed(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(reader.restLength() + bytes.length);
    reader.restore(buffer);
    reader.accept(buffer.put(bytes).flip(), received);
  }
}
