/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.MeshBus;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Keep;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulators that stand by, on the side of the one that leads: each is told every edit in
 * order, one message at a time. One that does not answer, or has missed something, is told nothing
 * more until it reads the whole graph again. The verticle's event loop only.
 */
final class Followers {
  /**
   * Edits that may wait for one simulator, as of a large document; behind them it reads the whole
   * graph again, and nobody waits for it.
   */
  private static final int MOST_EDITS = 2_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** A change is made at once when its last part comes, which takes a slow machine longer. */
  private static final int EDITS_PER_MILLI = 100;

  private static final class Follower {
    final Deque<Edits> waiting = new ArrayDeque<>();
    int edits;

    /** Edits it was told of the change that is not whole yet. */
    int unfinished;

    boolean isBusy;
  }

  /** Somebody who waits until an edit has reached every follower. */
  private record Waiter(long sequence, Promise<Void> promise) {}

  private final MeshBus bus;
  private final Map<String, Follower> byNode = new HashMap<>();
  private final List<Waiter> waiters = new ArrayList<>();

  Followers(MeshBus bus) {
    this.bus = bus;
  }

  /** A node reads the graph from its beginning, and is told what changes from here on. */
  void joins(String node) {
    byNode.put(node, new Follower());
  }

  void edited(Edits message) {
    List<GraphEdit> edits = message.edits();
    for (Map.Entry<String, Follower> one : List.copyOf(byNode.entrySet())) {
      Follower follower = one.getValue();
      if (follower.edits + edits.size() > MOST_EDITS) {
        drop(one.getKey(), follower, "too much waits for it");
      } else {
        follower.waiting.add(message);
        follower.edits += edits.size();
        pump(one.getKey(), follower);
      }
    }
  }

  private void pump(String node, Follower follower) {
    Edits next = follower.waiting.peek();
    if (next == null || follower.isBusy) {
      return;
    }
    follower.isBusy = true;
    follower.unfinished += next.edits().size();
    Duration patience = PATIENCE.plusMillis(follower.unfinished / EDITS_PER_MILLI);
    if (next.isWhole()) {
      follower.unfinished = 0;
    }
    bus.request(Addresses.physics(node), next, patience)
        .onComplete(
            copied -> {
              follower.isBusy = false;
              if (!copied.isTaken()) {
                drop(node, follower, "it missed something");
              } else if (byNode.get(node) == follower) {
                follower.waiting.remove();
                follower.edits -= next.edits().size();
                pump(node, follower);
                answer();
              }
            },
            failure -> drop(node, follower, String.valueOf(failure.getMessage())));
  }

  private void drop(String node, Follower follower, String why) {
    if (byNode.remove(node, follower)) {
      LOG.info("{} has the graph no longer in step: {}", node, why);
    }
    answer();
  }

  /** Forgets those that are no simulators of the mesh any more. */
  void retain(Set<String> nodes) {
    byNode.keySet().retainAll(nodes);
    answer();
  }

  /** Complete when every simulator in step has the edits up to this one; see {@link #clear}. */
  Future<Void> have(long sequence) {
    Waiter waiter = new Waiter(sequence, Promise.promise());
    waiters.add(waiter);
    answer();
    return waiter.promise().future();
  }

  private void answer() {
    long told =
        byNode.values().stream()
            .filter(follower -> !follower.waiting.isEmpty())
            .mapToLong(follower -> follower.waiting.element().sequence() - 1)
            .min()
            .orElse(Long.MAX_VALUE);
    List<Waiter> done = waiters.stream().filter(one -> one.sequence() <= told).toList();
    waiters.removeAll(done);
    done.forEach(one -> one.promise().tryComplete());
  }

  /** Tells everybody where the nodes are. */
  void keep(LayoutBlock block) {
    byNode.keySet().forEach(node -> bus.send(Addresses.physics(node), new Keep(block)));
  }

  /** Tells nobody any more; who waits for what somebody may not have got is told so. */
  void clear() {
    byNode.clear();
    List<Waiter> unsure = List.copyOf(waiters);
    waiters.clear();
    unsure.forEach(one -> one.promise().tryFail(handedOver()));
  }

  /** Why a change that was made may be lost. */
  static RefusalException handedOver() {
    return RefusalException.unavailable(
        "physics", "another simulator leads by now and may not have this; send it again");
  }
}
