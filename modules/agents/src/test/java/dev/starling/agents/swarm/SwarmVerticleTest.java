/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import static dev.starling.agents.swarm.FollowedSwarm.at;
import static dev.starling.agents.swarm.FollowedSwarm.follow;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.agents.PlayedNode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.task.TaskStep;
import dev.starling.swarms.SwarmEndpoint;
import dev.starling.testkit.NpmServer;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers, or what they were recorded to say, as part of a mesh. */
class SwarmVerticleTest {
  private static final String CLAUDE_FLOW = "claude-flow-3.43.0";

  @TempDir private Path folder;

  private static JsonObject report(PlayedNode node) {
    return new JsonObject(node.ask(new SwarmQuery(true)).report().toString());
  }

  private static void awaitState(PlayedNode node, String state) {
    eventually(
        "it is " + state, PlayedNode.PATIENCE, () -> state.equals(report(node).getString("state")));
  }

  private static JsonObject awaitEvent(PlayedNode node, String event) {
    eventually(
        event,
        PlayedNode.PATIENCE,
        () -> node.events().stream().anyMatch(one -> event.equals(one.getString("event"))));
    return node.events().stream()
        .filter(one -> event.equals(one.getString("event")))
        .findFirst()
        .orElseThrow()
        .getJsonObject("data");
  }

  private static String spawn(PlayedNode node) {
    String agentId = node.ask(new Spawn("researcher", "scout", null, "")).agentId();
    node.awaitLife(agentId, AgentLife.IDLE);
    return agentId;
  }

  @Test
  void shouldTellOfASwarmWhatItsServerSays() {
    try (RecordedServer server = new RecordedServer(CLAUDE_FLOW);
        PlayedNode node = follow(at(server))) {
      JsonObject connected = awaitEvent(node, "mcp_connected");
      assertThat(connected.getString("dialect")).isEqualTo("claude-flow-3");
      assertThat(connected.getString("server")).isEqualTo("ruflo");
      JsonObject told =
          new JsonObject(node.ask(new SwarmStart("mesh", 6, "balanced")).report().toString());
      JsonObject initialized = awaitEvent(node, "swarm_initialized");
      assertThat(initialized.getString("swarmId"))
          .startsWith("swarm-17")
          .isEqualTo(told.getJsonObject("swarm").getString("swarmId"));
      assertThat(initialized.getString("topology")).isEqualTo("mesh");
      assertThat(initialized.getBoolean("mcpConnected")).isTrue();
      assertThat(initialized.getValue("consensusThreshold")).isNull();
      assertThat(initialized.getLong("initialisationTime")).isPositive();

      String agentId = spawn(node);
      Enrol enrolled = node.enrolled(agentId);
      assertThat(enrolled.swarm()).isEqualTo("flow");
      assertThat(enrolled.tasks()).isEqualTo(2);
      assertThat(new JsonObject(enrolled.meta().toString()).getString("kind"))
          .isEqualTo("researcher");
      JsonObject status = node.status(agentId);
      assertThat(status.getString("swarmId")).isEqualTo(initialized.getString("swarmId"));
      assertThat(status.getString("backend")).isEqualTo("mcp:claude-flow-3");
      assertThat(status.getJsonObject("health").getBoolean("mcpConnected")).isTrue();
      assertThat(status.getJsonObject("health").getValue("cpu")).isNull();
      assertThat(report(node).getJsonArray("agents").getJsonObject(0).getString("agentId"))
          .isEqualTo(agentId);
    }
  }

  @Test
  void shouldHaveTheServerDoATaskOfTheMeshAndFollowItToItsEnd() {
    try (RecordedServer server = new RecordedServer(CLAUDE_FLOW);
        PlayedNode node = follow(at(server))) {
      awaitEvent(node, "mcp_connected");
      String agentId = spawn(node);
      assertThat(node.perform(agentId, "t-1")).isTrue();
      assertThat(node.perform(agentId, "t-1")).isTrue();
      JsonObject result = awaitResult(node, "t-1");
      JsonObject assigned = new JsonObject(server.callsOf("task_assign").getFirst());
      assertThat(assigned.getJsonArray("agentIds").getString(0)).isEqualTo(agentId);
      assertThat(result.getString("taskId")).isEqualTo(assigned.getString("taskId"));
      assertThat(server.callsOf("task_create")).hasSize(1);
      assertThat(node.published("task_progress"))
          .filteredOn(one -> one.getString("taskId").equals(assigned.getString("taskId")))
          .extracting(one -> one.getString("status"))
          .endsWith("completed");
    }
  }

  /** The result of a task of the mesh, once it is reported. */
  private static JsonObject awaitResult(PlayedNode node, String taskId) {
    eventually(
        taskId + " ended", PlayedNode.PATIENCE, () -> results(node, taskId).findAny().isPresent());
    return results(node, taskId).findFirst().orElseThrow();
  }

  private static Stream<JsonObject> results(PlayedNode node, String taskId) {
    return node.reports.stream()
        .filter(report -> report.taskId().equals(taskId))
        .map(Report::step)
        .filter(TaskStep.Completed.class::isInstance)
        .map(step -> new JsonObject(((TaskStep.Completed) step).result().toString()));
  }

