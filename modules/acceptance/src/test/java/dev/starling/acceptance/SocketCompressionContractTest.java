/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression in both directions, seen frame by frame. */
class SocketCompressionContractTest extends SocketContract {
  private static final String OFFER = "permessage-deflate; client_max_window_bits";
  private static final String AGREED =
      "permessage-deflate;server_no_context_takeover;client_no_context_takeover";

  /** Bytes of a message from which on it is compressed. */
  private static final int THRESHOLD = 1024;

  private RawWebSocket offering(Door door, String path) {
    return closedAfterwards(RawWebSocket.offering(doors.port(door, path), path, OFFER));
  }

  /** The next text that holds {@code part}; positions, which may come at any time, are passed. */
  private static Frame nextOf(RawWebSocket socket, String part) {
    return next(socket, Set.of(RawWebSocket.TEXT), part);
  }

  /** The next message that holds {@code part} on a socket where long ones are zlib streams. */
  private static Frame nextOfZlib(RawWebSocket socket, String part) {
    return next(socket, Set.of(RawWebSocket.TEXT, RawWebSocket.BINARY), part);
  }

  private static Frame next(RawWebSocket socket, Set<Integer> types, String part) {
    while (true) {
      Frame frame = socket.read();
      assertThat(frame.type()).isNotEqualTo(RawWebSocket.CLOSE);
      if (types.contains(frame.type()) && text(frame).contains(part)) {
        return frame;
      }
    }
  }

  private static String text(Frame frame) {
    if (frame.type() == RawWebSocket.BINARY) {
      return new String(Deflate.zlib(frame.payload()), UTF_8);
    }
    return frame.compressed() ? new String(Deflate.message(frame.payload()), UTF_8) : frame.text();
  }

