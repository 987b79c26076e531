/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.TcpIpConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hazelcast as the mesh uses it: membership, the bus's table of addresses, the settings and who
 * leads which role, nothing else. Members are listed, never discovered by multicast, and nothing
 * phones home.
 */
final class HazelcastCluster {
  /** Survives the loss of two nodes at once; with one backup a tenth of dead addresses stay. */
  private static final int BACKUPS = 2;

  /** The map whose one entry is the settings. */
  static final String SETTINGS = "starling.settings";

  /** The key of that entry. */
  static final String SETTINGS_KEY = "document";

  /** The map that has an entry for each role that one node leads. */
  static final String LEADERS = "starling.leaders";

  /** The map of all tasks, by their ids. */
  static final String TASKS = "starling.tasks";

  private static final int MERGE_BATCH = 100;

  /** What an exception of Hazelcast's is made of, and the JDK's that may be its cause. */
  private static final String[] FAILURES = {
    "java.lang.Throwable",
    "java.lang.Error",
    "java.lang.Exception",
    "java.lang.RuntimeException",
    "java.lang.IllegalArgumentException",
    "java.lang.IllegalStateException",
    "java.lang.IndexOutOfBoundsException",
    "java.lang.InterruptedException",
    "java.lang.NullPointerException",
    "java.lang.SecurityException",
    "java.lang.UnsupportedOperationException",
    "java.lang.StackTraceElement",
    "[Ljava.lang.StackTraceElement;",
    "java.io.EOFException",
    "java.io.IOException",
    "java.util.ArrayList",
    "java.util.Collections$EmptyList",
    "java.util.Collections$UnmodifiableCollection",
    "java.util.Collections$UnmodifiableList",
    "java.util.Collections$UnmodifiableRandomAccessList",
    "java.util.concurrent.CancellationException",
    "java.util.concurrent.ExecutionException",
    "java.util.concurrent.RejectedExecutionException",
    "java.util.concurrent.TimeoutException"
  };

  private HazelcastCluster() {}

  static Config config(ClusterConfig cluster, int port) {
    Config config = new Config();
    config.setClusterName(wireName(cluster));
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.max.join.seconds", "30");
    config.setProperty(
        "hazelcast.heartbeat.interval.seconds",
        Long.toString(cluster.heartbeatInterval().toSeconds()));
    config.setProperty("hazelcast.max.no.heartbeat.seconds", seconds(cluster.heartbeatTimeout()));
    config.setProperty("hazelcast.merge.first.run.delay.seconds", seconds(cluster.mergeDelay()));
    config.setProperty("hazelcast.merge.next.run.delay.seconds", seconds(cluster.mergeDelay()));
    config.setProperty("hazelcast.operation.call.timeout.millis", "10000");
    config.setProperty("hazelcast.discovery.enabled", "false");
    config.getJetConfig().setEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(BACKUPS)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(BACKUPS));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(BACKUPS));
    config.addMapConfig(merged(SETTINGS, SettingsMergePolicy.class));
    config.addMapConfig(merged(LEADERS, LeaderMergePolicy.class));
    config.addMapConfig(merged(TASKS, TaskMergePolicy.class));
    config.getSerializationConfig().setJavaSerializationFilterConfig(deserialisable());
    network(config.getNetworkConfig(), cluster, port);
    return config;
  }

  private static MapConfig merged(String map, Class<?> policy) {
    return new MapConfig(map)
        .setBackupCount(BACKUPS)
        .setMergePolicyConfig(new MergePolicyConfig(policy.getName(), MERGE_BATCH));
  }

  private static void network(NetworkConfig network, ClusterConfig cluster, int port) {
    network.setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface(cluster.host());
    cluster.publicHost().ifPresent(host -> network.setPublicAddress(host + ":" + port));
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    TcpIpConfig members = network.getJoin().getTcpIpConfig().setEnabled(true);
    cluster.join().forEach(members::addMember);
  }

  /**
   * Only what vertx-hazelcast itself stores may be made from a peer's bytes, the failures that
   * Hazelcast's members answer each other with, which they then retry, and what merges settings,
   * leaders and tasks, which themselves are bytes.
   */
  private static JavaSerializationFilterConfig deserialisable() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter
        .getWhitelist()
        .addPrefixes("io.vertx.spi.cluster.hazelcast.", "com.hazelcast.")
        .addClasses(
            SettingsMergePolicy.class.getName(),
            LeaderMergePolicy.class.getName(),
            TaskMergePolicy.class.getName())
        .addClasses(FAILURES);
    return filter;
  }

  /**
   * The name that members compare when they meet. Open-source Hazelcast has no authentication: with
   * a secret, only a node that knows it can name the mesh.
   */
  static String wireName(ClusterConfig cluster) {
    return cluster
        .secret()
        .map(secret -> cluster.name() + "-" + keyedHash(secret, cluster.name()))
        .orElse(cluster.name());
  }

  private static String keyedHash(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String seconds(Duration duration) {
    return Long.toString(duration.plusMillis(999).toSeconds());
  }
}
