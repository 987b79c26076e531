/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import io.netty.buffer.ByteBufAllocator;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * All who watch the layout through one gateway, and the latest that is known of it. Thread-safe;
 * frames are made on a thread of its own, which begins when the first one watches.
 */
public final class FrameStreams implements AutoCloseable {
  private final FrameMetrics metrics;
  private final FrameWork work = new FrameWork();
  private final FrameEncoders encoders;
  private final Map<Object, LoopFrames> loops = new ConcurrentHashMap<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile Runnable changed = () -> {};
  private volatile @Nullable LayoutBlock latest;
  private volatile PathTrees trees = PathTrees.NONE;

  /** {@code allocator} of the memory that frames leave from. */
  public FrameStreams(FrameMetrics metrics, ByteBufAllocator allocator) {
    this.metrics = metrics;
    this.encoders = new FrameEncoders(allocator, metrics);
  }

  /** Calls {@code listener}, on any thread, when {@link #demand} may have changed. */
  public void listen(Runnable listener) {
    changed = listener;
  }

  /**
   * The frames of an event loop.
   *
   * @param loop equal for the same one
   * @param executor runs tasks on it
   */
  public LoopFrames of(Object loop, Executor executor) {
    return loops.computeIfAbsent(
        loop, first -> new LoopFrames(executor, metrics, this::wake, () -> changed.run()));
  }

  private void wake() {
    if (begun.compareAndSet(false, true)) {
      FramePump pump = new FramePump(this, work, encoders, metrics, () -> trees);
      Thread.ofPlatform().name("starling-frames").daemon().start(pump);
    }
    work.wake();
  }

  Collection<LoopFrames> loops() {
    return loops.values();
  }

  /** Whether anybody watches. */
  public boolean isWatched() {
    return loops.values().stream().anyMatch(loop -> !loop.groups().isEmpty());
  }

  /** What all who watch want together. */
  public Demand demand() {
    int rate = 0;
    SortedSet<Integer> sources = new TreeSet<>();
    for (LoopFrames loop : loops.values()) {
      for (ViewerGroup group : loop.groups()) {
        rate = Math.max(rate, group.wish().fps());
        if (group.wish().source() != Wish.HUB) {
          sources.add(group.wish().source());
        }
      }
    }
    return new Demand(rate, sources);
  }

  /** The latest block; null where none has come yet. */
  public @Nullable LayoutBlock latest() {
    return latest;
  }

  /**
   * Takes a block in, unless a later one came before; from one thread at a time.
   *
   * @param taken is run, on any thread, once the next one may come
   */
  public void offer(LayoutBlock block, Runnable taken) {
    LayoutBlock before = latest;
    if (before != null && !block.isAfter(before)) {
      metrics.skipped("outdated", 1);
      taken.run();
      return;
    }
    latest = block;
    if (!isWatched()) {
      taken.run();
    } else if (!work.block(block, taken)) {
      metrics.skipped("superseded", 1);
    }
  }

  /** The paths from a slot are others now; −1 where it is only known which slot the hub is. */
  public void paths(PathTrees now, int source) {
    trees = now;
    if (begun.get()) {
      work.changed(source);
    }
  }

  /** The source that some chose is refused: they see the hub's paths again, and hear why. */
  public void refuse(int source, RefusalException why) {
    loops.values().forEach(loop -> loop.refuse(source, why));
  }

  /** Ends the thread, which lets go of what is on the way. */
  @Override
  public void close() {
    work.close();
  }
}
