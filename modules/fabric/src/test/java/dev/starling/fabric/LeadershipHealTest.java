/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two sides of a split, played by two real nodes that learn of each other only later. */
class LeadershipHealTest {
  private static final String ROLE = "physics";
  private static final List<Integer> PORTS = TestCluster.freePorts(2);

  private static final LeadershipListener NOBODY =
      new LeadershipListener() {
        @Override
        public void leads(long term) {
          // Who leads is asked.
        }

        @Override
        public void leadsNoMore(long term) {
          // Who leads is asked.
        }
      };

  private static Mesh side(int port) {
    ClusterConfig config =
        new ClusterConfig(
            Optional.of(port),
            0,
            "127.0.0.1",
            Optional.empty(),
            List.of("127.0.0.1:" + port),
            "split",
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            1 << 20,
            Optional.empty());
    return await(
        new MeshStart(
                config,
                new NodeIdentity("side-" + port, "1", List.of(ROLE)),
                new SimpleMeterRegistry(),
                new VertxOptions().setEventLoopPoolSize(2))
            .start());
  }

  private static Leadership stand(Mesh mesh) {
    return mesh.leadership(ROLE, mesh.vertx().getOrCreateContext(), NOBODY);
  }

  /** From now on the sides can find each other. */
  private static void heal(List<Mesh> sides) {
    List<String> ids = sides.stream().map(Mesh::nodeId).toList();
    for (HazelcastInstance member : Hazelcast.getAllHazelcastInstances()) {
      String id = member.getCluster().getLocalMember().getAttribute("__vertx.nodeId");
      if (ids.contains(id)) {
        PORTS.forEach(port ->
            member
                .getConfig()
                .getNetworkConfig()
                .getJoin()
                .getTcpIpConfig()
                .addMember("127.0.0.1:" + port));
      }
    }
  }

  @Test
  void eachSideHasALeaderAndWhenItHealsOneIsLeftWithATermAboveBoth() {
    List<Mesh> sides = PORTS.stream().map(LeadershipHealTest::side).toList();
    try {
      List<Leadership> leaders = sides.stream().map(LeadershipHealTest::stand).toList();
      eventually(
          "each side has a leader", () -> leaders.stream().allMatch(one -> one.term().isPresent()));
      long highest = leaders.stream().mapToLong(one -> one.term().getAsLong()).max().getAsLong();

      heal(sides);

      eventually(
          "they are one again",
          () -> sides.stream().allMatch(side -> side.view().nodes().size() == 2));
      eventually(
          "one leads, and both know which",
          () ->
              leaders.stream().filter(one -> one.term().isPresent()).count() == 1
                  && leaders.getFirst().leader().equals(leaders.getLast().leader()));
      Leadership leader =
          leaders.stream().filter(one -> one.term().isPresent()).findFirst().orElseThrow();
      assertThat(leader.leader().orElseThrow().term())
          .isEqualTo(leader.term().getAsLong())
          .isGreaterThanOrEqualTo(highest);
    } finally {
      await(Future.join(sides.stream().map(Mesh::leave).toList()));
    }
  }
}
