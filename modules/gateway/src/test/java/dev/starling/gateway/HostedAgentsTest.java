/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.AgentsMessage.Incoming;
import dev.starling.protocol.mesh.AgentsMessage.Ousted;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents of a host, which the test plays, as the gateway of its node knows them. */
class HostedAgentsTest {
  private static final RawJson PACKET = RawJson.of("{\"payload\":\"rye\"}");

  private final AgentScene scene = new AgentScene();

  @AfterEach
  void close() {
    scene.close();
  }

  private static AgentIs is(String agentId, AgentLife life) {
    JsonObject status =
        JsonObject.of("type", "agent_status", "agentId", agentId, "status", life.word());
    return new AgentIs(agentId, life, RawJson.of(status.encode()));
  }

  private Deliver deliver(long key, String packet) {
    return new Deliver(
        scene.gateway().mesh().view().me().incarnation(),
        TestGateway.nextOutcome(),
        RawJson.of(packet),
        new long[] {key},
        new double[] {0.9},
        12);
  }

  @Test
  void oneIsRegisteredWithWhatItIsAndIsSeenToJoin() {
    QisClient watcher = scene.connect("/ws");
    assertThat(scene.ask(AgentScene.enrol("h", false))).isEqualTo(new Enrolled("h", 0.75));
    Registration registration = scene.registration("h");
    assertThat(registration.subject()).isEqualTo("alice");
    assertThat(registration.fingerprint()).isEqualTo(Fingerprint.of(1, 0));
    assertThat(registration.label())
        .isEqualTo(new AgentLabel("Ada", "tester", List.of("tests"), 3, false));
    assertThat(watcher.next("system_event").getJsonObject("data").getString("agentId"))
        .isEqualTo("h");
  }

  @Test
  void oneThatIsHeldBackMatchesNothingUntilItIsNot() {
    scene.ask(AgentScene.enrol("h", true));
    assertThat(scene.registration("h").fingerprint()).isNull();
    assertThat(scene.registration("h").label().isHeldBack()).isTrue();
    assertThat(scene.view("h").dimension()).as("what it is about is known").isEqualTo(2);
    scene.ask(AgentScene.enrol("h", false));
    assertThat(scene.registration("h").fingerprint()).isEqualTo(Fingerprint.of(1, 0));
    assertThat(scene.registration("h").label().isHeldBack()).isFalse();
  }

  @Test
  void twoHostsOfANodeDoNotShareOne() {
    scene.ask(AgentScene.enrol("h", false, "flow"));
    RefusalException refusal = scene.refusal(AgentScene.enrol("h", false, "other"));
    assertThat(refusal.code()).isEqualTo(ErrorCode.AGENT_ID_TAKEN);
    assertThat(refusal).hasMessageContaining("another host of this node has an agent h");
    scene.ask(new Dismiss("h"));
    assertThat(scene.ask(AgentScene.enrol("h", false, "other")).agentId()).isEqualTo("h");
  }

  @Test
  void itsHostGetsWhatReachesItInOrder() {
    scene.ask(AgentScene.enrol("h", false));
    long key = scene.registration("h").key();
    for (int i = 0; i < 100; i++) {
      scene.tell(deliver(key, "{\"n\":" + i + "}"));
    }
    eventually("all came", AgentScene.PATIENCE, () -> scene.host().heard().size() == 100);
    for (int i = 0; i < 100; i++) {
      assertThat(scene.host().heard().get(i))
          .isEqualTo(new Incoming("h", RawJson.of("{\"n\":" + i + "}"), 0.9, 12));
    }
  }

  @Test
  void whatOneEmitsIsRoutedAsItsOwnAlsoWhileNothingReachesIt() {
    scene.ask(AgentScene.enrol("h", true));
    Routed routed = scene.ask(new Emit("h", PACKET));
    assertThat(routed.status()).isEqualTo(Status.ROUTED);
    Deposit deposit = scene.router().deposits().getFirst();
    assertThat(deposit.source()).isEqualTo("h");
    assertThat(deposit.fingerprint()).isEqualTo(Fingerprint.of(1, 0));
  }

  @Test
  void whoIsNotRegisteredEmitsNothing() {
    assertThat(scene.refusal(new Emit("h", PACKET)).code()).isEqualTo(ErrorCode.NOT_REGISTERED);
    scene.ask(AgentScene.enrol("h", false));
    scene.ask(new Dismiss("h"));
    assertThat(scene.refusal(new Emit("h", PACKET)).code()).isEqualTo(ErrorCode.NOT_REGISTERED);
    assertThat(scene.router().deposits()).isEmpty();
  }

  @Test
  void howOneIsItsHostSays() {
    QisClient watcher = scene.connect("/ws/agents");
    scene.ask(AgentScene.enrol("h", true));
    assertThat(scene.agents(AgentLife.OFFLINE)).as("nobody said so yet").containsExactly("h");
    scene.tell(is("h", AgentLife.STARTING));
    AgentScene.status(watcher, "h", AgentLife.STARTING);
    scene.tell(is("h", AgentLife.FAILING));
    AgentScene.status(watcher, "h", AgentLife.FAILING);
    assertThat(scene.agents(AgentLife.FAILING)).containsExactly("h");
    assertThat(scene.agents(AgentLife.OFFLINE)).isEmpty();
    assertThat(scene.view("h").status()).isEqualTo(is("h", AgentLife.FAILING).message());
  }

  @Test
  void oneThatItsHostEndedLeavesAndIsOfflineOnce() {
    QisClient watcher = scene.connect("/ws/agents");
    scene.ask(AgentScene.enrol("h", false));
    scene.tell(is("h", AgentLife.IDLE));
    AgentScene.status(watcher, "h", AgentLife.IDLE);
    scene.tell(is("h", AgentLife.OFFLINE));
    scene.ask(new Dismiss("h"));
    AgentScene.status(watcher, "h", AgentLife.OFFLINE);
    watcher.next(message -> "agent_left".equals(message.getString("event")), "agent_left");
    assertThat(scene.router().holder("h")).isEmpty();
    scene.ask(new Dismiss("h"));
    watcher.settle();
    assertThat(watcher.pending())
        .noneMatch(message -> "agent_status".equals(message.getString("type")));
  }

  @Test
  void oneWhoseHostDidNotSayHowItEndedIsOfflineAllTheSame() {
    QisClient watcher = scene.connect("/ws/agents");
    scene.ask(AgentScene.enrol("h", false));
    scene.tell(is("h", AgentLife.IDLE));
    AgentScene.status(watcher, "h", AgentLife.IDLE);
    scene.ask(new Dismiss("h"));
    JsonObject status = AgentScene.status(watcher, "h", AgentLife.OFFLINE);
    assertThat(status.getString("kind")).isEqualTo("tester");
    assertThat(status.getString("name")).isEqualTo("Ada");
  }

  @Test
  void oneThatLosesItsIdToASessionIsOusted() {
    scene.ask(AgentScene.enrol("h", false));
    scene.worker("h", 0);
    eventually("it is told", AgentScene.PATIENCE, () -> scene.host().heard().size() == 1);
    assertThat(scene.host().heard().getFirst())
        .isEqualTo(new Ousted("h", "agent h was taken over by another session"));
    assertThat(scene.refusal(new Emit("h", PACKET)).code()).isEqualTo(ErrorCode.NOT_REGISTERED);
  }
}
