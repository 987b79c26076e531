/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.CloseCode;
import dev.starling.testkit.RawWebSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A socket on a channel whose far end is the test. */
abstract class SocketOnAChannel {
  static final Duration CLOSING = Duration.ofSeconds(2);
  static final int MOST = 1_000_000;

  final List<String> heard = new ArrayList<>();
  final AtomicLong nanos = new AtomicLong();
  final ReassemblyBudget unfinished = new ReassemblyBudget(MOST);
  final SocketSettings settings =
      new SocketSettings(CLOSING, Runnable::run, new Turns(), unfinished, nanos::get);
  final Socket socket = new Socket(settings, false);
  final EmbeddedChannel channel = new EmbeddedChannel(socket);
  int unread;
  long begun;

  /** Hears frames as {@code by} says and the rest as the other tests do. */
  class Ears implements SocketListener {
    private final Consumer<Frame> by;

    Ears(Consumer<Frame> by) {
      this.by = by;
    }

    @Override
    public void received() {}

    @Override
    public int mostPayload() {
      return MOST;
    }

    @Override
    public long weight(Frame frame) {
      return frame.payload().length;
    }

    @Override
    public int frame(Frame frame) {
      by.accept(frame);
      return frame.payload().length;
    }

    @Override
    public long unfinished() {
      return begun;
    }

    @Override
    public void evicted() {
      heard.add("evicted");
      socket.close(CloseCode.GOING_AWAY);
    }

    @Override
    public void unread() {
      unread++;
    }

    @Override
    public void drained() {
      heard.add("drained");
    }

    @Override
    public void failed(Throwable failure) {
      heard.add("failed");
      if (failure instanceof FrameException notAllowed) {
        socket.close(notAllowed.code());
      }
    }

    @Override
    public void closed() {
      heard.add("closed");
    }
  }

  @BeforeEach
  void listen() {
    channel.freezeTime();
    socket.listen(new Ears(this::hear));
  }

  void hear(Frame frame) {
    heard.add(frame.type() + ":" + new String(frame.payload(), StandardCharsets.UTF_8));
  }

  @AfterEach
  void leaveNothing() {
    socket.cut();
    channel.runPendingTasks();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The frames come in one piece. */
  void come(byte[]... frames) {
    channel.writeInbound(Unpooled.wrappedBuffer(frames));
    channel.runPendingTasks();
  }

  static byte[] text(String text) {
    return RawWebSocket.text(text);
  }

  static byte[] close(int code) {
    return RawWebSocket.frame(
        RawWebSocket.CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** The next frame that left, as its first octet and its payload. */
  String left() {
    ByteBuf frame = channel.readOutbound();
    if (frame == null) {
      return "nothing";
    }
    try {
      int type = frame.readUnsignedByte() & 0xF;
      frame.skipBytes(1);
      return type == RawWebSocket.CLOSE
          ? "close " + frame.readUnsignedShort()
          : type + ":" + frame.toString(StandardCharsets.UTF_8);
    } finally {
      frame.release();
    }
  }
}
