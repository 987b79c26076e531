/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import static dev.starling.agents.swarm.FollowedSwarm.at;
import static dev.starling.agents.swarm.FollowedSwarm.follow;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agents.PlayedNode;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.task.TaskStep;
import dev.starling.swarms.SwarmEndpoint;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NpmServer;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of tasks that are taken back, or whose server is lost, at real servers. */
class SwarmTasksTest {
  private static final String LONG_WORK =
      "{\"tool\":\"trigger-long-running-operation\","
          + "\"arguments\":{\"duration\":300,\"steps\":300}}";
  private static final String ECHO = "{\"tool\":\"echo\",\"arguments\":{\"message\":\"hello\"}}";

  private final List<ProcessHandle> before = ProcessHandle.current().children().toList();

  @TempDir private Path folder;

  private PlayedNode followEverything() {
    NpmServer everything = NpmServer.everything();
    return followOne(
        new SwarmEndpoint.Stdio(everything.command(), everything.arguments(), folder, Map.of()));
  }

  private static PlayedNode followOne(SwarmEndpoint endpoint) {
    PlayedNode node = follow(endpoint, 1, Duration.ofSeconds(20), played -> {});
    node.awaitLife("flow", AgentLife.IDLE);
    return node;
  }

  private static void beginLongWork(PlayedNode node) {
    assertThat(node.perform("flow", "t-1", LONG_WORK)).isTrue();
    eventually("it is sent", PlayedNode.PATIENCE, () -> node.count("starling.swarms.calls") == 1);
    node.awaitLife("flow", AgentLife.ACTIVE);
  }

  private static Report report(PlayedNode node, String taskId) {
    eventually(
        "it is reported",
        PlayedNode.PATIENCE,
        () -> node.reports.stream().anyMatch(one -> one.taskId().equals(taskId)));
    return node.reports.stream()
        .filter(one -> one.taskId().equals(taskId))
        .findFirst()
        .orElseThrow();
  }

  private static TaskStep.Failed failure(PlayedNode node, String taskId) {
    return (TaskStep.Failed) report(node, taskId).step();
  }

  /** The one that this test started; those of tests before may not have ended yet. */
  private ProcessHandle child() {
    List<ProcessHandle> mine =
        ProcessHandle.current().children().filter(one -> !before.contains(one)).toList();
    assertThat(mine).hasSize(1);
    return mine.getFirst();
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  @Test
  void shouldGiveAServerNothingNewUntilItLetGoOfWhatWasTakenBack() throws Exception {
    try (PlayedNode node = followEverything()) {
      beginLongWork(node);
      signal(child(), "STOP");
      node.desist("flow", "t-1");
      assertThat(node.perform("flow", "t-2", ECHO)).isFalse();
      assertThat(node.lives("flow")).last().isEqualTo(AgentLife.ACTIVE);
      signal(child(), "CONT");
      node.awaitLife("flow", AgentLife.IDLE);
      assertThat(node.perform("flow", "t-3", ECHO)).isTrue();
      assertThat(report(node, "t-3").step()).isInstanceOf(TaskStep.Completed.class);
      assertThat(node.reports).extracting(Report::taskId).doesNotContain("t-1", "t-2");
    }
  }

  @Test
  void shouldLetAnotherDoWhatEndedWithTheProgramThatWasAtIt() {
    try (PlayedNode node = followEverything()) {
      beginLongWork(node);
      child().destroyForcibly();
      TaskStep.Failed failed = failure(node, "t-1");
      assertThat(failed.reason()).startsWith("its process ended with exit code 137");
      assertThat(failed.mayRetry()).isTrue();
    }
  }

  @Test
  void shouldNotHaveDoneAgainWhatAServerElsewhereMayStillBeAt() throws Exception {
    int port = FreePorts.some(1).getFirst();
    Process everything = NpmServer.everythingAt(port, folder);
    URI url = URI.create("http://127.0.0.1:" + port + "/mcp");
    try (PlayedNode node = followOne(new SwarmEndpoint.StreamableHttp(url, Map.of()))) {
      beginLongWork(node);
      everything.destroyForcibly();
      TaskStep.Failed failed = failure(node, "t-1");
      assertThat(failed.reason()).endsWith("; its server may still be at it");
      assertThat(failed.mayRetry()).isFalse();
    } finally {
      everything.destroyForcibly();
    }
  }

  @Test
  void shouldCallATaskOffThatAServerKeptThoughItCouldNotBeAssigned() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        PlayedNode node = follow(at(server))) {
      eventually(
          "it spawns", PlayedNode.PATIENCE, () -> !node.ask(new OfferQuery()).kinds().isEmpty());
      String agentId = node.ask(new Spawn("researcher", "scout", null, "")).agentId();
      node.awaitLife(agentId, AgentLife.IDLE);
      server.mute("task_assign");
      assertThat(node.perform(agentId, "t-1")).isTrue();
      eventually(
          "it is assigned", PlayedNode.PATIENCE, () -> !server.callsOf("task_assign").isEmpty());
      server.hangUp();
      assertThat(failure(node, "t-1").mayRetry()).isTrue();
      String left = new JsonObject(server.callsOf("task_assign").getFirst()).getString("taskId");
      eventually(
          "it is called off",
          PlayedNode.PATIENCE,
          () -> server.callsOf("task_cancel").stream().anyMatch(one -> one.contains(left)));
    }
  }
}
