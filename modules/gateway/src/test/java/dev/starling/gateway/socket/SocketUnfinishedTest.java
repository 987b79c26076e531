/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What has come of a message that is not whole: how old it is, what it takes, and when it goes. */
class SocketUnfinishedTest extends SocketOnAChannel {
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
}
