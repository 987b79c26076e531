/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.testkit.RawWebSocket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session reads no further than it has room for answers, whatever they are. */
class IntakeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String OUTCOME = "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1]}}";
  private static final int SENT = 2_000;

  private final TestGateway gateway = new TestGateway();
  private final ScriptedRouter router =
      ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
  private final GatewayConfig config = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
  private final int port = gateway.deploy(config);

  @AfterEach
  void stop() {
    gateway.close();
  }

  private double messages() {
    return gateway.count("starling.gateway.messages");
  }

  /** A feed a second is a sign of life: by the second one everything that can be read was. */
  private void timePasses() {
    int heard = router.feeds().size();
    eventually("time passes", PATIENCE, () -> router.feeds().size() >= heard + 2);
  }

  private long key() {
    return router.feeds().stream()
        .flatMap(feed -> feed.changes().stream())
        .filter(Added.class::isInstance)
        .map(change -> ((Added) change).registration().key())
        .findFirst()
        .orElseThrow();
  }

  private static String[] flood() {
    String[] flood = new String[SENT];
    Arrays.fill(flood, OUTCOME);
    return flood;
  }

  @Test
  void outcomesThatWaitForTheirAcksHoldTheRestBack() {
    router.holdDeposits();
    try (RawWebSocket socket = RawWebSocket.connect(port, "/")) {
      socket.sendText("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1]}");
      assertThat(socket.readText()).contains("registered");
      double before = messages();
      socket.sendText(flood());
      eventually("the bound is reached", PATIENCE, () -> router.deposits().size() >= 64);
      timePasses();
      assertThat(messages() - before).isEqualTo(config.agent().maxPending());
      router.release();
      for (int i = 0; i < SENT; i++) {
        assertThat(socket.readText()).contains("outcome_ack");
      }
    }
  }

  @Test
  void whatWaitsForARegistrationIsDoneBeforeTheGoodbyeBehindIt() {
    router.holdClaims();
    try (RawWebSocket socket = RawWebSocket.connect(port, "/")) {
      socket.send(
          RawWebSocket.text("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1]}"),
          RawWebSocket.text(OUTCOME),
          RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[] {0x03, (byte) 0xE8}));
      eventually("it waits", PATIENCE, () -> router.holding() == 1);
      router.release();
      assertThat(socket.readText()).contains("registered");
      assertThat(socket.closeCode()).isEqualTo(1000);
      assertThat(socket.isEnded()).isTrue();
    }
    eventually("its outcome is routed", PATIENCE, () -> router.deposits().size() == 1);
    assertThat(gateway.count("starling.gateway.drops", "cause", "unread")).isZero();
    eventually(
        "it is registered no more",
        PATIENCE,
        () -> gateway.mesh().status().figures().getOrDefault("agents", -1L) == 0);
  }

  @Test
  void refusalsThatWaitForTheirTurnHoldTheRestBackToo() {
    router.holdDeposits();
    try (RawWebSocket socket = RawWebSocket.connect(port, "/")) {
      socket.sendText("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1]}", OUTCOME);
      assertThat(socket.readText()).contains("registered");
      eventually("an outcome waits", PATIENCE, () -> router.deposits().size() == 1);
      gateway
          .mesh()
          .bus()
          .send(
              Addresses.gateway(gateway.mesh().nodeId()),
              new Evict(gateway.mesh().view().me().incarnation(), key(), Long.MAX_VALUE));
      assertThat(socket.readText()).contains("AGENT_MOVED");
      double before = messages();
      socket.sendText(flood());
      timePasses();
      assertThat(messages() - before).isEqualTo(config.agent().maxPending() - 1);
      router.release();
      assertThat(socket.readText()).contains("outcome_ack");
      for (int i = 0; i < SENT; i++) {
        assertThat(socket.readText()).contains("NOT_REGISTERED");
      }
    }
  }
}
