/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.util.LinkedHashSet;

/** The latest of many ids, to tell one that came before. One thread at a time. */
final class LatestIds {
  private final int most;
  private final LinkedHashSet<String> ids = new LinkedHashSet<>();

  LatestIds(int most) {
    this.most = most;
  }

  /** Remembers an id, and forgets the one that came longest ago where there are too many. */
  boolean add(String id) {
    boolean isNew = ids.add(id);
    if (ids.size() > most) {
      ids.removeFirst();
    }
    return isNew;
  }
}
