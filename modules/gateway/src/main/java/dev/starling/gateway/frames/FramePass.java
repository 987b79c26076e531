/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.gateway.frames.LoopFrames.Order;
import dev.starling.protocol.frame.DeltaStream;
import dev.starling.protocol.frame.LayoutBlock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * One look at who is due for a frame of a block: each frame is encoded once, and only where
 * somebody can take it. One thread, once.
 */
final class FramePass {
  private final LayoutBlock block;
  private final PathTrees trees;
  private final FrameEncoders encoders;
  private final FrameMetrics metrics;
  private final long now;
  private final Map<Row, EncodedFrame> rows = new HashMap<>();
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final Map<LoopFrames, List<Order>> orders = new LinkedHashMap<>();

  /** A frame of protocol 1 or 2, by the slot of its source. */
  private record Row(int protocol, int source) {}

  /** The groups that share a stream of protocol 3. */
  private static final class Stream {
    final Map<ViewerGroup, LoopFrames> groups = new LinkedHashMap<>();
    boolean isDue;
    int ready;
    int behind;
    int fresh;
  }

  FramePass(
      LayoutBlock block, PathTrees trees, FrameEncoders encoders, FrameMetrics metrics, long now) {
    this.block = block;
    this.trees = trees;
    this.encoders = encoders;
    this.metrics = metrics;
    this.now = now;
  }

  /** By which blocks a rate is served, and which groups are due whatever their rate. */
  interface Schedule {
    /** Every how many blocks a client of that rate gets a frame. */
    int divisor(int fps);

    /** Whether a frame is due for clients that get one every so many blocks. */
    boolean isDue(int divisor);
  }

  /**
   * Encodes what is due and hands it on.
   *
   * @param isChanged whether the paths from a slot have changed in a layout that rests
   */
  void run(Iterable<LoopFrames> loops, Schedule schedule, IntPredicate isChanged) {
    try {
      for (LoopFrames loop : loops) {
        for (ViewerGroup group : loop.groups()) {
          look(loop, group, schedule, isChanged);
        }
      }
      streams.forEach(this::send);
      encoders.keep(streams.keySet());
    } finally {
      rows.values().forEach(EncodedFrame::release);
      orders.forEach(LoopFrames::hand);
    }
  }

  private void look(LoopFrames loop, ViewerGroup group, Schedule schedule, IntPredicate isChanged) {
    Wish wish = group.wish();
    int divisor = schedule.divisor(wish.fps());
    boolean isDue = schedule.isDue(divisor);
    if (wish.protocol() == DeltaStream.PROTOCOL) {
      join(loop, group, divisor, isDue);
      return;
    }
    int source = trees.slot(wish.source());
    isDue |= isChanged.test(source);
    if (isDue) {
      metrics.skipped("slow-reader", group.waiting());
    }
    if (isDue ? group.ready() > 0 : group.fresh() > 0) {
      EncodedFrame frame =
          rows.computeIfAbsent(
              new Row(wish.protocol(), source),
              row -> encoders.rows(row.protocol(), block, trees.from(row.source())));
      order(loop, new Order(group, frame, !isDue));
    }
  }

  private void order(LoopFrames loop, Order order) {
    order.frame().retain();
    orders.computeIfAbsent(loop, first -> new ArrayList<>()).add(order);
  }

  private void join(LoopFrames loop, ViewerGroup group, int divisor, boolean isDue) {
    Stream stream = streams.computeIfAbsent(divisor, every -> new Stream());
    stream.groups.put(group, loop);
    stream.isDue = isDue;
    stream.ready += group.ready();
    stream.behind += group.behind();
    stream.fresh += group.fresh();
  }

  /** Who wants a frame at once makes it one for all who share the stream. */
  private void send(int divisor, Stream stream) {
    if (stream.isDue) {
      stream.groups.keySet().forEach(group -> metrics.skipped("slow-reader", group.waiting()));
    }
    if (stream.ready > 0 && (stream.isDue || stream.fresh > 0)) {
      EncodedFrame frame = encoders.next(divisor, block, stream.ready, stream.behind, now);
      try {
        stream.groups.forEach((group, loop) -> order(loop, new Order(group, frame, false)));
      } finally {
        frame.release();
      }
    }
  }
}
