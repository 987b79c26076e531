/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HazelcastClusterTest {
  private static ClusterConfig config(String name, String secret) {
    return TestCluster.config(
        5701, List.of(5701, 5702), name, Optional.of(secret), Optional.empty());
  }

  @Test
  void withoutASecretTheWireHasTheMeshsName() {
    ClusterConfig open =
        TestCluster.config(5701, List.of(), "mesh", Optional.empty(), Optional.empty());
    assertThat(HazelcastCluster.wireName(open)).isEqualTo("mesh");
  }

  @Test
  void withASecretOnlyWhoKnowsItCanNameTheMesh() {
    String named = HazelcastCluster.wireName(config("mesh", "s3cret"));
    assertThat(named)
        .isEqualTo(HazelcastCluster.wireName(config("mesh", "s3cret")))
        .matches("mesh-[0-9a-f]{32}")
        .doesNotContain("s3cret")
        .isNotEqualTo(HazelcastCluster.wireName(config("mesh", "s3cret2")))
        .isNotEqualTo(HazelcastCluster.wireName(config("other", "s3cret")));
  }

  @Test
  void nothingIsDiscoveredPhonedHomeOrBoundBeyondTheHost() {
    Config config = HazelcastCluster.config(config("mesh", "s"), 5701);
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getNetworkConfig().getJoin().getMulticastConfig().isEnabled()).isFalse();
    assertThat(config.getNetworkConfig().getJoin().getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(config.getNetworkConfig().isPortAutoIncrement()).isFalse();
    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("127.0.0.1");
    assertThat(config.getNetworkConfig().getJoin().getTcpIpConfig().getMembers())
        .containsExactly("127.0.0.1:5701", "127.0.0.1:5702");
  }
}
