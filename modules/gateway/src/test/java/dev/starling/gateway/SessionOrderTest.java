/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What befalls one session takes effect in that order, however slow a router is. */
class SessionOrderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static List<String> told(ScriptedRouter router) {
    return router.feeds().stream()
        .flatMap(feed -> feed.changes().stream())
        .filter(Added.class::isInstance)
        .map(change -> ((Added) change).registration().agentId())
        .toList();
  }

  @Test
  void aRegistrationWaitsForTheOutcomesBeforeItToBeRouted() {
    try (TestGateway gateway = new TestGateway()) {
      ScriptedRouter router = ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
      int port = gateway.deploy(TestGateway.config(64 * 1024, 32 * 1024, Duration.ofMinutes(1)));
      router.holdDeposits();
      try (RawWebSocket socket = RawWebSocket.connect(port, "/")) {
        socket.sendText(
            "{\"type\":\"register\",\"agent_id\":\"first\",\"fingerprint\":[1]}",
            "{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"o\"}}",
            "{\"type\":\"register\",\"agent_id\":\"second\",\"fingerprint\":[1]}");
        assertThat(socket.readText()).contains("registered", "first");
        eventually("the outcome is deposited", PATIENCE, () -> router.deposits().size() == 1);
        // A feed a second is a sign of life: by the second one a registration would have been told.
        int heard = router.feeds().size();
        eventually("time passes", PATIENCE, () -> router.feeds().size() >= heard + 2);
        assertThat(told(router)).containsExactly("first");
        router.release();
        assertThat(socket.readText()).contains("outcome_ack");
        assertThat(socket.readText()).contains("registered", "second");
        assertThat(told(router)).containsExactly("first", "second");
      }
    }
  }

  @Test
  void aSessionThatIsBeingClosedRegistersNoMoreHoweverLongItsPeerTakesToAgree() {
    try (TestGateway gateway = new TestGateway()) {
      ScriptedRouter router = ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
      GatewayVerticle verticle =
          gateway.start(TestGateway.config(64 * 1024, 32 * 1024, Duration.ofMinutes(1)));
      router.holdClaims();
      try (RawWebSocket socket = RawWebSocket.connect(LocalMesh.await(verticle.agentPort()), "/")) {
        socket.sendText("{\"type\":\"register\",\"agent_id\":\"ghost\",\"fingerprint\":[1]}");
        eventually("the id is claimed", PATIENCE, () -> router.holding() > 0);
        Future<?> drained = verticle.drain();
        assertThat(socket.closeCode()).isEqualTo(1001);
        router.release();
        int heard = router.feeds().size();
        eventually("time passes", PATIENCE, () -> router.feeds().size() >= heard + 2);
        assertThat(told(router)).isEmpty();
        socket.answerClose();
        LocalMesh.await(drained);
      }
    }
  }
}
