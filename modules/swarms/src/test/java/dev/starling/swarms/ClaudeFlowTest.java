/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.starling.swarms.SwarmChange.AgentAppeared;
import dev.starling.swarms.SwarmChange.AgentGone;
import dev.starling.swarms.SwarmChange.Connected;
import dev.starling.swarms.SwarmChange.Disconnected;
import dev.starling.swarms.SwarmChange.SwarmEnded;
import dev.starling.swarms.SwarmChange.SwarmStarted;
import dev.starling.swarms.SwarmChange.TaskChanged;
import dev.starling.testkit.NpmServer;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** claude-flow from npm, for real; what is told of it must be what it says itself. */
@EnabledIfSystemProperty(named = "starling.long", matches = "true")
class ClaudeFlowTest {
  @TempDir Path folder;

  @Test
  void shouldTellOfARealSwarmWhatItsServerSays() throws IOException {
    try (Followed followed = new Followed(Followed.stdio(NpmServer.claudeFlow(), folder))) {
      assertThat(followed.await(Connected.class).dialect()).isEqualTo("claude-flow-3");
      SwarmView swarm = followed.ask(one -> one.startSwarm(new SwarmPlan("mesh", 6, "balanced")));
      AgentView scout = spawn(followed, "researcher", "scout", "search");
      AgentView smith = spawn(followed, "coder", "smith", "java");
      assertThat(followed.await(SwarmStarted.class).swarm().swarmId()).isEqualTo(swarm.swarmId());

      followed.awaitAgent(scout.agentId(), one -> one.health() != null);
      followed.awaitAgent(smith.agentId(), one -> one.health() != null);
      JsonNode listed = tool(followed, "agent_list", Map.of()).path("agents");
      assertThat(listed).hasSize(2);
      for (JsonNode row : listed) {
        AgentView told = followed.awaitAgent(row.path("agentId").asText(), any -> true);
        assertThat(told.type()).isEqualTo(row.path("agentType").asText());
        assertThat(told.status()).isEqualTo(row.path("status").asText());
        assertThat(told.taskCount()).isEqualTo(row.path("taskCount").asInt());
      }
      JsonNode status = tool(followed, "swarm_status", Map.of("swarmId", swarm.swarmId()));
      assertThat(status.path("agentCount").asInt()).isEqualTo(2);
    }
  }

  @Test
  void shouldFollowARealTaskToItsEnd() throws IOException {
    try (Followed followed = new Followed(Followed.stdio(NpmServer.claudeFlow(), folder))) {
      followed.await(Connected.class);
      AgentView scout = spawn(followed, "researcher", "scout", "search");
      TaskView task =
          followed.ask(one ->
              one.submit(new TaskPlan("find it", "research", "high", List.of(scout.agentId()))));
      assertThat(task.state()).isEqualTo(TaskState.RUNNING);
      assertThat(task.agents()).containsExactly(scout.agentId());
      followed.awaitAgent(scout.agentId(), one -> one.state() == AgentState.ACTIVE);

      tool(followed, "task_update", Map.of("taskId", task.taskId(), "progress", 40));
      followed.awaitTask(task.taskId(), one -> Double.valueOf(40).equals(one.progress()));
      tool(followed, "task_complete", Map.of("taskId", task.taskId()));
      TaskView done = followed.awaitTask(task.taskId(), one -> one.state().isEnd());
      assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
      assertThat(done.progress()).isEqualTo(100);
      assertThat(followed.all(TaskChanged.class))
          .extracting(one -> one.task().state())
          .startsWith(TaskState.RUNNING)
          .endsWith(TaskState.COMPLETED);

      TaskView other =
          followed.ask(one -> one.submit(new TaskPlan("drop it", "code", "low", List.of())));
      followed.ask(one -> one.cancel(other.taskId(), "no longer needed"));
      followed.awaitTask(other.taskId(), one -> one.state() == TaskState.CANCELLED);
    }
  }

  @Test
  void shouldPauseResumeAndEndARealAgentAndItsSwarm() {
    try (Followed followed = new Followed(Followed.stdio(NpmServer.claudeFlow(), folder))) {
      followed.await(Connected.class);
      followed.ask(one -> one.startSwarm(new SwarmPlan("star", 4, "specialized")));
      AgentView scout = spawn(followed, "researcher", "scout", "search");
      followed.ask(one -> one.pause(scout.agentId()));
      followed.awaitAgent(scout.agentId(), one -> one.state() == AgentState.PAUSED);
      followed.ask(one -> one.resume(scout.agentId()));
      followed.awaitAgent(scout.agentId(), one -> one.state() == AgentState.IDLE);
      AgentCalls calls = followed.ask(one -> Future.succeededFuture(one.calls(scout.agentId())));
      assertThat(calls.calls()).isGreaterThanOrEqualTo(2);
      assertThat(calls.errorRate()).isZero();
      followed.ask(one -> one.terminate(scout.agentId()));
      followed.await(AgentGone.class, one -> one.last().agentId().equals(scout.agentId()));
      followed.ask(SwarmFollower::shutDownSwarm);
      followed.await(SwarmEnded.class);
    }
  }

  /**
   * It keeps its agents in its folder: they are found again, and not spawned twice. Where it was
   * killed while it wrote there, it waits for its own lock, for half a minute.
   */
  @Test
  void shouldFindTheAgentsOfARealServerAgainAfterItWasKilled() throws IOException {
    try (Followed followed = new Followed(Followed.stdio(NpmServer.claudeFlow(), folder))) {
      followed.await(Connected.class);
      AgentView scout = spawn(followed, "researcher", "scout", "search");
      ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
      followed.await(Disconnected.class);
      followed.await(Connected.class, Connected::isAgain);
      AgentView again = followed.awaitAgent(scout.agentId(), AgentView::isConnected);
      assertThat(again.name()).isEqualTo("scout");
      assertThat(again.capabilities()).containsExactly("search");
      assertThat(tool(followed, "agent_list", Map.of()).path("agents")).hasSize(1);
      assertThat(followed.all(AgentAppeared.class)).hasSize(1);
    }
  }

  private static AgentView spawn(Followed followed, String type, String name, String can) {
    return followed.ask(one -> one.spawn(new AgentPlan(type, name, List.of(can))));
  }

  private static JsonNode tool(Followed followed, String tool, Map<String, Object> arguments)
      throws IOException {
    return McpWiring.MAPPER.readTree(followed.ask(one -> one.callTool(tool, arguments)).text());
  }
}
