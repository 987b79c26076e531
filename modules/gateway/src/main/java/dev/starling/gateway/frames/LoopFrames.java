/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.RefusalException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The viewers of one event loop, and what is on the way to them: at most one task, with the latest
 * frames. The loop only, but for what says otherwise.
 */
public final class LoopFrames {
  private final Executor loop;
  private final FrameMetrics metrics;
  private final Runnable wake;
  private final Runnable changed;
  private final Map<Wish, ViewerGroup> groups = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable List<Order>> waiting = new AtomicReference<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** Frames for the viewers of a group, or only for those that want one at once. */
  record Order(ViewerGroup group, EncodedFrame frame, boolean onlyFresh) {}

  /**
   * The frames of a loop.
   *
   * @param wake asks for a frame for viewers that want one at once; from any thread
   * @param changed hears that what its viewers want may be something else now
   */
  LoopFrames(Executor loop, FrameMetrics metrics, Runnable wake, Runnable changed) {
    this.loop = loop;
    this.metrics = metrics;
    this.wake = wake;
    this.changed = changed;
  }

  /** A viewer that does not watch yet. */
  public Viewer viewer(FrameOptions options, FrameOutlet outlet) {
    return new Viewer(this, options, outlet, metrics);
  }

  ViewerGroup join(Viewer viewer, Wish wish) {
    ViewerGroup group = groups.get(wish);
    boolean isNew = group == null;
    if (group == null) {
      group = new ViewerGroup(wish);
      groups.put(wish, group);
    }
    group.add(viewer);
    if (isNew) {
      changed.run();
    }
    return group;
  }

  void leave(Viewer viewer, ViewerGroup group) {
    group.remove(viewer);
    if (group.isEmpty()) {
      groups.remove(group.wish());
      changed.run();
    }
  }

  void wake() {
    wake.run();
  }

  /** What is watched here; from any thread, as it is while it is read. */
  Collection<ViewerGroup> groups() {
    return groups.values();
  }

  /** Tells viewers that their source is none any more; from any thread. */
  void refuse(int source, RefusalException why) {
    execute(() -> {
      for (ViewerGroup group : List.copyOf(groups.values())) {
        if (group.wish().source() == source) {
          List.copyOf(group.viewers()).forEach(viewer -> viewer.refused(why));
        }
      }
    });
  }

  /** Hands frames on, which are this loop's to release; from the one thread that makes them. */
  void hand(List<Order> orders) {
    List<Order> before = waiting.getAndSet(null);
    waiting.set(before == null ? orders : latest(before, orders));
    if (scheduled.compareAndSet(false, true) && !execute(this::write)) {
      scheduled.set(false);
      drop();
    }
  }

  /** What is newer takes the place of what the loop has not come to. */
  private List<Order> latest(List<Order> before, List<Order> orders) {
    List<Order> latest = new ArrayList<>();
    for (Order old : before) {
      boolean isOutdone =
          orders.stream()
              .anyMatch(
                  next -> next.group() == old.group() && (!next.onlyFresh() || old.onlyFresh()));
      if (isOutdone) {
        metrics.skipped("slow-loop", old.onlyFresh() ? 0 : old.group().ready());
        old.frame().release();
      } else {
        latest.add(old);
      }
    }
    latest.addAll(orders);
    return latest;
  }

  private void write() {
    scheduled.set(false);
    List<Order> orders = waiting.getAndSet(null);
    if (orders != null) {
      orders.forEach(LoopFrames::write);
    }
  }

  private static void write(Order order) {
    try {
      for (Viewer viewer : List.copyOf(order.group().viewers())) {
        viewer.take(order.frame(), order.onlyFresh());
      }
    } finally {
      order.frame().release();
    }
  }

  /** Lets go of what waits; where the loop runs no more. */
  void drop() {
    List<Order> orders = waiting.getAndSet(null);
    if (orders != null) {
      orders.forEach(order -> order.frame().release());
    }
  }

  private boolean execute(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
