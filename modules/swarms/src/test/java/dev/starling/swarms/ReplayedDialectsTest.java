/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.starling.swarms.SwarmChange.Connected;
import dev.starling.swarms.SwarmChange.SwarmStarted;
import dev.starling.swarms.SwarmFailure.Kind;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What real swarm servers were recorded to say, through the real client and a real socket. */
class ReplayedDialectsTest {
  private static final SwarmPlan PLAN = new SwarmPlan("mesh", 6, "balanced");
  private static final AgentPlan SCOUT = new AgentPlan("researcher", "scout", List.of("search"));
  private static final AgentPlan SMITH = new AgentPlan("coder", "smith", List.of());
  private static final TaskPlan TASK =
      new TaskPlan("find three sources", "research", "high", List.of());

  @Test
  void shouldUnderstandClaudeFlow3() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        Followed followed = new Followed(Followed.tcp(server))) {
      assertThat(followed.await(Connected.class).dialect()).isEqualTo("claude-flow-3");
      assertThat(followed.snapshot().abilities()).containsExactlyInAnyOrder(Ability.values());
      SwarmView swarm = followed.ask(one -> one.startSwarm(PLAN));
      assertThat(swarm.swarmId()).startsWith("swarm-17");
      assertThat(swarm.topology()).isEqualTo("mesh");
      assertThat(swarm.maxAgents()).isEqualTo(6);

      AgentView scout = followed.ask(one -> one.spawn(SCOUT));
      assertThat(scout.name()).isEqualTo("scout");
      assertThat(scout.capabilities()).containsExactly("search");
      JsonNode asked = server.argumentsOf("agent_spawn").getFirst();
      assertThat(asked.path("agentType").asText()).isEqualTo("researcher");
      assertThat(asked.has("name")).isFalse();

      AgentView listed = followed.awaitAgent(scout.agentId(), one -> one.taskCount() != null);
      assertThat(listed.name()).isEqualTo("scout");
      assertThat(listed.health()).isEqualTo(1);
      assertThat(listed.createdAt()).isBetween(1_700_000_000_000L, 1_900_000_000_000L);
      assertThat(kind(followed, one -> one.terminate("nobody"))).isEqualTo(Kind.NOT_FOUND);
    }
  }

  @Test
  void shouldFollowATaskOfClaudeFlow3ToItsEnd() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        Followed followed = new Followed(Followed.tcp(server))) {
      followed.await(Connected.class);
      TaskPlan forAgent =
          new TaskPlan("find three sources", "research", "high", List.of("agent-1"));
      TaskView task = followed.ask(one -> one.submit(forAgent));
      assertThat(task.state()).isEqualTo(TaskState.RUNNING);
      assertThat(task.priority()).isEqualTo("high");
      JsonNode asked = server.argumentsOf("task_assign").getFirst();
      assertThat(asked.path("taskId").asText()).isEqualTo(task.taskId());
      assertThat(asked.path("agentIds").toString()).isEqualTo("[\"agent-1\"]");

      TaskView done = followed.awaitTask(task.taskId(), one -> one.state().isEnd());
      assertThat(done.progress()).isEqualTo(100);
      assertThat(done.description()).isEqualTo("find three sources");
    }
  }

  /** Its tools for single tasks and agents answer that they ran, whatever they are asked. */
  @Test
  void shouldUnderstandClaudeFlow2AndNotTakeItsHollowAnswersForData() {
    try (RecordedServer server = new RecordedServer("claude-flow-2.7.47");
        Followed followed = new Followed(Followed.tcp(server))) {
      assertThat(followed.await(Connected.class).dialect()).isEqualTo("claude-flow-2");
      SwarmView swarm = followed.ask(one -> one.startSwarm(PLAN));
      assertThat(swarm.swarmId()).startsWith("swarm_17");
      assertThat(followed.await(SwarmStarted.class).swarm().swarmId()).isEqualTo(swarm.swarmId());

      AgentView scout = followed.ask(one -> one.spawn(SCOUT));
      assertThat(scout.agentId()).startsWith("agent_17");
      JsonNode asked = server.argumentsOf("agent_spawn").getFirst();
      assertThat(asked.path("type").asText()).isEqualTo("researcher");
      assertThat(asked.path("swarmId").asText()).isEqualTo(swarm.swarmId());
      AgentView listed = followed.awaitAgent(scout.agentId(), one -> one.createdAt() != null);
      assertThat(listed.state()).isEqualTo(AgentState.ACTIVE);
      assertThat(listed.capabilities()).containsExactly("search");
      assertThat(listed.health()).isNull();

      TaskView task = followed.ask(one -> one.submit(TASK));
      TaskView left = followed.awaitTask(task.taskId(), one -> !one.isFollowed());
      assertThat(left.state()).isEqualTo(TaskState.PENDING);
      assertThat(left.progress()).isNull();
      assertThat(kind(followed, one -> one.pause(scout.agentId()))).isEqualTo(Kind.UNSUPPORTED);
      assertThat(kind(followed, SwarmFollower::shutDownSwarm)).isEqualTo(Kind.NO_DATA);
      assertThat(followed.snapshot().state()).isEqualTo(ConnectionState.LIVE);
      assertThat(followed.figures().losses()).isZero();
    }
  }

  @Test
  void shouldUnderstandRuvSwarmAndTellNoFigureThatItSimulates() {
    try (RecordedServer server = new RecordedServer("ruv-swarm-1.0.20");
        Followed followed = new Followed(Followed.tcp(server))) {
      assertThat(followed.await(Connected.class).dialect()).isEqualTo("ruv-swarm");
      assertThat(is(followed, SwarmFollower::simulatesWork)).isTrue();
      SwarmView swarm = followed.ask(one -> one.startSwarm(PLAN));
      AgentView scout = followed.ask(one -> one.spawn(SCOUT));
      AgentView smith = followed.ask(one -> one.spawn(SMITH));
      assertThat(scout.type()).isEqualTo("researcher");
      assertThat(server.argumentsOf("agent_spawn").getFirst().has("swarmId")).isFalse();
      assertThat(followed.awaitAgent(scout.agentId(), one -> one.state() == AgentState.IDLE))
          .extracting(AgentView::capabilities)
          .isEqualTo(List.of("search"));

      TaskView task = followed.ask(one -> one.submit(TASK));
      assertThat(task.agents()).containsExactly(scout.agentId(), smith.agentId());
      TaskView done = followed.awaitTask(task.taskId(), one -> one.state() == TaskState.COMPLETED);
      assertThat(done.progress()).isNull();
      assertThat(done.description()).isEqualTo("find three sources");
      followed.awaitAgent(smith.agentId(), AgentView::isConnected);
      SwarmView seen = followed.snapshot().swarm();
      assertThat(seen).isNotNull().extracting(SwarmView::swarmId).isEqualTo(swarm.swarmId());
      assertThat(followed.figures().strayLines()).isPositive();
      assertThat(followed.figures().losses()).isZero();
    }
  }

  @Test
  void shouldOfferTheTypesThatAServerLists() {
    try (RecordedServer server = new RecordedServer("ruv-swarm-1.0.20");
        Followed followed = new Followed(Followed.tcp(server))) {
      followed.await(Connected.class);
      assertThat(is(followed, one -> one.offers("researcher"))).isTrue();
      assertThat(is(followed, one -> one.offers("gardener"))).isFalse();
    }
  }

  @Test
  void shouldSayWhatAServerSaysWhenItRefuses() {
    try (RecordedServer server = new RecordedServer("ruv-swarm-1.0.20");
        Followed followed = new Followed(Followed.tcp(server))) {
      followed.await(Connected.class);
      SwarmFailure refused =
          catchThrowableOfType(
              SwarmFailure.class,
              () -> followed.ask(one -> one.callTool("agent_spawn", Map.of("type", "nonsense"))));
      assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
      assertThat(refused).hasMessageContaining("type must be one of: researcher, coder");
    }
  }

  private static boolean is(Followed followed, Predicate<SwarmFollower> question) {
    return followed.ask(one -> Future.succeededFuture(question.test(one)));
  }

  private static <T> Kind kind(Followed followed, Function<SwarmFollower, Future<T>> work) {
    return catchThrowableOfType(SwarmFailure.class, () -> followed.ask(work)).kind();
  }
}
