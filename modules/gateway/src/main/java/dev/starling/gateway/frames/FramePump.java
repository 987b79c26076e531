/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.gateway.frames.FramePass.Schedule;
import dev.starling.gateway.frames.FrameWork.Task;
import dev.starling.protocol.frame.LayoutBlock;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that encodes frames: as blocks come, for who begins to watch, and once a second of a
 * layout that rests. It waits for ever while nobody watches.
 */
final class FramePump implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FramePump.class);

  /** Between two frames of a layout that rests. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The same where more was announced and did not come, which may come late. */
  private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_200);

  private static final long EVER = Long.MAX_VALUE;

  private final FrameStreams streams;
  private final FrameWork work;
  private final FrameEncoders encoders;
  private final FrameMetrics metrics;
  private final Supplier<PathTrees> trees;
  private final BlockRate rate = new BlockRate();
  private @Nullable LayoutBlock latest;
  private boolean hasNodes;
  private boolean failing;
  private long blocks;
  private long cameAt;
  private long sentAt;

  FramePump(
      FrameStreams streams,
      FrameWork work,
      FrameEncoders encoders,
      FrameMetrics metrics,
      Supplier<PathTrees> trees) {
    this.streams = streams;
    this.work = work;
    this.encoders = encoders;
    this.metrics = metrics;
    this.trees = trees;
    this.sentAt = System.nanoTime();
    this.cameAt = sentAt;
  }

  @Override
  public void run() {
    try {
      for (Task task = work.take(EVER); task != null; task = work.take(patience())) {
        work(task);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.loops().forEach(LoopFrames::drop);
    }
  }

  private void work(Task task) {
    try {
      pass(task);
      failing = false;
    } catch (RuntimeException | Error e) {
      metrics.skipped("fault", 1);
      if (!failing) {
        LOG.error("frames of a block failed; said once until one succeeds", e);
        failing = true;
      }
    } finally {
      task.taken().run();
    }
  }

  private long patience() {
    LayoutBlock block = latest;
    if (block == null || block.count() == 0 || !streams.isWatched()) {
      return EVER;
    }
    long rest = block.isMoving() ? SILENCE_NANOS : REST_NANOS;
    return Math.max(1, sentAt + rest - System.nanoTime());
  }

  private void pass(Task task) {
    long now = System.nanoTime();
    LayoutBlock block = task.block() != null ? task.block() : streams.latest();
    latest = block;
    if (block == null || !saysSomething(block, task.block() != null)) {
      return;
    }
    if (task.block() != null) {
      blocks++;
      cameAt = now;
      rate.arrived(now);
    }
    boolean isForAll = task.isTimed() || (task.block() != null && !block.isMoving());
    if (task.isTimed() || task.block() != null) {
      sentAt = now;
    }
    boolean isAtRest = !block.isMoving() || now - cameAt > SILENCE_NANOS;
    new FramePass(block, trees.get(), encoders, metrics, now)
        .run(
            streams.loops(),
            schedule(isForAll, task.block() != null),
            source -> isAtRest && task.changed().contains(source));
  }

  /** A graph without nodes has no frames, but for one that says that they are gone. */
  private boolean saysSomething(LayoutBlock block, boolean isNew) {
    boolean hadNodes = hasNodes;
    hasNodes = block.count() > 0;
    return hasNodes || (isNew && hadNodes);
  }

  private Schedule schedule(boolean isForAll, boolean isBlock) {
    int asked = Math.max(1, streams.demand().rate());
    return new Schedule() {
      @Override
      public int divisor(int fps) {
        return rate.divisor(fps, asked);
      }

      @Override
      public boolean isDue(int divisor) {
        return isForAll || (isBlock && blocks % divisor == 0);
      }
    };
  }
}
