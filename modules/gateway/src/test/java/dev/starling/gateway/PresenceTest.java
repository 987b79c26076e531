/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What those who watch hear of agents that come, go and change, however that ends. */
class PresenceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx clients = Vertx.vertx();
  private final TestGateway gateway = new TestGateway();
  private final ScriptedRouter router =
      ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());

  @SuppressWarnings("NullAway.Init")
  private QisClient watcher;

  private int port;

  @BeforeEach
  void start() {
    GatewayConfig config =
        TestGateway.onLoops(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)), 2);
    port = LocalMesh.await(gateway.start(config).httpPort());
    watcher = connect("/ws");
  }

  @AfterEach
  void stop() {
    router.release();
    LocalMesh.await(clients.close());
    gateway.close();
  }

  private QisClient connect(String path) {
    return QisClient.connect(clients, port, path).settle();
  }

  /** The next event; events about one agent keep their order. */
  private String heard() {
    JsonObject event = watcher.next("system_event");
    assertThat(watcher.lastTexts())
        .contains(
            "{\"type\":\"system_event\",\"event\":\"%s\",\"data\":{\"agentId\":\"%s\",\"gateway\":\"%s\"}}"
                .formatted(
                    event.getString("event"),
                    event.getJsonObject("data").getString("agentId"),
                    gateway.mesh().nodeId()));
    return event.getString("event") + " " + event.getJsonObject("data").getString("agentId");
  }

  /** Nothing but this was to be heard: the last comes from an agent of its own. */
  private void assertNothingElseIsHeard() {
    connect("/ws/qis").register("last", 1);
    assertThat(heard()).isEqualTo("agent_joined last");
  }

  private Registration registration(String agentId) {
    return router.feeds().stream()
        .flatMap(feed -> feed.changes().stream())
        .filter(Added.class::isInstance)
        .map(change -> ((Added) change).registration())
        .filter(registration -> registration.agentId().equals(agentId))
        .reduce((one, later) -> later)
        .orElseThrow();
  }

  private long agents() {
    return gateway.mesh().status().figures().getOrDefault("agents", -1L);
  }

  @Test
  void anAgentThatRegistersAndLeavesIsSeenToJoinAndLeave() {
    QisClient agent = connect("/ws/qis");
    agent.register("a", 1);
    assertThat(heard()).isEqualTo("agent_joined a");
    agent.close();
    assertThat(heard()).isEqualTo("agent_left a");
    assertNothingElseIsHeard();
  }

  @Test
  void anAgentThatChangesOrIsTakenOverByAnotherSessionWasThereBefore() {
    QisClient agent = connect("/ws/qis");
    agent.register("a", 1);
    agent.register("a", 0.5);
    QisClient other = connect("/ws/qis");
    other.register("a", 1);
    agent.next("error");
    agent.close();
    assertThat(heard()).isEqualTo("agent_joined a");
    assertNothingElseIsHeard();
  }

  @Test
  void anAgentThatTakesAnotherIdLeavesByTheFirst() {
    QisClient agent = connect("/ws/qis");
    agent.register("a", 1);
    agent.register("b", 1);
    assertThat(List.of(heard(), heard(), heard()))
        .containsExactly("agent_joined a", "agent_joined b", "agent_left a");
    assertNothingElseIsHeard();
  }

  @Test
  void anAgentWhoseSessionEndsWhileItRegistersNeverJoined() {
    router.holdFeeds();
    QisClient agent = connect("/ws/qis");
    agent.send("{\"type\":\"register\",\"agent_id\":\"ghost\",\"fingerprint\":[1]}");
    eventually("it is held", PATIENCE, () -> agents() == 1);
    agent.close();
    eventually("it is withdrawn", PATIENCE, () -> agents() == 0);
    router.release();
    assertNothingElseIsHeard();
  }

  @Test
  void anAgentWhoseSessionEndsWhileItTakesAnotherIdLeavesByTheFirst() {
    QisClient agent = connect("/ws/qis");
    agent.register("a", 1);
    assertThat(heard()).isEqualTo("agent_joined a");
    router.holdFeeds();
    agent.send("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1]}");
    eventually("it is told", PATIENCE, () -> router.holding() > 0);
    agent.close();
    eventually("nobody is registered", PATIENCE, () -> agents() == 0);
    router.release();
    assertThat(heard()).isEqualTo("agent_left a");
    assertNothingElseIsHeard();
  }

  @Test
  void anAgentForWhichARouterHasNoRoomLeaves() {
    QisClient agent = connect("/ws/qis");
    agent.register("a", 1);
    assertThat(heard()).isEqualTo("agent_joined a");
    long key = registration("a").key();
    router.onFeed(feed -> ScriptedRouter.full(List.of(key)));
    assertThat(agent.next("error").getString("code")).isEqualTo("UNAVAILABLE");
    router.onFeed(feed -> ScriptedRouter.ack(true));
    assertThat(heard()).isEqualTo("agent_left a");
    assertNothingElseIsHeard();
  }

  @Test
  void anAgentThatMovedToAnotherGatewayDidNotLeave() {
    QisClient agent = connect("/ws/qis");
    agent.register("a", 1);
    assertThat(heard()).isEqualTo("agent_joined a");
    gateway
        .mesh()
        .bus()
        .send(
            Addresses.gateway(gateway.mesh().nodeId()),
            new Evict(
                gateway.mesh().view().me().incarnation(), registration("a").key(), Long.MAX_VALUE));
    assertThat(agent.next("error").getString("code")).isEqualTo("AGENT_MOVED");
    agent.close();
    assertNothingElseIsHeard();
  }
}
