/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a real cluster's members are to a node. */
class HazelcastMembershipTest {
  private static final List<Integer> PORTS = TestCluster.freePorts(3);

  /** A member of the cluster; no node where it has no id. */
  private static HazelcastInstance member(int place, Optional<String> nodeId) {
    int port = PORTS.get(place);
    Config config =
        HazelcastCluster.config(
            TestCluster.config(port, PORTS, "test", Optional.empty(), Optional.empty()), port);
    nodeId.ifPresent(id -> config.getMemberAttributeConfig().setAttribute("__vertx.nodeId", id));
    return Hazelcast.newHazelcastInstance(config);
  }

  private static final class Heard implements Membership.Listener {
    private final List<String> words = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void added(String nodeId) {
      words.add("+" + nodeId);
    }

    @Override
    public void removed(String nodeId) {
      words.add("-" + nodeId);
    }

    @Override
    public void merged() {
      words.add("merged");
    }
  }

  @Test
  void aMemberThatIsNoNodeIsNeitherListedNorToldOf() {
    Heard heard = new Heard();
    HazelcastInstance here = member(0, Optional.of("a"));
    try {
      HazelcastMembership membership = new HazelcastMembership(here, "a");
      membership.listen(heard);
      HazelcastInstance stranger = member(1, Optional.empty());
      HazelcastInstance node = member(2, Optional.of("b"));
      assertThat(membership.members()).containsExactlyInAnyOrder("a", "b");
      stranger.getLifecycleService().terminate();
      node.getLifecycleService().terminate();
      eventually("b is gone", () -> heard.words.contains("-b"));
      assertThat(heard.words).containsExactly("+b", "-b");
    } finally {
      here.getLifecycleService().terminate();
    }
  }
}
