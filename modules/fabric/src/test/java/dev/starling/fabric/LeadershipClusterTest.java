/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Three nodes of a real cluster on loopback that run a role which one of them leads. */
class LeadershipClusterTest {
  private static final String ROLE = "physics";
  private static final TestCluster CLUSTER = new TestCluster();

  /** Who leads, by node, as the listeners heard. */
  private final Map<String, Long> leading = new ConcurrentHashMap<>();

  @AfterAll
  static void stopAll() {
    CLUSTER.close();
  }

  private void stand(Mesh mesh) {
    mesh.leadership(
        ROLE,
        mesh.vertx().getOrCreateContext(),
        new LeadershipListener() {
          @Override
          public void leads(long term) {
            leading.put(mesh.nodeId(), term);
          }

          @Override
          public void leadsNoMore(long term) {
            leading.remove(mesh.nodeId(), term);
          }
        });
  }

  private static HazelcastInstance member(Mesh mesh) {
    return Hazelcast.getAllHazelcastInstances().stream()
        .filter(one -> mesh.nodeId().equals(nodeId(one)))
        .findFirst()
        .orElseThrow();
  }

  /** Without a word to the others, once they have copies of what it keeps. */
  private static void kill(Mesh mesh) {
    HazelcastInstance member = member(mesh);
    eventually("all has its copies", () -> member.getPartitionService().isClusterSafe());
    member.getLifecycleService().terminate();
  }

  private static String nodeId(HazelcastInstance member) {
    return member.getCluster().getLocalMember().getAttribute("__vertx.nodeId");
  }

  @Test
  void whenTheLeaderDiesOneOfTheOthersLeadsUnderTheNextTermWithinTwoSeconds() {
    List<Mesh> living = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      living.add(CLUSTER.start(name, ROLE).mesh());
    }
    eventually(
        "they meet", () -> living.stream().allMatch(mesh -> mesh.view().nodes().size() == 3));
    living.forEach(this::stand);
    eventually("one leads", () -> leading.size() == 1);

    for (int left = 2; left > 0; left--) {
      Map.Entry<String, Long> leads = leading.entrySet().iterator().next();
      String leader = leads.getKey();
      long term = leads.getValue();
      leading.remove(leader);
      Mesh dying = living.stream().filter(mesh -> mesh.nodeId().equals(leader)).findFirst().get();
      living.remove(dying);
      int size = left;
      kill(dying);
      eventually(
          "it is dropped",
          () -> living.stream().allMatch(mesh -> mesh.view().nodes().size() == size));
      long dropped = System.nanoTime();
      eventually("another leads", () -> leading.size() == 1);
      assertThat(Duration.ofNanos(System.nanoTime() - dropped)).isLessThan(Duration.ofSeconds(2));
      assertThat(leading).containsValue(term + 1).doesNotContainKey(leader);
    }
  }
}
