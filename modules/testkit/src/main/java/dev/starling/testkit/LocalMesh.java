/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import dev.starling.fabric.ClusterConfig;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.MeshStart;
import dev.starling.fabric.NodeIdentity;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Real meshes within the test's JVM: a node that is alone, or several joined over loopback. */
public final class LocalMesh {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private LocalMesh() {}

  /** A node that opens no port; {@code roles} are those it says it runs. */
  public static Mesh alone(MeterRegistry registry, String... roles) {
    return await(start(Optional.empty(), List.of(), "alone", registry, roles));
  }

  /** Nodes of one mesh with the same roles, each of which has met all the others. */
  public static List<Mesh> joined(int nodes, MeterRegistry registry, String... roles) {
    List<Integer> ports = FreePorts.some(nodes);
    List<Mesh> meshes = new ArrayList<>();
    for (int port : ports) {
      meshes.add(await(start(Optional.of(port), ports, "node-" + port, registry, roles)));
    }
    for (Mesh mesh : meshes) {
      Eventually.eventually(
          "every node is met", PATIENCE, () -> mesh.view().nodes().size() == nodes);
    }
    return meshes;
  }

  private static Future<Mesh> start(
      Optional<Integer> port,
      List<Integer> members,
      String name,
      MeterRegistry registry,
      String... roles) {
    ClusterConfig cluster =
        new ClusterConfig(
            port,
            0,
            "127.0.0.1",
            Optional.empty(),
            members.stream().map(member -> "127.0.0.1:" + member).toList(),
            "in-one-jvm",
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            64 << 20,
            Optional.empty());
    return new MeshStart(
            cluster,
            new NodeIdentity(name, "test", List.of(roles)),
            registry,
            new VertxOptions().setEventLoopPoolSize(2))
        .start();
  }

  /** Waits for a future; fails the test where it fails or does not come. */
  public static <T> T await(Future<T> future) {
    return Patience.result(future.toCompletionStage(), PATIENCE);
  }
}
