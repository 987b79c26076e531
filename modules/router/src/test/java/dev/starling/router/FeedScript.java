/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The feeds that a gateway sends, with their numbers and digests, to be given or withheld. */
final class FeedScript {
  private final String gateway;
  private final long incarnation;
  private final Map<Long, Registration> held = new LinkedHashMap<>();
  private long sequence;

  FeedScript(String gateway, long incarnation) {
    this.gateway = gateway;
    this.incarnation = incarnation;
  }

  Feed add(Registration registration) {
    held.put(registration.key(), registration);
    return feed(false, true, List.of(new Change.Added(registration)), 0);
  }

  Feed remove(long key) {
    held.remove(key);
    return feed(false, true, List.of(new Change.Removed(key)), 0);
  }

  Feed digest(long echo) {
    return feed(false, true, List.of(), echo);
  }

  Feed snapshot(long echo) {
    sequence = 0;
    return feed(true, true, added(held.values()), echo);
  }

  /** A snapshot in parts of one registration each. */
  List<Feed> snapshotInParts() {
    sequence = 0;
    List<Registration> all = List.copyOf(held.values());
    List<Feed> parts = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      parts.add(feed(i == 0, i == all.size() - 1, added(all.subList(i, i + 1)), 0));
    }
    return parts;
  }

  /** Changes what the gateway holds without telling. */
  void addSilently(Registration registration) {
    held.put(registration.key(), registration);
  }

  void removeSilently(long key) {
    held.remove(key);
  }

  Map<Long, Registration> held() {
    return held;
  }

  private static List<Change> added(Iterable<Registration> registrations) {
    List<Change> changes = new ArrayList<>();
    registrations.forEach(one -> changes.add(new Change.Added(one)));
    return changes;
  }

  private Feed feed(boolean reset, boolean last, List<Change> changes, long echo) {
    sequence++;
    long hash = held.values().stream().mapToLong(Registration::digest).sum();
    return new Feed(gateway, incarnation, sequence, reset, last, changes, held.size(), hash, echo);
  }
}
