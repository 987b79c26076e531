/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Membership as Hazelcast sees it; ids are those that Vert.x gives its nodes. */
final class HazelcastMembership implements Membership {
  private static final String NODE_ID = "__vertx.nodeId";

  private final HazelcastInstance hazelcast;
  private final String self;

  HazelcastMembership(HazelcastInstance hazelcast, String self) {
    this.hazelcast = hazelcast;
    this.self = self;
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public Set<String> members() {
    return hazelcast.getCluster().getMembers().stream()
        .map(member -> member.getAttribute(NODE_ID))
        .filter(id -> id != null)
        .collect(Collectors.toSet());
  }

  @Override
  public void listen(Listener listener) {
    hazelcast.getCluster().addMembershipListener(new Translator(listener));
    hazelcast
        .getLifecycleService()
        .addLifecycleListener(event -> {
          if (event.getState() == LifecycleState.MERGED) {
            listener.merged();
          }
        });
  }

  private record Translator(Listener listener) implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {
      tell(event, listener::added);
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      tell(event, listener::removed);
    }

    /** A member without an id is no node of the mesh. */
    private static void tell(MembershipEvent event, Consumer<String> word) {
      String id = event.getMember().getAttribute(NODE_ID);
      if (id != null) {
        word.accept(id);
      }
    }
  }
}
