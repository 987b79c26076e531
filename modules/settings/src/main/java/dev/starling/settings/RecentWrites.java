/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.settings.SettingChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest changes that took effect, whichever node made them, by their origin: one that is asked
 * for again, since the node that made it left before it answered, is not made again over what
 * others changed since. Verticle's event loop only.
 */
final class RecentWrites {
  private static final int MOST = 1_000;

  /** What the values that are remembered may have together. */
  private static final int MOST_BYTES = 4 << 20;

  private final Map<String, List<SettingChange>> writes = new LinkedHashMap<>();
  private int bytes;

  /** Changes took effect. */
  void add(List<SettingChange> changes) {
    for (SettingChange change : changes) {
      if (!change.origin().isEmpty()) {
        writes.computeIfAbsent(change.origin(), origin -> new ArrayList<>()).add(change);
        bytes += weight(change);
      }
    }
    while (writes.size() > MOST || bytes > MOST_BYTES) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    var all = writes.values().iterator();
    all.next().forEach(change -> bytes -= weight(change));
    all.remove();
  }

  /** What is known to have taken effect of a write; empty where nothing is. */
  List<SettingChange> of(String origin) {
    return List.copyOf(writes.getOrDefault(origin, List.of()));
  }

  private static int weight(SettingChange change) {
    return change.path().length() + change.value().bytes().length;
  }
}
