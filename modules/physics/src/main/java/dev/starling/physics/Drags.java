/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who drags what. A drag ends when its session says so, when the session does, or after half a
 * second of silence. The simulation's thread only.
 */
final class Drags {
  /** Silence that ends a drag. */
  static final long SILENCE_NANOS = 500_000_000L;

  /** Sessions that may drag at a time; one more is refused. */
  static final int MOST = 1_000;

  private record Drag(int slot, long heardAt) {}

  private final Map<String, Drag> bySession = new HashMap<>();

  /**
   * Notes that a session drags a node.
   *
   * @return false where too many drag already
   */
  boolean hold(String session, int slot, long now) {
    if (bySession.size() >= MOST && !bySession.containsKey(session)) {
      return false;
    }
    bySession.put(session, new Drag(slot, now));
    return true;
  }

  /** The node that a session drags; −1 where it drags none. */
  int heldBy(String session) {
    Drag drag = bySession.get(session);
    return drag == null ? -1 : drag.slot();
  }

  /** Ends a session's drag, and says whether nobody drags that node any more. */
  boolean end(String session) {
    Drag ended = bySession.remove(session);
    return ended != null && !isHeld(ended.slot());
  }

  /** The nodes that nobody drags any more, since those who did were silent. */
  List<Integer> expire(long now) {
    List<Integer> silent = new ArrayList<>();
    bySession
        .values()
        .removeIf(drag -> {
          boolean isSilent = now - drag.heardAt() > SILENCE_NANOS;
          if (isSilent) {
            silent.add(drag.slot());
          }
          return isSilent;
        });
    return silent.stream().distinct().filter(slot -> !isHeld(slot)).toList();
  }

  /** Whether somebody drags a node. */
  boolean isHeld(int slot) {
    return bySession.values().stream().anyMatch(drag -> drag.slot() == slot);
  }

  boolean isEmpty() {
    return bySession.isEmpty();
  }
}
