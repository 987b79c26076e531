/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Agents as nodes of the graph, in the time that the contract gives them. */
@EnabledIfSystemProperty(named = "starling.long", matches = "true")
class AgentNodesTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** A node outlives its agent by so long. */
  private static final Duration OUTLIVES = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private QisClient agent(NodeProcess node, String id) {
    QisClient client = QisClient.connect(vertx, node.agentPort(), "/");
    client.register(id, 1, 0);
    return client;
  }

  private static Map<String, Integer> ids(NodeProcess node) {
    return GraphDocument.of(node).ids();
  }

  @Test
  void whoComesBackIsTheSameNodeAndWhoDoesNotIsNoneAfterHalfAMinute() {
    try (NodeProcess node = NodeProcess.start().awaitReady()) {
      QisClient returns = agent(node, "returns");
      QisClient leaves = agent(node, "leaves");
      eventually("both are nodes", SOON, () -> ids(node).size() == 2);
      int id = GraphDocument.of(node).id("returns");
      long left = System.nanoTime();
      returns.close();
      leaves.close();
      try (QisClient _ = agent(node, "returns")) {
        Duration stayed =
            eventually(
                "the other one is no node any more",
                OUTLIVES.plus(SOON),
                () -> !ids(node).containsKey("leaves"));
        assertThat(stayed).isGreaterThan(OUTLIVES.minusSeconds(5));
        assertThat(Duration.ofNanos(System.nanoTime() - left)).isGreaterThan(OUTLIVES);
        assertThat(GraphDocument.of(node).id("returns")).isEqualTo(id);
      }
    }
  }
}
