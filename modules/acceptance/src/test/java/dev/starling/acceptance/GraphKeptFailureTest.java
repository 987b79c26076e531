/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is the whole mesh dies, and has its graph when it is started again. */
class GraphKeptFailureTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private NodeProcess start() {
    return NodeProcess.start("--set", "node.data=" + folder).awaitReady();
  }

  @Test
  void whatWasAnsweredBeforeItWasKilledIsThere() {
    GraphDocument before;
    try (NodeProcess node = start()) {
      GraphDocument.replace(node, GraphDocument.ring(500));
      try (Watcher watcher = new Watcher(node.httpPort())) {
        watcher.drag("node_pin", "n9", 90, 91, 92);
        watcher.await("it is there", frame -> at(frame, node, "n9").x() == 90);
      }
      eventually("the layout is on disk", SOON, () -> Files.exists(folder.resolve("graph.layout")));
      JsonObject late =
          new JsonObject()
              .put("nodes", new JsonArray().add(GraphDocument.node("late")))
              .put("edges", new JsonArray().add(GraphDocument.edge("late", "n9", 3)));
      assertThat(node.post("/api/graph/nodes", late.encode()).status()).isEqualTo(200);
      before = GraphDocument.of(node);
      node.kill();
      node.exitCode(END);
    }
    try (NodeProcess again = start();
        Watcher watcher = new Watcher(again.httpPort())) {
      GraphDocument now = GraphDocument.of(again);
      assertThat(now.ids()).isEqualTo(before.ids());
      assertThat(now.json().getJsonArray("edges")).hasSize(501);
      assertThat(now.weight("late", "n9")).isEqualTo(3);
      Node pinned = at(watcher.await("all move", frame -> frame.size() == 501), again, "n9");
      assertThat(pinned.x()).isEqualTo(90);
    }
  }

  private static Node at(Map<Integer, Node> frame, NodeProcess node, String key) {
    int id = GraphDocument.of(node).id(key);
    Node there = frame.get(id);
    return there == null ? new Node(id, false, 0, 0, 0, 0, 0) : there;
  }
}
