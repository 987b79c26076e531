/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.CloseCode;
import dev.starling.testkit.RawWebSocket;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a socket hears, and how it ends. */
class SocketTest extends SocketOnAChannel {
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
