/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.CloseCode;
import dev.starling.testkit.RawWebSocket;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket on a channel whose far end is the test. */
class SocketTest {
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int MOST = 1_000_000;

  private final List<String> heard = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final ReassemblyBudget unfinished = new ReassemblyBudget(MOST);
  private final SocketSettings settings =
      new SocketSettings(CLOSING, Runnable::run, new Turns(), unfinished, nanos::get);
  private final Socket socket = new Socket(settings, false);
  private final EmbeddedChannel channel = new EmbeddedChannel(socket);
  private int unread;
  private long begun;

  /** Hears frames as {@code by} says and the rest as the other tests do. */
  private class Ears implements SocketListener {
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

  private void hear(Frame frame) {
    heard.add(frame.type() + ":" + new String(frame.payload(), StandardCharsets.UTF_8));
  }

  @AfterEach
  void leaveNothing() {
    socket.cut();
    channel.runPendingTasks();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The frames come in one piece. */
  private void come(byte[]... frames) {
    channel.writeInbound(Unpooled.wrappedBuffer(frames));
    channel.runPendingTasks();
  }

  private static byte[] text(String text) {
    return RawWebSocket.text(text);
  }

  private static byte[] close(int code) {
    return RawWebSocket.frame(
        RawWebSocket.CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** The next frame that left, as its first octet and its payload. */
  private String left() {
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

  @Test
  void whereTheStackGivesOutTheConnectionEndsAndTheFrameIsNotTriedAgain() {
    socket.listen(
        new Ears(frame -> {
          heard.add("tried");
          throw new StackOverflowError("as if");
        }));
    come(text("a"), text("b"));
    assertThat(heard).containsExactly("tried", "failed", "closed");
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void framesAreHeardHoweverTheyAreCut() {
    byte[] bytes = text("cut");
    for (byte octet : bytes) {
      come(new byte[] {octet});
    }
    come(text("a"), text("b"));
    assertThat(heard).containsExactly("TEXT:cut", "TEXT:a", "TEXT:b");
  }

  @Test
  void aPingIsAnsweredWithWhatItSaid() {
    come(RawWebSocket.frame(RawWebSocket.PING, true, utf8("p")));
    assertThat(left()).isEqualTo("10:p");
    assertThat(heard).containsExactly("PING:p");
  }

  @Test
  void messagesWaitAmidAPauseAndControlFramesAreHeard() {
    socket.pause();
    come(text("a"), RawWebSocket.frame(RawWebSocket.PING, true, utf8("p")), text("b"));
    assertThat(heard).containsExactly("PING:p");
    assertThat(left()).isEqualTo("10:p");
    socket.resume();
    come(text("c"));
    assertThat(heard).containsExactly("PING:p", "TEXT:a", "TEXT:b", "TEXT:c");
  }

  @Test
  void noMoreIsReadAheadThanAFewMessages() {
    socket.pause();
    for (int i = 0; i < 100; i++) {
      come(text("m"));
    }
    assertThat(channel.config().isAutoRead()).isFalse();
    socket.resume();
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(heard).hasSize(100).containsOnly("TEXT:m");
  }

  @Test
  void aListenerThatPausesGetsNothingMore() {
    come(text("a"));
    socket.listen(
        new Ears(frame -> {
          heard.add("once");
          socket.pause();
        }));
    come(text("b"), text("c"));
    assertThat(heard).containsExactly("TEXT:a", "once");
    socket.resume();
    assertThat(heard).containsExactly("TEXT:a", "once", "once");
  }

  @Test
  void aCloseIsAnsweredAlsoAmidAPauseAndEndsTheConnection() {
    socket.pause();
    come(close(1000));
    assertThat(left()).isEqualTo("close 1000");
    assertThat(channel.isActive()).isFalse();
    assertThat(socket.isClosed()).isTrue();
    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(heard).last().isEqualTo("closed");
  }

  @Test
  void aCloseWaitsUntilTheMessagesBeforeItWereHeardAndWhatComesBehindItIsNot() {
    socket.pause();
    come(text("a"), text("b"), close(1000), text("c"));
    assertThat(left()).isEqualTo("nothing");
    assertThat(socket.isClosed()).isFalse();
    assertThat(channel.config().isAutoRead()).isFalse();
    socket.resume();
    channel.runPendingTasks();
    assertThat(heard).startsWith("TEXT:a", "TEXT:b").doesNotContain("TEXT:c");
    assertThat(left()).isEqualTo("close 1000");
    assertThat(channel.isActive()).isFalse();
    assertThat(unread).isZero();
  }

  @Test
  void whatWaitsBeforeACloseForTooLongIsCountedAndTheCloseAnswered() {
    socket.pause();
    come(text("a"), text("b"), close(1000));
    channel.advanceTimeBy(4_999, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(left()).isEqualTo("nothing");
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    assertThat(left()).isEqualTo("close 1000");
    assertThat(channel.isActive()).isFalse();
    assertThat(unread).isEqualTo(2);
    assertThat(heard).doesNotContain("TEXT:a", "TEXT:b");
  }

  @Test
  void messagesThatWaitWhenTheConnectionEndsAreCounted() {
    socket.pause();
    come(text("a"));
    socket.cut();
    channel.runPendingTasks();
    assertThat(unread).isEqualTo(1);
  }

  @Test
  void whatComesOnceItIsBeingClosedIsCountedAndNotHeard() {
    come(text("a"));
    socket.pause();
    come(text("b"));
    socket.close(CloseCode.POLICY);
    come(text("c"), RawWebSocket.frame(RawWebSocket.TEXT, false, utf8("d")));
    assertThat(heard).containsExactly("TEXT:a");
    assertThat(unread).isEqualTo(2);
    assertThat(left()).isEqualTo("close 1008");
    come(close(1008));
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void aPeerThatSaidGoodbyeAndReadsNothingIsCutInTime() {
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void flush(ChannelHandlerContext context) {}
            });
    come(close(1000));
    assertThat(socket.isClosed()).isTrue();
    assertThat(channel.isActive()).isTrue();
    channel.advanceTimeBy(5_000, TimeUnit.MILLISECONDS);
    channel.runPendingTasks();
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void afterAMebibyteTheLoopDoesItsOtherWorkBeforeMoreIsHeard() {
    String large = "x".repeat(MOST / 2);
    channel
        .pipeline()
        .fireChannelRead(
            Unpooled.wrappedBuffer(text(large), text(large), text(large), text(large)));
    assertThat(heard).hasSize(3);
    come(text("light"));
    assertThat(heard).hasSize(5).last().isEqualTo("TEXT:light");
  }

  @Test
  void aFrameIsOldOnlyWhileItIsComing() {
    Duration minute = Duration.ofMinutes(1);
    byte[] frame = text("slow");
    come(text("a"), Arrays.copyOf(frame, 3));
    nanos.addAndGet(minute.toNanos());
    come(Arrays.copyOfRange(frame, 3, 5));
    assertThat(socket.isMessageOlderThan(minute)).isFalse();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(socket.isMessageOlderThan(minute)).isTrue();
    come(Arrays.copyOfRange(frame, 5, frame.length));
    assertThat(socket.isMessageOlderThan(minute)).isFalse();
    assertThat(heard).containsExactly("TEXT:a", "TEXT:slow");
  }

  @Test
  void aMessageIsAsOldAsItsFirstFragment() {
    Duration minute = Duration.ofMinutes(1);
    come(RawWebSocket.frame(RawWebSocket.TEXT, false, utf8("a")));
    nanos.addAndGet(minute.plusSeconds(1).toNanos());
    come(RawWebSocket.frame(RawWebSocket.CONTINUATION, false, utf8("b")));
    come(RawWebSocket.frame(RawWebSocket.PING, true, utf8("p")));
    assertThat(left()).isEqualTo("10:p");
    assertThat(socket.isMessageOlderThan(minute)).isTrue();
    come(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, utf8("c")), text("d"));
    assertThat(socket.isMessageOlderThan(minute)).isFalse();
  }

  @Test
  void aPeerThatAlwaysSendsAPartOfTheNextFrameDoesNotHaveItsBytesKept() {
    byte[] frame = text("x".repeat(30_000));
    byte[] later = new byte[frame.length];
    System.arraycopy(frame, 1, later, 0, frame.length - 1);
    later[frame.length - 1] = frame[0];
    AtomicInteger largest = new AtomicInteger();
    channel.config().setAllocator(noting(largest));
    come(new byte[] {frame[0]});
    for (int i = 0; i < 100; i++) {
      come(later);
    }
    assertThat(heard).hasSize(100);
    assertThat(largest.get()).isLessThan(512 * 1024);
  }

  /** Notes the size of the largest buffer. */
  private static ByteBufAllocator noting(AtomicInteger largest) {
    return new AbstractByteBufAllocator() {
      @Override
      public int calculateNewCapacity(int needed, int most) {
        largest.accumulateAndGet(needed, Math::max);
        return super.calculateNewCapacity(needed, most);
      }

      @Override
      protected ByteBuf newHeapBuffer(int size, int most) {
        return new UnpooledHeapByteBuf(this, size, most);
      }

      @Override
      protected ByteBuf newDirectBuffer(int size, int most) {
        return new UnpooledDirectByteBuf(this, size, most);
      }

      @Override
      public boolean isDirectBufferPooled() {
        return false;
      }
    };
  }

  @Test
  void whatHasComeOfAFrameOrAMessageIsCountedUntilItIsWhole() {
    byte[] frame = text("x".repeat(100_000));
    come(Arrays.copyOf(frame, 50_000));
    assertThat(unfinished.held()).isEqualTo(3L * ReassemblyBudget.STEP);
    come(Arrays.copyOfRange(frame, 50_000, frame.length));
    assertThat(unfinished.held()).isZero();
    begun = 40_000;
    come(RawWebSocket.frame(RawWebSocket.TEXT, false, utf8("x".repeat(40_000))));
    assertThat(unfinished.held()).isEqualTo(2L * ReassemblyBudget.STEP);
    begun = 0;
    come(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, utf8("x")));
    assertThat(unfinished.held()).isZero();
  }

  @Test
  void aConnectionThatEndsIsCountedNoMore() {
    come(Arrays.copyOf(text("x".repeat(100_000)), 50_000));
    assertThat(unfinished.held()).isPositive();
    socket.cut();
    channel.runPendingTasks();
    assertThat(unfinished.held()).isZero();
  }

  @Test
  void aLargeFrameThatWaitsIsCounted() {
    socket.pause();
    come(text("x".repeat(200_000)));
    assertThat(unfinished.held()).isBetween(100_000L, 200_000L);
    socket.resume();
    assertThat(unfinished.held()).isZero();
    assertThat(heard).hasSize(1);
  }

  @Test
  void theMessageThatHasBeenComingLongestGoesWhereAllTakeTooMuch() {
    come(Arrays.copyOf(text("x".repeat(MOST)), 10 * ReassemblyBudget.STEP));
    Socket other = new Socket(settings, false);
    EmbeddedChannel elsewhere = new EmbeddedChannel(other);
    other.listen(new Ears(this::hear));
    byte[] large = text("y".repeat(MOST));
    elsewhere.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOf(large, MOST - 1_000)));
    channel.runPendingTasks();
    assertThat(heard).containsExactly("evicted");
    assertThat(left()).isEqualTo("close 1001");
    assertThat(unfinished.held()).isLessThanOrEqualTo(MOST).isGreaterThan(MOST / 2);
    come(text("thrown away"));
    elsewhere.writeInbound(
        Unpooled.wrappedBuffer(Arrays.copyOfRange(large, MOST - 1_000, large.length)));
    assertThat(heard).hasSize(2).last().asString().startsWith("TEXT:yyy");
    assertThat(unfinished.held()).isZero();
    other.cut();
    elsewhere.finishAndReleaseAll();
  }

  @Test
  void aMessageThatCameWholeBeforeItWasToGoIsSpared() {
    byte[] frame = text("x".repeat(100_000));
    come(Arrays.copyOf(frame, 50_000));
    Unfinished crowd = new Unfinished(socket, 1);
    unfinished.update(crowd, MOST);
    channel
        .pipeline()
        .fireChannelRead(Unpooled.wrappedBuffer(Arrays.copyOfRange(frame, 50_000, frame.length)));
    channel.runPendingTasks();
    assertThat(heard).hasSize(1).last().asString().startsWith("TEXT:xxx");
    assertThat(unfinished.held()).isBetween(MOST - (long) ReassemblyBudget.STEP, (long) MOST);
  }

  @Test
  void aCloseOfOursWaitsForTheAnswerOrItsTime() {
    socket.close(CloseCode.POLICY);
    channel.runPendingTasks();
    assertThat(left()).isEqualTo("close 1008");
    assertThat(channel.isActive()).isTrue();
    come(close(1008));
    assertThat(channel.isActive()).isFalse();
    assertThat(left()).isEqualTo("nothing");
  }

  @Test
  void aPeerThatDoesNotAnswerACloseIsCutInTime() {
    socket.close(CloseCode.POLICY);
    channel.runPendingTasks();
    assertThat(left()).isEqualTo("close 1008");
    channel.advanceTimeBy(CLOSING.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isTrue();
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void whoBreaksTheProtocolHearsWhyAndIsNotHeardAnyMore() {
    come(RawWebSocket.frame(0x3, true, utf8("x")), text("a"));
    come(text("b"));
    assertThat(heard).containsExactly("failed");
    assertThat(left()).isEqualTo("close 1002");
    assertThat(channel.isActive()).isTrue();
    ChannelFuture _ = channel.close();
    channel.runPendingTasks();
  }

  @Test
  void nothingIsWrittenBehindAClose() {
    socket.close(CloseCode.POLICY);
    ChannelFuture late = socket.text(utf8("late"));
    channel.runPendingTasks();
    assertThat(late.isSuccess()).isFalse();
    assertThat(left()).isEqualTo("close 1008");
    assertThat(left()).isEqualTo("nothing");
  }

  @Test
  void ofThePingsOfAPeerThatDoesNotReadTheLatestIsAnswered() {
    socket.bound(new WriteBufferWaterMark(500, 1_000));
    ChannelFuture _ = socket.text(new byte[2_000]);
    assertThat(socket.isFull()).isTrue();
    for (String ping : List.of("p1", "p2")) {
      channel
          .pipeline()
          .fireChannelRead(
              Unpooled.wrappedBuffer(RawWebSocket.frame(RawWebSocket.PING, true, utf8(ping))));
    }
    channel.pipeline().fireChannelReadComplete();
    channel.runPendingTasks();
    assertThat(left()).hasSizeGreaterThan(2_000);
    assertThat(left()).isEqualTo("10:p2");
    assertThat(left()).isEqualTo("nothing");
    assertThat(heard).contains("drained");
  }

  @Test
  void aServerThatEndsSaysGoodbye() {
    ChannelFuture ended = channel.pipeline().close();
    channel.runPendingTasks();
    assertThat(left()).isEqualTo("close 1001");
    assertThat(ended.isDone()).isFalse();
    come(close(1001));
    assertThat(ended.isSuccess()).isTrue();
  }
}
