/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What those who watch hear of how agents on sockets are. */
class AgentStatusesTest {
  private final AgentScene scene = new AgentScene();

  @SuppressWarnings("NullAway.Init")
  private QisClient watcher;

  @BeforeEach
  void watch() {
    watcher = scene.connect("/ws/agents");
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void whoRegistersIsIdleAndSaysOfItselfWhatItsMetaSays() {
    scene.worker("a", 4);
    JsonObject status = AgentScene.status(watcher, "a", AgentLife.IDLE);
    assertThat(status.getString("kind")).isEqualTo("baker");
    assertThat(status.getString("name")).isEmpty();
    assertThat(status.getString("node")).isEqualTo(scene.gateway().mesh().nodeId());
    assertThat(status.getJsonArray("capabilities")).isEqualTo(JsonArray.of("bread"));
    JsonObject health = status.getJsonObject("health");
    assertThat(health.getValue("cpu")).as("not measured").isNull();
    assertThat(health.getValue("memory")).as("not measured").isNull();
    assertThat(health.getInteger("taskQueue")).isZero();
    Instant heard = health.getInstant("lastPing");
    assertThat(heard).isBefore(Instant.now()).isAfter(Instant.now().minusSeconds(60));
    assertThat(status.getJsonObject("mcpMetrics"))
        .isEqualTo(
            JsonObject.of("messagesProcessed", 0, "responsesGenerated", 0, "errorRate", null));
  }

  @Test
  void whoEmitsIsActiveAndThatIsCounted() {
    QisClient worker = scene.worker("a", 0);
    AgentScene.status(watcher, "a", AgentLife.IDLE);
    worker.emit("rye", 1, 0);
    JsonObject status = AgentScene.status(watcher, "a", AgentLife.ACTIVE);
    assertThat(status.getJsonObject("mcpMetrics").getInteger("responsesGenerated")).isEqualTo(1);
    assertThat(scene.agents(AgentLife.ACTIVE)).containsExactly("a");
    assertThat(scene.agents(AgentLife.IDLE)).isEmpty();
  }

  @Test
  void whoTakesAnotherIdIsOfflineByTheFirst() {
    QisClient worker = scene.worker("a", 0);
    AgentScene.status(watcher, "a", AgentLife.IDLE);
    worker.register("b", 1, 0);
    AgentScene.status(watcher, "b", AgentLife.IDLE);
    AgentScene.status(watcher, "a", AgentLife.OFFLINE);
  }

  @Test
  void ofAnAgentThatMovedToAnotherGatewayNothingMoreIsSaidHere() {
    QisClient worker = scene.worker("a", 0);
    AgentScene.status(watcher, "a", AgentLife.IDLE);
    long incarnation = scene.gateway().mesh().view().me().incarnation();
    scene.tell(new Evict(incarnation, scene.registration("a").key(), Long.MAX_VALUE));
    assertThat(worker.next("error").getString("code")).isEqualTo("AGENT_MOVED");
    worker.close();
    scene.worker("fence", 0);
    AgentScene.status(watcher, "fence", AgentLife.IDLE);
    assertThat(watcher.pending())
        .noneMatch(message -> "offline".equals(message.getString("status")));
  }

  @Test
  void whoWatchesNothingHearsOfNobodyAtFirst() {
    scene.worker("a", 0);
    QisClient page = scene.connect("/ws");
    page.settle();
    assertThat(page.pending())
        .noneMatch(message -> "agent_status".equals(message.getString("type")));
  }
}
