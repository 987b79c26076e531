/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames on their way through event loops that the test turns by hand. */
class FrameStreamsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
  private final FrameStreams streams = new FrameStreams(new FrameMetrics(registry), memory);
  private final HandTurned loop = new HandTurned();
  private final AtomicInteger taken = new AtomicInteger();
  private long ticks;

  /** A loop whose tasks run when the test says so. */
  private static final class HandTurned implements Executor {
    final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    volatile boolean stopped;

    @Override
    public void execute(Runnable task) {
      if (stopped) {
        throw new RejectedExecutionException("stopped");
      }
      tasks.add(task);
    }

    void turn() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }
  }

  /** A client whose frames leave when the test says so. */
  private static final class Client implements FrameOutlet {
    final Deque<ByteBuf> frames = new ArrayDeque<>();
    final List<Runnable> leaving = new ArrayList<>();
    int count;
    int faults;
    boolean fails;

    @Override
    public boolean frame(ByteBuf frame, Runnable left) {
      if (fails) {
        frame.release();
        throw new IllegalStateException("as the test wants");
      }
      count++;
      frames.add(frame);
      leaving.add(left);
      return true;
    }

    void read() {
      frames.forEach(ByteBuf::release);
      frames.clear();
      List<Runnable> done = List.copyOf(leaving);
      leaving.clear();
      done.forEach(Runnable::run);
    }

    @Override
    public void failed(Throwable fault) {
      faults++;
    }

    @Override
    public void tell(RefusalException notice) {
      throw new AssertionError(notice);
    }
  }

  @AfterEach
  void nothingIsLeftOfAnyFrame() {
    loop.turn();
    streams.close();
    eventually("all memory is given back", PATIENCE, () -> memory.metric().usedDirectMemory() == 0);
  }

  private Viewer watch(Client client, int protocol) {
    Viewer viewer =
        streams.of(loop, loop).viewer(new FrameOptions(protocol, FrameOptions.MOST_FPS), client);
    viewer.start();
    return viewer;
  }

  /** Offers a block, and waits until its frames are handed on. */
  private void block(float place) {
    int before = taken.get();
    streams.offer(
        new LayoutBlock(
            1, ++ticks, true, new int[] {0, 1}, new float[] {place, 1, 0, 0, 0, 0}, new float[6]),
        taken::incrementAndGet);
    eventually("the block is taken", PATIENCE, () -> taken.get() > before);
  }

  private double skipped(String cause) {
    var counter = registry.find("starling.gateway.frames.skipped").tag("cause", cause).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void aLoopThatComesToNothingHasTheLatestFrameOnlyAndOneTask() {
    Client client = new Client();
    Viewer viewer = watch(client, 1);
    for (int i = 0; i < 5; i++) {
      block(i);
    }
    assertThat(loop.tasks).hasSize(1);
    loop.turn();
    assertThat(client.count).isEqualTo(1);
    ByteBuf frame = client.frames.getFirst();
    assertThat(frame.getFloatLE(frame.readerIndex() + 2 + 2)).isEqualTo(4);
    assertThat(skipped("slow-loop")).isGreaterThanOrEqualTo(4);
    client.read();
    viewer.stop();
  }

  @Test
  void aClientWhoseLastFrameHasNotLeftIsSkippedAndNothingIsEncodedForIt() {
    Client client = new Client();
    Viewer viewer = watch(client, 1);
    block(1);
    loop.turn();
    block(2);
    block(3);
    loop.turn();
    assertThat(client.count).isEqualTo(1);
    assertThat(skipped("slow-reader")).isGreaterThanOrEqualTo(2);
    assertThat(registry.get("starling.gateway.frames.encode").timer().count()).isEqualTo(1);
    client.read();
    block(4);
    loop.turn();
    assertThat(client.count).isEqualTo(2);
    client.read();
    viewer.stop();
  }

  @Test
  void aClientThatFailsKeepsNobodyElseFromTheirs() {
    Client failing = new Client();
    failing.fails = true;
    List<Client> others = List.of(new Client(), new Client(), new Client());
    Viewer first = watch(failing, 1);
    List<Viewer> viewers =
        List.of(watch(others.get(0), 1), watch(others.get(1), 2), watch(others.get(2), 3));
    block(1);
    loop.turn();
    assertThat(failing.faults).isEqualTo(1);
    assertThat(others).allMatch(client -> client.count == 1);
    others.forEach(Client::read);
    first.stop();
    viewers.forEach(Viewer::stop);
  }

  @Test
  void whoStopsWhileAFrameIsOnTheWayGetsItNoMore() {
    Client client = new Client();
    Viewer viewer = watch(client, 2);
    block(1);
    viewer.stop();
    loop.turn();
    assertThat(client.count).isZero();
    assertThat(streams.isWatched()).isFalse();
  }

  @Test
  void whatWaitsForALoopThatHasStoppedIsGivenBack() {
    Client client = new Client();
    Viewer viewer = watch(client, 1);
    loop.stopped = true;
    block(1);
    block(2);
    viewer.stop();
    assertThat(client.count).isZero();
  }

  @Test
  void whoMissedAFrameOfTheThirdProtocolGetsTheNextOneWholeAndTheOthersTheDifference() {
    Client quick = new Client();
    Client slow = new Client();
    Viewer first = watch(quick, 3);
    Viewer second = watch(slow, 3);
    block(0.25f);
    loop.turn();
    quick.read();
    block(0.5f);
    loop.turn();
    assertThat(flags(quick)).isZero();
    assertThat(slow.count).isEqualTo(1);
    quick.read();
    slow.read();
    block(0.75f);
    loop.turn();
    assertThat(flags(quick)).isZero();
    assertThat(flags(slow)).isEqualTo(1);
    assertThat(sequence(slow)).isEqualTo(sequence(quick));
    quick.read();
    slow.read();
    block(0.5f);
    loop.turn();
    assertThat(flags(slow)).isZero();
    quick.read();
    slow.read();
    first.stop();
    second.stop();
  }

  private static int flags(Client client) {
    ByteBuf frame = client.frames.getFirst();
    return frame.getByte(frame.readerIndex() + 2 + 5);
  }

  private static int sequence(Client client) {
    ByteBuf frame = client.frames.getFirst();
    return frame.getIntLE(frame.readerIndex() + 2 + 1);
  }
}
