/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Where sockets are opened, how large and in how many frames messages may be, and what closes them.
 */
class QisSocketContractTest extends QisContract {
  @Test
  void bothDoorsLeadToTheSameMesh() {
    RawWebSocket web = closedAfterwards(RawWebSocket.connect(node.httpPort(), "/ws/qis"));
    web.sendText("{\"type\":\"register\",\"agent_id\":\"web\",\"fingerprint\":[1,0]}");
    web.readText();
    QisClient emitter = agent("emitter");
    assertThat(emitter.emit("p", 1, 0).getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("web"));
    assertThat(web.readText()).contains("\"payload\":\"p\"");
  }

  @Test
  void otherPathsAreNotFound() {
    for (String path : List.of("/", "/ws/other", "/ws/qis/x")) {
      assertThatThrownBy(() -> RawWebSocket.connect(node.httpPort(), path))
          .hasMessageContaining("404");
    }
    for (String path : List.of("/ws/qis", "/x")) {
      assertThatThrownBy(() -> RawWebSocket.connect(node.agentPort(), path))
          .hasMessageContaining("404");
    }
  }

  @Test
  void aMessageMayComeInFragmentsWithAPingBetween() {
    RawWebSocket socket = raw();
    byte[] text = "{\"type\":\"ping\",\"id\":\"é\"}".getBytes(StandardCharsets.UTF_8);
    int inTheMiddleOfALetter = text.length - 3;
    socket.send(
        RawWebSocket.frame(RawWebSocket.TEXT, false, Arrays.copyOf(text, inTheMiddleOfALetter)),
        RawWebSocket.frame(RawWebSocket.PING, true, new byte[] {7}),
        RawWebSocket.frame(
            RawWebSocket.CONTINUATION,
            true,
            Arrays.copyOfRange(text, inTheMiddleOfALetter, text.length)));
    RawWebSocket.Frame pong = socket.read();
    assertThat(pong.type()).isEqualTo(RawWebSocket.PONG);
    assertThat(pong.payload()).containsExactly(7);
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\",\"id\":\"é\"}");
  }

  @Test
  void aMessageOfTheLimitIsTaken() {
    RawWebSocket socket = raw();
    byte[] whole = padded(InProcessNode.MAX_MESSAGE);
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, whole));
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
    sendInParts(socket, whole);
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void aMessageOverTheLimitClosesWith1009() {
    RawWebSocket socket = raw();
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, padded(InProcessNode.MAX_MESSAGE + 1)));
    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void aFragmentedMessageOverTheLimitClosesWith1009() {
    RawWebSocket socket = raw();
    sendInParts(socket, padded(InProcessNode.MAX_MESSAGE + 1));
    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void aBinaryMessageClosesWith1003() {
    RawWebSocket socket = raw();
    socket.send(RawWebSocket.frame(RawWebSocket.BINARY, true, new byte[] {1, 2, 3}));
    assertThat(socket.closeCode()).isEqualTo(1003);
  }

  @Test
  void textThatIsNotUtf8ClosesWith1007() {
    RawWebSocket socket = raw();
    byte[] bad = "{\"type\":\"ping\",\"x\":\"?\"}".getBytes(StandardCharsets.US_ASCII);
    bad[bad.length - 3] = (byte) 0xC3;
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, bad));
    assertThat(socket.closeCode()).isEqualTo(1007);
  }

  @Test
  void aFrameThatTheProtocolDoesNotAllowClosesWith1002() {
    byte[] unmasked = {(byte) 0x81, 2, '{', '}'};
    assertThat(raw().send(unmasked).closeCode()).isEqualTo(1002);
    byte[] reserved = RawWebSocket.text("{}");
    reserved[0] |= 0x40;
    assertThat(raw().send(reserved).closeCode()).isEqualTo(1002);
    assertThat(raw().send(RawWebSocket.frame(5, true, new byte[0])).closeCode()).isEqualTo(1002);
  }

  @Test
  void aMessageAmidTheFragmentsOfAnotherClosesWith1002() {
    byte[] begun = RawWebSocket.frame(RawWebSocket.TEXT, false, new byte[] {'{'});
    assertThat(raw().send(begun, RawWebSocket.text("{}")).closeCode()).isEqualTo(1002);
    assertThat(raw().send(begun, begun).closeCode()).isEqualTo(1002);
    byte[] binary = RawWebSocket.frame(RawWebSocket.BINARY, true, new byte[] {1});
    assertThat(raw().send(begun, binary).closeCode()).isEqualTo(1002);
    byte[] lost = RawWebSocket.frame(RawWebSocket.CONTINUATION, true, new byte[] {'}'});
    assertThat(raw().send(lost).closeCode()).isEqualTo(1002);
  }

  @Test
  void aMessageAmidTheFragmentsOfAnotherClosesWith1002AlsoWhenItComesLater() {
    RawWebSocket socket = raw();
    socket.send(
        RawWebSocket.frame(RawWebSocket.TEXT, false, new byte[] {'{'}),
        RawWebSocket.frame(RawWebSocket.PING, true, new byte[0]));
    assertThat(socket.read().type()).isEqualTo(RawWebSocket.PONG);
    assertThat(socket.sendText("{}").closeCode()).isEqualTo(1002);
  }

  @Test
  void tooManyBadMessagesCloseWith4002AndEveryEarlierOneIsAnswered() {
    RawWebSocket socket = raw();
    for (int i = 0; i < InProcessNode.MALFORMED_PER_MINUTE; i++) {
      socket.sendText("bad");
      assertThat(socket.readText()).contains("INVALID_JSON");
    }
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
    socket.sendText("bad");
    assertThat(socket.readText()).contains("INVALID_JSON");
    assertThat(socket.closeCode()).isEqualTo(4002);
  }

  private static byte[] padded(int length) {
    String head = "{\"type\":\"ping\",\"pad\":\"";
    return (head + "x".repeat(length - head.length() - 2) + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void sendInParts(RawWebSocket socket, byte[] message) {
    int part = 10_000;
    for (int from = 0; from < message.length; from += part) {
      int to = Math.min(message.length, from + part);
      socket.send(
          RawWebSocket.frame(
              from == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION,
              to == message.length,
              Arrays.copyOfRange(message, from, to)));
    }
  }
}