  @Test
  void shouldSayThatAnAgentFailsWhileItsServerIsAwayAndGoOnWhenItIsBack() {
    try (RecordedServer server = new RecordedServer(CLAUDE_FLOW);
        PlayedNode node = follow(at(server))) {
      awaitEvent(node, "mcp_connected");
      String agentId = spawn(node);
      server.mute("initialize");
      server.hangUp();
      node.awaitLife(agentId, AgentLife.FAILING);
      assertThat(node.status(agentId).getString("reason")).startsWith("its server is away");
      assertThat(node.status(agentId).getJsonObject("health").getBoolean("mcpConnected")).isFalse();
      eventually("it is held back", PlayedNode.PATIENCE, () -> node.enrolled(agentId).isHeldBack());
      assertThat(node.perform(agentId, "t-1")).isFalse();
      assertThat(awaitEvent(node, "mcp_disconnected").getString("reason")).isNotBlank();
      assertThat(node.ask(new OfferQuery()).kinds()).isEmpty();

      server.unmute("initialize");
      server.hangUp();
      awaitEvent(node, "mcp_reconnected");
    }
  }

  @Test
  void shouldGiveNoTaskToAServerThatOnlyPlaysTheWork() {
    try (RecordedServer server = new RecordedServer("ruv-swarm-1.0.20");
        PlayedNode node = follow(at(server))) {
      awaitEvent(node, "mcp_connected");
      node.ask(new SwarmStart("mesh", 6, "balanced"));
      String agentId = node.ask(new Spawn("researcher", "scout", null, "")).agentId();
      eventually("it is registered", PlayedNode.PATIENCE, () -> !node.lives(agentId).isEmpty());
      assertThat(node.enrolled(agentId).tasks()).isZero();
      assertThat(node.perform(agentId, "t-1")).isFalse();
      assertThat(report(node).getBoolean("simulatesWork")).isTrue();
      assertThat(node.ask(new OfferQuery()).kinds()).contains("researcher").doesNotContain("smith");
    }
  }

  private static void refuseAgents(PlayedNode node) {
    node.enrolment =
        enrol ->
            Future.failedFuture(
                new RefusalException(ErrorCode.AGENT_ID_TAKEN, "somebody else is called so"));
  }

  @Test
  void shouldLeaveOutAnAgentThatTheMeshWillNotHave() {
    try (RecordedServer server = new RecordedServer(CLAUDE_FLOW);
        PlayedNode node = follow(at(server), SwarmVerticleTest::refuseAgents)) {
      awaitEvent(node, "mcp_connected");
      assertThatThrownBy(() -> node.ask(new Spawn("researcher", "scout", null, "")))
          .hasStackTraceContaining("somebody else is called so");
      eventually(
          "it is counted", PlayedNode.PATIENCE, () -> node.count("starling.swarms.left.out") > 0);
      String agentId = report(node).getJsonArray("agents").getJsonObject(0).getString("agentId");
      assertThat(node.perform(agentId, "t-1")).isFalse();
    }
  }

  @Test
  void shouldRefuseWhatASwarmCannotDoAndSayWhatItCan() {
    try (RecordedServer server = new RecordedServer("ruv-swarm-1.0.20");
        PlayedNode node = follow(at(server))) {
      awaitEvent(node, "mcp_connected");
      assertThatThrownBy(() -> node.ask(new Spawn("gardener", null, null, "")))
          .hasStackTraceContaining("kind: expected such as researcher");
      assertThatThrownBy(() -> node.control("nobody", ControlAction.PAUSE))
          .hasStackTraceContaining("swarm flow: a ruv-swarm server cannot pause an agent");
      assertThatThrownBy(() -> node.control("nobody", ControlAction.RESTART))
          .hasStackTraceContaining("pause, resume or stop");
    }
  }

  @Test
  void shouldCallTheToolOfAServerThatIsAnAgentItself() {
    NpmServer everything = NpmServer.everything();
    try (PlayedNode node =
        follow(
            new SwarmEndpoint.Stdio(
                everything.command(), everything.arguments(), folder, Map.of()))) {
      node.awaitLife("flow", AgentLife.IDLE);
      String echo = "{\"tool\":\"echo\",\"arguments\":{\"message\":\"hello\"}}";
      assertThat(node.perform("flow", "t-1", echo)).isTrue();
      assertThat(awaitResult(node, "t-1"))
          .isEqualTo(JsonObject.of("tool", "echo", "text", "Echo: hello"));
      assertThat(node.perform("flow", "t-2", "{\"tool\":\"none\"}")).isTrue();
      assertThat(node.perform("flow", "t-3", "{}")).isTrue();
      eventually("it answered", PlayedNode.PATIENCE, () -> node.reports.size() == 3);
      assertThat(node.reports.subList(1, 3))
          .extracting(report -> ((TaskStep.Failed) report.step()).reason())
          .anySatisfy(reason -> assertThat(reason).contains("none"))
          .anySatisfy(reason -> assertThat(reason).contains("input must name a tool"));
      eventually(
          "the calls are counted",
          PlayedNode.PATIENCE,
          () -> node.status("flow").getJsonObject("mcpMetrics").getLong("messagesProcessed") == 2);

      node.deliver("flow", "nobody takes this");
      eventually(
          "the outcome is counted",
          PlayedNode.PATIENCE,
          () -> node.count("starling.swarms.outcomes.dropped") == 1);
    }
  }

  @Test
  void shouldGiveUpAProgramThatEndsAtOnceUntilSomebodyTriesItAgain() {
    try (PlayedNode node = follow(new SwarmEndpoint.Stdio("false", List.of(), folder, Map.of()))) {
      assertThat(awaitEvent(node, "mcp_given_up").getString("reason")).contains("exit code 1");
      awaitState(node, "down");
      Offer offer = node.ask(new OfferQuery());
      assertThat(offer.kinds()).isEmpty();
      node.ask(new SwarmConnect());
      eventually(
          "it was tried again",
          PlayedNode.PATIENCE,
          () ->
              node.events().stream()
                      .filter(one -> "mcp_given_up".equals(one.getString("event")))
                      .count()
                  == 2);
    }
  }
}
