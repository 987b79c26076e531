/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The registrations that this gateway holds, by key and by agent id, with the digest that replicas
 * are compared by. Written on the gateway's loop only; {@link #byKey} may be read anywhere.
 */
final class Registry {
  private final Map<Long, Held> byKey = new ConcurrentHashMap<>();
  private final Map<Long, Held> superseded = new HashMap<>();
  private final NavigableMap<String, Held> byAgent = new TreeMap<>();
  private long lastKey;
  private long hash;
  private volatile int size;

  /** A key that was never used. */
  long nextKey() {
    return ++lastKey;
  }

  Change add(Held held) {
    byKey.put(held.key(), held);
    byAgent.put(held.agentId(), held);
    hash += held.registration().digest();
    size = byKey.size();
    return new Change.Added(held.registration());
  }

  Change remove(Held held) {
    if (byKey.remove(held.key()) != null) {
      hash -= held.registration().digest();
    }
    byAgent.remove(held.agentId(), held);
    size = byKey.size();
    return new Change.Removed(held.key());
  }

  /**
   * Removes a registration, but until {@link #forget} outcomes that a router matched to it before
   * it heard of the change still reach a session: that of {@code heir}.
   */
  Change supersede(Held held, Held heir) {
    superseded.put(held.key(), heir);
    return remove(held);
  }

  /** No router can match a superseded registration any more. */
  void forget(@Nullable Held held) {
    if (held != null) {
      superseded.remove(held.key());
    }
  }

  /** Whose session an outcome goes to that was matched to this key. */
  Optional<Held> receiver(long key) {
    Held held = byKey.get(key);
    return Optional.ofNullable(held != null ? held : superseded.get(key));
  }

  Optional<Held> byKey(long key) {
    return Optional.ofNullable(byKey.get(key));
  }

  Optional<Held> byAgent(String agentId) {
    return Optional.ofNullable(byAgent.get(agentId));
  }

  /** Whether this very registration is still held. */
  boolean holds(Held held) {
    return byKey.containsKey(held.key());
  }

  int size() {
    return size;
  }

  long hash() {
    return hash;
  }

  /** All registrations; a copy. */
  List<Registration> snapshot() {
    List<Registration> all = new ArrayList<>(byKey.size());
    byKey.values().forEach(held -> all.add(held.registration()));
    return all;
  }

  /** All that it holds; a copy. */
  List<Held> all() {
    return List.copyOf(byKey.values());
  }

  /**
   * Of the agents behind {@code after}, in the order of their ids, those that are asked for, at
   * most {@code limit} of them.
   */
  List<Held> page(String after, Predicate<Held> isAskedFor, int limit) {
    return byAgent.tailMap(after, false).values().stream().filter(isAskedFor).limit(limit).toList();
  }
}
