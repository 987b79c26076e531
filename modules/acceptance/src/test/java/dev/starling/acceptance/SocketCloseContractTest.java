/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How sockets end because of their frames, and how clients end them. Those that end for other
 * reasons stand with these: 4000 in {@link SocketTokenContractTest}, 1008, 1009, 4001 and 4002 in
 * {@link SocketLimitContractTest}, 1001 in {@link SocketHeartbeatContractTest} and {@link
 * SocketDrainTest}.
 */
class SocketCloseContractTest extends SocketContract {
  private static byte[] close(int code, String reason) {
    byte[] text = reason.getBytes(UTF_8);
    byte[] payload = new byte[text.length + 2];
    payload[0] = (byte) (code >>> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, text.length);
    return RawWebSocket.frame(RawWebSocket.CLOSE, true, payload);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aClientThatClosesIsAnsweredWithItsOwnCode(String path) {
    RawWebSocket normal = raw(Door.OPEN, path);
    assertThat(normal.send(close(1000, "done")).closeCode()).isEqualTo(1000);
    assertThat(normal.isEnded()).isTrue();
    assertThat(raw(Door.OPEN, path).send(close(4999, "")).closeCode()).isEqualTo(4999);
    RawWebSocket bare = raw(Door.OPEN, path);
    bare.send(RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[0]));
    assertThat(bare.closeCode()).isIn(1000, 1005);
  }

  @Test
  void anAgentThatClosesIsRegisteredNoMore() {
    String id = fresh("leaver");
    FlowClient observer = console(Door.OPEN);
    observer.subscribe("system_event");
    RawWebSocket agent = raw(Door.OPEN, "/");
    agent.sendText("{\"type\":\"register\",\"agent_id\":\"" + id + "\"}");
    assertThat(agent.readText()).contains("registered");
    agent.send(close(1000, ""));
    observer
        .socket()
        .next(one -> one.encode().contains("agent_left") && one.encode().contains(id), "leaving");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aFrameThatIsNoneClosesWith1002(String path) {
    byte[] unmasked = {(byte) 0x81, 2, '{', '}'};
    assertThat(raw(Door.OPEN, path).send(unmasked).closeCode()).isEqualTo(1002);
    for (int bits : new int[] {0x40, 0x20, 0x10}) {
      byte[] reserved = RawWebSocket.frame(RawWebSocket.TEXT | bits, true, "{}".getBytes(UTF_8));
      assertThat(raw(Door.OPEN, path).send(reserved).closeCode()).isEqualTo(1002);
    }
    byte[] unknown = RawWebSocket.frame(3, true, new byte[0]);
    assertThat(raw(Door.OPEN, path).send(unknown).closeCode()).isEqualTo(1002);
    byte[] longPing = RawWebSocket.frame(RawWebSocket.PING, true, new byte[126]);
    assertThat(raw(Door.OPEN, path).send(longPing).closeCode()).isEqualTo(1002);
    byte[] pingInParts = RawWebSocket.frame(RawWebSocket.PING, false, new byte[1]);
    assertThat(raw(Door.OPEN, path).send(pingInParts).closeCode()).isEqualTo(1002);
    byte[] lost = RawWebSocket.frame(RawWebSocket.CONTINUATION, true, "{}".getBytes(UTF_8));
    assertThat(raw(Door.OPEN, path).send(lost).closeCode()).isEqualTo(1002);
    byte[] begun = RawWebSocket.frame(RawWebSocket.TEXT, false, "{".getBytes(UTF_8));
    assertThat(raw(Door.OPEN, path).send(begun, begun).closeCode()).isEqualTo(1002);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aBinaryMessageClosesWith1003(String path) {
    byte[] binary = RawWebSocket.frame(RawWebSocket.BINARY, true, new byte[] {1, 2, 3});
    assertThat(raw(Door.OPEN, path).send(binary).closeCode()).isEqualTo(1003);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void textThatIsNotUtf8OrNoDeflateDataClosesWith1007(String path) {
    byte[] broken = {'"', (byte) 0xC3, 0x28, '"'};
    byte[] text = RawWebSocket.frame(RawWebSocket.TEXT, true, broken);
    assertThat(raw(Door.OPEN, path).send(text).closeCode()).isEqualTo(1007);
    byte[] garbage =
        RawWebSocket.frame(
            RawWebSocket.TEXT | RawWebSocket.RSV1, true, new byte[] {(byte) 0xFF, 1, 2, 3});
    RawWebSocket deflating =
        closedAfterwards(
            RawWebSocket.offering(
                doors.port(Door.OPEN, path), path + "?compression=deflate", "permessage-deflate"));
    assertThat(deflating.send(garbage).closeCode()).isEqualTo(1007);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aMessageOfTenMebibytesIsTakenAndALongerOneClosesWith1009(String path) {
    RawWebSocket socket = raw(Door.OPEN, path);
    byte[] whole = new byte[10 << 20];
    Arrays.fill(whole, (byte) ' ');
    byte[] ping = "{\"type\":\"ping\"}".getBytes(UTF_8);
    System.arraycopy(ping, 0, whole, 0, ping.length);
    socket.send(RawWebSocket.frame(RawWebSocket.TEXT, true, whole));
    assertThat(socket.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
    socket.send(
        RawWebSocket.frame(RawWebSocket.TEXT, false, whole),
        RawWebSocket.frame(RawWebSocket.CONTINUATION, true, new byte[] {' '}));
    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void whatComesBehindTheFaultIsNotDoneAndTheReasonIsGiven() {
    RawWebSocket socket = raw(Door.OPEN, "/ws");
    socket.send(
        RawWebSocket.text("{\"type\":\"ping\",\"id\":\"before\"}"),
        RawWebSocket.frame(RawWebSocket.BINARY, true, new byte[] {1}),
        RawWebSocket.text("{\"type\":\"ping\",\"id\":\"behind\"}"));
    assertThat(socket.readTextWith("before")).contains("pong");
    List<String> between = new ArrayList<>();
    Frame frame = socket.read();
    while (frame.type() != RawWebSocket.CLOSE) {
      between.add(frame.text());
      frame = socket.read();
    }
    assertThat(between).noneMatch(text -> text.contains("behind"));
    assertThat(frame.closeReason()).isEqualTo("binary messages are not taken here");
    assertThat(socket.answerClose().isEnded()).isTrue();
  }
}
