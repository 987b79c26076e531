/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A node stands still while outcomes for its agents come: they must not fill the others' memory.
 */
class FullPeerQueueFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int QUEUE = 1 << 20;
  private static final int PAYLOAD = 200_000;

  /** What the system's own socket buffers on both ends take at most, and the queue. */
  private static final int ENOUGH = (16 << 20) / PAYLOAD;

  private static long metric(NodeProcess node, String name) {
    Matcher line =
        Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
            .matcher(node.get("/metrics").body());
    assertThat(line.find()).as(name).isTrue();
    return (long) Double.parseDouble(line.group(1));
  }

  private static long dropped(NodeProcess node) {
    return metric(node, "starling_fabric_drops_total{cause=\"peer-queue\"}");
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldBoundWhatWaitsForANodeThatStandsStillAndSaySo() {
    List<Integer> ports = FreePorts.some(2);
    Vertx vertx = Vertx.vertx();
    String bound = "cluster.peer-queue=" + QUEUE + "B";
    try (NodeProcess healthy = NodeProcess.member(ports.get(0), ports, "--set", bound);
        NodeProcess still = NodeProcess.member(ports.get(1), ports, "--set", bound)) {
      healthy.awaitReady();
      still.awaitReady();
      eventually(
          "they see each other",
          PATIENCE,
          () -> healthy.get("/api/mesh").json().getJsonArray("nodes").size() == 2);
      QisClient emitter = QisClient.connect(vertx, healthy.agentPort(), "/");
      QisClient receiver = QisClient.connect(vertx, still.agentPort(), "/");
      emitter.register("emitter", 0, 1);
      receiver.register("receiver", 1, 0);
      String payload = "x".repeat(PAYLOAD);
      assertThat(emitter.emit(payload, 1, 0).getBoolean("partial", false)).isFalse();
      receiver.next("incoming_outcome");
      still.pause();
      JsonObject ack = emitter.emit(payload, 1, 0);
      for (int i = 0; i < ENOUGH && dropped(healthy) == 0; i++) {
        ack = emitter.emit(payload, 1, 0);
        assertThat(metric(healthy, "starling_fabric_waiting_bytes"))
            .isLessThanOrEqualTo(QUEUE + PAYLOAD);
      }
      assertThat(dropped(healthy)).isPositive();
      assertThat(ack.getBoolean("partial", false)).isTrue();
      assertThat(ack.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("receiver"));
      still.resume();
      eventually(
          "the receiver is reached again",
          PATIENCE,
          () -> {
            JsonObject again = emitter.emit("again", 1, 0);
            return again.getJsonArray("routed_to").contains("receiver")
                && !again.getBoolean("partial", false);
          });
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
