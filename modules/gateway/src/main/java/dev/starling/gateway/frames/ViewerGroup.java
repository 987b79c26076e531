/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The viewers of one event loop that see the same. Belongs to the loop; the counts may be read from
 * any thread, each by itself.
 */
final class ViewerGroup {
  private final Wish wish;
  private final Set<Viewer> viewers = new HashSet<>();
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger ready = new AtomicInteger();
  private final AtomicInteger fresh = new AtomicInteger();
  private final AtomicInteger behind = new AtomicInteger();

  ViewerGroup(Wish wish) {
    this.wish = wish;
  }

  Wish wish() {
    return wish;
  }

  Set<Viewer> viewers() {
    return viewers;
  }

  boolean isEmpty() {
    return viewers.isEmpty();
  }

  void add(Viewer viewer) {
    viewers.add(viewer);
    count(viewer, 1);
  }

  void remove(Viewer viewer) {
    viewers.remove(viewer);
    count(viewer, -1);
  }

  /** Takes a viewer into account as it is now, or no more. */
  void count(Viewer viewer, int sign) {
    all.addAndGet(sign);
    if (viewer.isReady()) {
      ready.addAndGet(sign);
      fresh.addAndGet(viewer.isFresh() ? sign : 0);
      behind.addAndGet(viewer.isBehind() ? sign : 0);
    }
  }

  /** Viewers whose last frame has not left yet. */
  int waiting() {
    return Math.max(0, all.get() - ready.get());
  }

  /** Viewers that a frame can be written to. */
  int ready() {
    return ready.get();
  }

  /** Of these, those that want one at once. */
  int fresh() {
    return fresh.get();
  }

  /** Of those that are ready, those that do not have the frame before. */
  int behind() {
    return behind.get();
  }
}
