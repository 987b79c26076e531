/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static dev.starling.fabric.TestCluster.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import dev.starling.fabric.TestCluster.Node;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Peers that are no nodes of this mesh, or send what no node does. */
class ForeignPeerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Counts how often it is made from bytes. */
  private static final class Bait implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger MADE = new AtomicInteger();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      MADE.incrementAndGet();
    }
  }

  private static Mesh start(ClusterConfig config) {
    return await(
        new MeshStart(
                config,
                new NodeIdentity("n", "1", List.of("router")),
                new SimpleMeterRegistry(),
                new VertxOptions().setEventLoopPoolSize(1))
            .start());
  }

  @Test
  void nodesOfAnotherNameOrSecretDoNotJoin() {
    List<Integer> ports = TestCluster.freePorts(3);
    Mesh ours = start(config(ports.get(0), ports, "test", "ours"));
    Mesh otherSecret = start(config(ports.get(1), ports, "test", "theirs"));
    Mesh otherName = start(config(ports.get(2), ports, "rest", "ours"));
    try {
      for (Mesh mesh : List.of(ours, otherSecret, otherName)) {
        assertThat(mesh.view().nodes().keySet()).containsExactly(mesh.nodeId());
      }
      assertThat(ours.isMember(otherSecret.view().me())).isFalse();
      assertThat(ours.isMember(otherName.view().me())).isFalse();
    } finally {
      List.of(ours, otherSecret, otherName).forEach(mesh -> await(mesh.leave()));
    }
  }

  private static ClusterConfig config(int port, List<Integer> ports, String name, String secret) {
    return TestCluster.config(port, ports, name, Optional.of(secret), Optional.empty());
  }

  @Test
  void aMemberCannotMakeObjectsOfClassesOfItsOwnHere() {
    try (TestCluster cluster = new TestCluster()) {
      Mesh a = cluster.start("a", "router").mesh();
      Mesh b = cluster.start("b", "router").mesh();
      eventually("they meet", () -> a.isMet() && b.isMet() && a.view().nodes().size() == 2);
      HazelcastInstance stranger = member(cluster.member(2));
      try {
        int before = Bait.MADE.get();
        MultiMap<String, Object> addresses = stranger.getMultiMap("__vertx.subs");
        addresses.put("fabric.bait", new Bait());
        for (Mesh mesh : List.of(a, b)) {
          assertThat(
                  failure(
                      mesh.bus().request(Addresses.fabric("bait"), new StatusQuery(), PATIENCE)))
              .isNotNull();
        }
        assertThat(Bait.MADE).hasValue(before);
        assertThat(addresses.get("fabric.bait")).hasSize(1);
        assertThat(Bait.MADE).as("the bait works where nothing guards").hasValue(before + 1);
        await(a.bus().request(Addresses.fabric(b.nodeId()), new StatusQuery(), PATIENCE));
        await(b.bus().request(Addresses.fabric(a.nodeId()), new StatusQuery(), PATIENCE));
      } finally {
        stranger.shutdown();
      }
    }
  }

  /** A member that knows the mesh's name and keeps to no rule of ours. */
  private static HazelcastInstance member(ClusterConfig cluster) {
    Config config = HazelcastCluster.config(cluster, cluster.port().orElseThrow());
    config.getSerializationConfig().setJavaSerializationFilterConfig(null);
    return Hazelcast.newHazelcastInstance(config);
  }

  @Test
  void aPeerCannotMakeObjectsByWayOfTheBus() {
    try (TestCluster cluster = new TestCluster()) {
      Node victim = cluster.start("victim", "router");
      Mesh rogue = cluster.start("rogue", "router").mesh();
      Mesh mesh = victim.mesh();
      eventually("they meet", () -> mesh.isMet() && rogue.isMet());
      rogue.vertx().eventBus().serializableChecker(className -> true);
      int before = Bait.MADE.get();
      String address = Addresses.fabric(mesh.nodeId()).name();
      assertThat(failure(rogue.vertx().eventBus().request(address, new Bait()))).isNotNull();
      assertThat(Bait.MADE).hasValue(before);
      await(rogue.bus().request(Addresses.fabric(mesh.nodeId()), new StatusQuery(), PATIENCE));
    }
  }
}
