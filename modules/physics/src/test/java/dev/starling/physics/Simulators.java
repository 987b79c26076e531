/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.VersionQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Versions;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.testkit.LocalMesh;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What tests ask simulators on real meshes. */
final class Simulators {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private Simulators() {}

  static PhysicsConfig config(int maxSources, @Nullable Path folder) {
    return new PhysicsConfig(
        100_000, 1_000_000, maxSources, 1 << 20, 60, 2, 1, Optional.ofNullable(folder));
  }

  /** The usual parameters of a layout that does not move. */
  static PhysicsParameters stillParameters() {
    return new PhysicsParameters(LayoutParameters.defaults(), false, true, 60, 0.5);
  }

  /** A simulation of a few nodes that do not move and to which nobody listens. */
  static Simulation still() {
    return new Simulation(new GraphStore(1_000), config(16, null), stillParameters(), new Nobody());
  }

  static void awaitLeader(Mesh mesh, Mesh leader) {
    eventually(
        "one leads",
        PATIENCE,
        () -> mesh.view().node(leader.nodeId()).orElseThrow().serves(PhysicsVerticle.ROLE));
  }

  static <R extends MeshMessage, Q extends PhysicsMessage & Asks<R>> R ask(
      Mesh from, Mesh to, Q message) {
    return LocalMesh.await(from.bus().request(Addresses.physics(to.nodeId()), message, ANSWER));
  }

  static void put(Mesh mesh, Mesh leader, GraphChange change, String json) {
    byte[] document = json.getBytes(StandardCharsets.UTF_8);
    String transfer = UUID.randomUUID().toString();
    ask(mesh, leader, new Upload(transfer, 0, true, change, "json", document));
  }

  /** A path of nodes n0 to n(count-1), all edges of weight 2. */
  static String line(int count) {
    String nodes =
        IntStream.range(0, count)
            .mapToObj(i -> "{\"key\":\"n" + i + "\"}")
            .collect(Collectors.joining(","));
    String edges =
        IntStream.range(1, count)
            .mapToObj(
                i -> "{\"source\":\"n%d\",\"target\":\"n%d\",\"weight\":2}".formatted(i - 1, i))
            .collect(Collectors.joining(","));
    return "{\"nodes\":[" + nodes + "],\"edges\":[" + edges + "]}";
  }

  static Interact interact(NodeAction action, String node, @Nullable Position to) {
    return new Interact("session", action, new NodeRef.Key(node), to);
  }

  /** Has a mesh's gateway, which the test plays, watch its own simulator from now on. */
  static void keepWatching(Mesh mesh, int[] sources) {
    Watch watch = new Watch(mesh.nodeId(), 60, sources);
    ask(mesh, mesh, watch);
    mesh.vertx()
        .setPeriodic(
            1_000,
            timer ->
                mesh.bus().request(Addresses.physics(mesh.nodeId()), watch, Duration.ofSeconds(1)));
  }

  static Versions version(Mesh from, Mesh of) {
    return ask(from, of, new VersionQuery());
  }
}
