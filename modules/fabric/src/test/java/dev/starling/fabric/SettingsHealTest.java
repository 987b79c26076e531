/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.settings.DamagedDocumentException;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Two sides of a split, played by two real members that learn of each other only later. */
class SettingsHealTest {
  private static final SettingsDocument COMMON = new SettingsDocument("L", 4, new TreeMap<>());

  private static StoredSetting set(String path, int value, long time) {
    return new StoredSetting(path, RawJson.of(Integer.toString(value)), time, false);
  }

  private static Config config(int port) {
    Config config =
        HazelcastCluster.config(
            TestCluster.config(port, List.of(port), "split", Optional.empty(), Optional.empty()),
            port);
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
    return config;
  }

  private static IMap<String, byte[]> map(HazelcastInstance member) {
    return member.getMap(HazelcastCluster.SETTINGS);
  }

  private static SettingsDocument shared(HazelcastInstance member) throws DamagedDocumentException {
    byte[] bytes = map(member).get("document");
    return bytes == null ? COMMON : SettingsDocument.of(bytes);
  }

  @Test
  void ofEachSettingTheLaterChangeOfEitherSideStays() throws DamagedDocumentException {
    List<Integer> ports = TestCluster.freePorts(2);
    List<Config> configs = ports.stream().map(SettingsHealTest::config).toList();
    List<HazelcastInstance> sides = configs.stream().map(Hazelcast::newHazelcastInstance).toList();
    try {
      HazelcastInstance one = sides.getFirst();
      HazelcastInstance other = sides.getLast();
      map(one)
          .put("document", COMMON.with(List.of(set("a.a", 1, 20), set("a.b", 1, 10))).toBytes());
      map(other)
          .put(
              "document",
              COMMON
                  .with(List.of(set("a.a", 2, 10), set("a.c", 2, 10)))
                  .with(List.of(set("a.b", 2, 20)))
                  .toBytes());

      for (Config config : configs) {
        ports.forEach(port ->
            config.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1:" + port));
      }

      eventually(
          "they are one again",
          () -> sides.stream().allMatch(side -> side.getCluster().getMembers().size() == 2));
      eventually("the settings of both are there", () -> shared(one).settings().size() == 3);
      assertThat(shared(one)).isEqualTo(shared(other));
      assertThat(shared(one).settings().values())
          .containsExactly(set("a.a", 1, 20), set("a.b", 2, 20), set("a.c", 2, 10));
      assertThat(shared(one).version()).isEqualTo(7);
    } finally {
      sides.forEach(HazelcastInstance::shutdown);
    }
  }
}