  private static void subscribeToSettings(RawWebSocket... sockets) {
    for (RawWebSocket socket : sockets) {
      socket.sendText("{\"type\":\"subscribe\",\"events\":[\"settings_updated\"]}");
      nextOf(socket, "subscribed");
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void whoeverOffersDeflateAndIsToHaveItIsToldThatNeitherSideKeepsAWindow(String path) {
    assertThat(offering(Door.OPEN, path + "?compression=deflate").extensions()).isEqualTo(AGREED);
    boolean isForAgents = path.equals("/") || path.equals("/ws/qis");
    assertThat(offering(Door.OPEN, path).extensions()).isEqualTo(isForAgents ? "" : AGREED);
    assertThat(offering(Door.OPEN, path + "?compression=none").extensions()).isEmpty();
    assertThat(offering(Door.OPEN, path + "?compression=zlib").extensions()).isEmpty();
    assertThat(raw(Door.OPEN, path + "?compression=deflate").extensions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; surprise",
        "x-webkit-deflate-frame"
      })
  void anOfferThatCannotBeHonouredIsDeclinedAndTheSocketOpensAllTheSame(String offer) {
    RawWebSocket socket =
        closedAfterwards(RawWebSocket.offering(doors.port(Door.OPEN, "/ws"), "/ws", offer));
    assertThat(socket.extensions()).isEmpty();
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aCompressedMessageIsReadWholeOrInFragments(String path) {
    RawWebSocket socket = offering(Door.OPEN, path + "?compression=deflate");
    byte[] payload = Deflate.permessage("{\"type\":\"ping\",\"id\":\"é\"}".getBytes(UTF_8));
    int compressed = RawWebSocket.TEXT | RawWebSocket.RSV1;
    socket.send(RawWebSocket.frame(compressed, true, payload));
    assertThat(text(nextOf(socket, "pong"))).isEqualTo("{\"type\":\"pong\",\"id\":\"é\"}");
    socket.send(RawWebSocket.frame(compressed, false, new byte[] {payload[0]}));
    for (int i = 1; i < payload.length; i++) {
      boolean last = i == payload.length - 1;
      socket.send(RawWebSocket.frame(RawWebSocket.CONTINUATION, last, new byte[] {payload[i]}));
    }
    assertThat(text(nextOf(socket, "pong"))).isEqualTo("{\"type\":\"pong\",\"id\":\"é\"}");
    socket.sendText("{\"type\":\"ping\",\"id\":\"plain\"}");
    assertThat(text(nextOf(socket, "plain"))).contains("pong");
  }

  @Test
  void aLongEventLeavesEverySocketInTheFormThatItAskedForAndInTheSameBytes() {
    Door farthest = doors.meshOf(Door.OPEN).getLast();
    String token = farthest == Door.OPEN ? "" : "&token=" + Tokens.of("reader");
    RawWebSocket one = offering(Door.OPEN, "/ws/voice");
    RawWebSocket other = offering(Door.OPEN, "/ws/qis?compression=deflate");
    RawWebSocket far = offering(farthest, "/ws/voice?compression=deflate" + token);
    RawWebSocket zlib = raw(Door.OPEN, "/ws/voice?compression=zlib");
    RawWebSocket none = offering(Door.OPEN, "/ws/voice?compression=none");
    RawWebSocket unasked = offering(Door.OPEN, "/ws/qis");
    if (!token.isEmpty()) {
      nextOf(far, "authenticated");
    }
    subscribeToSettings(one, other, far, zlib, none, unasked);
    String path = "test." + fresh("long");
    console(Door.OPEN).set(path, "long ".repeat(2_000));

    Frame first = nextOf(one, path);
    String text = text(first);
    assertThat(first.compressed()).isTrue();
    assertThat(first.type()).isEqualTo(RawWebSocket.TEXT);
    assertThat(first.payload()).hasSizeLessThan(500);
    for (RawWebSocket same : List.of(other, far)) {
      Frame frame = nextOf(same, path);
      assertThat(frame.compressed()).isTrue();
      assertThat(frame.payload()).isEqualTo(first.payload());
    }
    Frame stream = nextOfZlib(zlib, path);
    assertThat(stream.type()).isEqualTo(RawWebSocket.BINARY);
    assertThat(stream.compressed()).isFalse();
    assertThat(text(stream)).isEqualTo(text);
    for (RawWebSocket plain : List.of(none, unasked)) {
      Frame frame = nextOf(plain, path);
      assertThat(frame.compressed()).isFalse();
      assertThat(frame.type()).isEqualTo(RawWebSocket.TEXT);
      assertThat(frame.text()).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void onlyWhatIsLongerThanAKibibyteIsCompressed(int beyond, boolean isCompressed) {
    RawWebSocket deflate = offering(Door.OPEN, "/ws/voice");
    RawWebSocket zlib = raw(Door.OPEN, "/ws/voice?compression=zlib");
    subscribeToSettings(deflate, zlib);
    FlowClient writer = console(Door.OPEN);
    String path = "test." + fresh("threshold");
    writer.set(path, "");
    int bare = nextOf(deflate, path).payload().length;
    nextOfZlib(zlib, path);
    writer.set(path, "x".repeat(THRESHOLD + beyond - bare));
    Frame deflated = nextOf(deflate, path);
    assertThat(text(deflated).getBytes(UTF_8)).hasSize(THRESHOLD + beyond);
    assertThat(deflated.compressed()).isEqualTo(isCompressed);
    assertThat(nextOfZlib(zlib, path).type())
        .isEqualTo(isCompressed ? RawWebSocket.BINARY : RawWebSocket.TEXT);
  }

  @Test
  void aReplyIsCompressedLikeAnEventAndEachMessageStandsByItself() {
    RawWebSocket socket = offering(Door.OPEN, "/ws/voice");
    String start = "{\"type\":\"settings\",\"path\":\"test.reply\",\"value\":\"";
    for (int i = 0; i < 3; i++) {
      socket.sendText(start + i + "y".repeat(5_000) + "\",\"id\":" + i + "}");
      Frame reply = nextOf(socket, "\"id\":" + i);
      assertThat(reply.compressed()).isTrue();
      assertThat(text(reply)).contains(i + "yyyyy");
    }
  }
}
