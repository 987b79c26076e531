/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.testkit.LocalMesh;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose agent an agent is goes with it to the routers, which decide who may take it over. */
class SubjectsTest {
  private final TestGateway gateway = new TestGateway();
  private final List<Claim> claims = new CopyOnWriteArrayList<>();
  private final ScriptedRouter router =
      ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void shouldClaimAndRegisterForTheSubject() {
    router
        .onClaim(claim -> {
          claims.add(claim);
          return router.granted(null, 0);
        })
        .onFeed(feed -> ScriptedRouter.ack(true));
    Gateway shared = gateway.serve();
    TestGateway.Opened opened =
        gateway.open(new GatewayMetrics(gateway.metrics()), new AwakeClock(System::nanoTime));
    Register register = new Register(null, "a", Fingerprint.of(1, 0), null, null, null, false, 0);
    LocalMesh.await(shared.register(opened.session(), register, "alice"));
    assertThat(claims.stream().map(Claim::subject)).containsOnly("alice");
    assertThat(
            router.feeds().stream()
                .flatMap(feed -> feed.changes().stream())
                .filter(Added.class::isInstance)
                .map(change -> ((Added) change).registration()))
        .extracting(Registration::agentId, Registration::subject)
        .containsExactly(tuple("a", "alice"));
    opened.peer().close();
  }
}
