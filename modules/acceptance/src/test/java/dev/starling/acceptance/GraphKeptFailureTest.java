/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is the whole mesh dies, and has its graph when it is started again. */
class GraphKeptFailureTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(20);

  private static final String COOLING = "/api/settings/path?path=visualisation.physics.coolingRate";

  /** The new edge may have drawn at it for a moment, in units. */
  private static final double NEAR = 20;

  @TempDir private Path folder;

  private NodeProcess start() {
    return NodeProcess.start("--set", "node.data=" + folder).awaitReady();
  }

  @Test
  void whatWasAnsweredBeforeItWasKilledIsThereAndWhereItWas() {
    GraphDocument before;
    Map<Integer, Node> rested;
    try (NodeProcess node = start()) {
      assertThat(node.put(COOLING, "{\"value\":0.2}").status()).isEqualTo(200);
      GraphDocument.replace(node, GraphDocument.ring(500));
      try (Watcher watcher = new Watcher(node.httpPort())) {
        watcher.drag("node_pin", "n9", 90, 91, 92);
        watcher.await("it is there", frame -> at(frame, node, "n9").x() == 90);
        rested = watcher.awaitRest();
      }
      FileTime atRest = FileTime.from(Instant.now());
      eventually(
          "the layout is on disk", SOON, () -> changed("graph.layout").compareTo(atRest) > 0);
      JsonObject late =
          new JsonObject().put("edges", new JsonArray().add(GraphDocument.edge("n3", "n9", 3)));
      assertThat(node.post("/api/graph/edges", late.encode()).status()).isEqualTo(200);
      before = GraphDocument.of(node);
      node.kill();
      node.exitCode(END);
    }
    try (NodeProcess again = start();
        Watcher watcher = new Watcher(again.httpPort())) {
      Map<Integer, Node> first = watcher.await("all are there", frame -> frame.size() == 500);
      GraphDocument now = GraphDocument.of(again);
      assertThat(now.ids()).isEqualTo(before.ids());
      assertThat(now.json().getJsonArray("edges")).hasSize(501);
      assertThat(now.weight("n3", "n9")).isEqualTo(3);
      assertThat(again.get(COOLING).json().getDouble("value")).isEqualTo(0.2);
      rested.forEach((id, node) -> {
        Node there = Objects.requireNonNull(first.get(id));
        assertThat(Math.hypot(there.x() - node.x(), there.y() - node.y()))
            .as("way of %s from %s", there, node)
            .isLessThan(NEAR);
      });
    }
  }

  private FileTime changed(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
  }

  private static Node at(Map<Integer, Node> frame, NodeProcess node, String key) {
    int id = GraphDocument.of(node).id(key);
    Node there = frame.get(id);
    return there == null ? new Node(id, false, 0, 0, 0, 0, 0) : there;
  }
}
