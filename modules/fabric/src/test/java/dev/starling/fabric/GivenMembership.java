/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cluster's word on who is there, as the test gives it. */
final class GivenMembership implements Membership {
  private final String self;
  private final Set<String> members = ConcurrentHashMap.newKeySet();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  GivenMembership(String self, String... others) {
    this.self = self;
    members.add(self);
    members.addAll(List.of(others));
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public Set<String> members() {
    return Set.copyOf(members);
  }

  @Override
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  void come(String id) {
    comeUntold(id);
    listeners.forEach(listener -> listener.added(id));
  }

  void comeUntold(String id) {
    members.add(id);
  }

  void go(String id) {
    goUntold(id);
    listeners.forEach(listener -> listener.removed(id));
  }

  void goUntold(String id) {
    members.remove(id);
  }

  void merge() {
    listeners.forEach(Listener::merged);
  }
}
