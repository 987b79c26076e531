/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskStep;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks that an agent by MCP is given and its client lets lie, by a clock that the test turns. */
class McpOfferedTaskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestGateway gateway = new TestGateway("gateway", "router", "tasks");
  private final String node = gateway.mesh().nodeId();
  private final ScriptedRouter router = ScriptedRouter.serve(gateway.mesh(), node);
  private final ScriptedRole<TaskMessage> keeper =
      ScriptedRole.serve(
          gateway.mesh(),
          "tasks",
          Addresses.tasks(node),
          asked -> Future.succeededFuture(new Reported(true)));
  private final AtomicLong nanos = new AtomicLong();
  private final AwakeClock clock = new AwakeClock(nanos::get);
  private final Gateway served = gateway.serve(clock);
  private final McpAgent agent =
      new McpAgent(gateway.mesh().vertx(), clock, new McpInbox(1_000, () -> {}));

  @BeforeEach
  void register() {
    Register register = new Register(null, "a", Fingerprint.of(1, 0), null, null, null, false, 2);
    LocalMesh.await(served.register(agent, register, ""));
  }

  @AfterEach
  void close() {
    router.release();
    gateway.close();
  }

  private static TaskBrief brief(String taskId) {
    return new TaskBrief(taskId, 1, "Knead", RawJson.EMPTY_OBJECT, TaskPriority.HIGH, 9_000);
  }

  private boolean isTaken(String taskId) {
    Assigned assigned =
        LocalMesh.await(
            gateway
                .mesh()
                .bus()
                .request(Addresses.gateway(node), new Assign("a", brief(taskId)), PATIENCE));
    return assigned.isTaken();
  }

  private void pass(Duration time) {
    gateway.runOnLoop(() -> {
      for (long left = time.toNanos(); left > 0; left -= AwakeClock.MOST_PER_TICK_NANOS) {
        nanos.addAndGet(AwakeClock.MOST_PER_TICK_NANOS);
        clock.tick();
      }
    });
  }

  private String status() {
    AgentsQuery query = new AgentsQuery("", 1, "a", null, null);
    return new JsonObject(
            LocalMesh.await(gateway.mesh().bus().request(Addresses.gateway(node), query, PATIENCE))
                .agents()
                .getFirst()
                .status()
                .toString())
        .getString("status");
  }

  private static Report handedBack(String taskId) {
    return new Report(taskId, 1, "a", new TaskStep.Declined("its agent did not claim it in time"));
  }

  private void isHandedBack(String taskId) {
    eventually(
        taskId + " is handed back", PATIENCE, () -> keeper.heard().contains(handedBack(taskId)));
    eventually(
        "it has no task", PATIENCE, () -> gateway.onLoop(() -> agent.activity().tasks()) == 0);
  }

  /** Whether whoever gives tasks knows that it is given none. */
  private boolean isHeldBack() {
    return router.holder("a").orElseThrow().label().isHeldBack();
  }

  @Test
  void aTaskThatNobodyClaimsGoesToOthersAndNoMoreComeUntilItsClientLooksForSome() {
    assertThat(isTaken("t")).isTrue();
    assertThat(status()).isEqualTo("idle");
    pass(McpAgent.PATIENCE.plusSeconds(1));
    isHandedBack("t");
    assertThat(gateway.onLoop(agent::isOffered)).isFalse();
    assertThat(isTaken("u")).isFalse();
    eventually("everybody knows", PATIENCE, this::isHeldBack);
    assertThat(router.holder("a").orElseThrow().fingerprint()).isEqualTo(Fingerprint.of(1, 0));
    assertThat(gateway.onLoop(() -> served.attends(agent))).isTrue();
    assertThat(isTaken("u")).isTrue();
    eventually("everybody knows again", PATIENCE, () -> !isHeldBack());
    assertThat(gateway.onLoop(() -> served.attends(agent))).isFalse();
  }

  @Test
  void aTaskThatIsClaimedIsKeptAndMakesItsAgentActive() {
    assertThat(isTaken("t")).isTrue();
    gateway.runOnLoop(() -> {
      assertThat(agent.claim()).isNotNull();
      served.claimed(agent.registration());
    });
    assertThat(status()).isEqualTo("active");
    assertThat(isTaken("late")).isTrue();
    pass(McpAgent.PATIENCE.plusSeconds(1));
    eventually(
        "the other one is handed back",
        PATIENCE,
        () -> keeper.heard().contains(handedBack("late")));
    assertThat(keeper.heard()).doesNotContain(handedBack("t"));
    assertThat(gateway.onLoop(() -> agent.claimed().size())).isEqualTo(1);
  }

  @Test
  void aReportOnAnotherAttemptClaimsAndEndsNothing() {
    assertThat(isTaken("t")).isTrue();
    gateway.runOnLoop(() -> {
      agent.claim("t", 2);
      agent.ended("t", 2);
      assertThat(agent.claimed()).isEmpty();
      assertThat(agent.isOffered()).isTrue();
      agent.claim("t", 1);
      agent.ended("t", 2);
      assertThat(agent.claimed()).hasSize(1);
      agent.ended("t", 1);
      assertThat(agent.claimed()).isEmpty();
    });
  }

  @Test
  void aTaskThatCannotBeHandedBackIsOfferedAgain() {
    keeper.play(asked -> Future.failedFuture(RefusalException.unavailable("tasks", "not now")));
    assertThat(isTaken("t")).isTrue();
    pass(McpAgent.PATIENCE.plusSeconds(1));
    eventually("it is tried", PATIENCE, () -> !keeper.heard().isEmpty());
    eventually("it is offered", PATIENCE, () -> gateway.onLoop(agent::isOffered));
    keeper.play(asked -> Future.succeededFuture(new Reported(true)));
    pass(McpAgent.PATIENCE.plusSeconds(1));
    isHandedBack("t");
  }
}
