/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.swarms.SwarmChange.AgentAppeared;
import dev.starling.swarms.SwarmChange.AgentChanged;
import dev.starling.swarms.SwarmChange.Connected;
import dev.starling.swarms.SwarmChange.ConnectionChanged;
import dev.starling.swarms.SwarmChange.Disconnected;
import dev.starling.swarms.SwarmChange.HealthMeasured;
import dev.starling.swarms.SwarmFailure.Kind;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NpmServer;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MCP project's reference server, for real: over its standard streams and over HTTP. */
class EverythingTest {
  private static final Map<String, Object> LONG = Map.of("duration", 300, "steps", 300);

  @TempDir Path folder;

  @Test
  void shouldFollowAServerThatKnowsNoSwarmsAsOneAgent() {
    try (Followed everything = new Followed(Followed.stdio(NpmServer.everything(), folder))) {
      Connected connected = everything.await(Connected.class);
      assertThat(connected.server().name()).isEqualTo("mcp-servers/everything");
      assertThat(connected.server().protocolVersion()).isEqualTo("2025-11-25");
      assertThat(connected.server().initialisationMillis()).isPositive();
      assertThat(connected.dialect()).isEqualTo("generic");
      assertThat(connected.isAgain()).isFalse();

      AgentView agent = everything.await(AgentAppeared.class).agent();
      assertThat(agent.agentId()).isEqualTo("test");
      assertThat(agent.state()).isEqualTo(AgentState.IDLE);
      assertThat(agent.capabilities()).contains("echo", "get-sum");
      assertThat(agent.taskCount()).isNull();
      assertThat(agent.health()).isNull();

      ToolResult echo = everything.ask(one -> one.callTool("echo", Map.of("message", "hello")));
      assertThat(echo).isEqualTo(new ToolResult("Echo: hello", false));
      assertThat(everything.ask(SwarmFollower::resources))
          .extracting(ResourceView::uri)
          .contains("demo://resource/static/document/architecture.md");
      assertThat(kind(everything, one -> one.pause("test"))).isEqualTo(Kind.UNSUPPORTED);
      shouldTakeLongWorkBack(everything);

      ServerHealth health =
          everything.await(HealthMeasured.class, one -> one.health().cpuPercent() != null).health();
      assertThat(health.memoryMiB()).isGreaterThan(10);
      assertThat(health.cpuPercent()).isNotNegative();
    }
  }

  @Test
  void shouldFailWhatIsUnderWayAndComeBackWhenTheProcessIsKilled() throws Exception {
    try (Followed everything = new Followed(Followed.stdio(NpmServer.everything(), folder))) {
      everything.await(AgentAppeared.class);
      ProcessHandle child = onlyChild();
      Future<ToolResult> call =
          everything.begin(one -> one.callTool("trigger-long-running-operation", LONG));
      eventually("the call is sent", Followed.PATIENCE, () -> everything.figures().calls() == 1);
      child.destroyForcibly();

      SwarmFailure failure =
          catchThrowableOfType(
              SwarmFailure.class,
              () -> call.await(Followed.PATIENCE.toSeconds() / 3, TimeUnit.SECONDS));
      assertThat(failure.kind()).isEqualTo(Kind.AWAY);
      assertThat(failure).hasMessageStartingWith("its process ended with exit code 137");
      everything.await(Disconnected.class, one -> one.reason().contains("137"));
      everything.await(AgentChanged.class, one -> !one.agent().isConnected());

      assertThat(everything.await(Connected.class, Connected::isAgain)).isNotNull();
      everything.awaitAgent("test", AgentView::isConnected);
      ToolResult echo = everything.ask(one -> one.callTool("echo", Map.of("message", "again")));
      assertThat(echo.text()).isEqualTo("Echo: again");
      assertThat(everything.all(ConnectionChanged.class))
          .extracting(ConnectionChanged::state)
          .startsWith(
              ConnectionState.CONNECTING,
              ConnectionState.INITIALISED,
              ConnectionState.LIVE,
              ConnectionState.LOST,
              ConnectionState.BACK_OFF,
              ConnectionState.CONNECTING,
              ConnectionState.INITIALISED,
              ConnectionState.LIVE);
    }
    assertThat(children()).isEmpty();
  }

  @Test
  void shouldFollowTheSameServerOverHttpAndFindItAgainAfterARestart() throws Exception {
    int port = FreePorts.some(1).getFirst();
    URI url = URI.create("http://127.0.0.1:" + port + "/mcp");
    Process first = NpmServer.everythingAt(port, folder);
    try (Followed everything =
        new Followed(new SwarmEndpoint.StreamableHttp(url, Map.of("X-Who", "a test")))) {
      assertThat(everything.await(Connected.class).dialect()).isEqualTo("generic");
      ToolResult sum = everything.ask(one -> one.callTool("get-sum", Map.of("a", 2, "b", 3)));
      assertThat(sum.text()).contains("5");
      assertThat(everything.snapshot().health()).isNull();
      shouldTakeLongWorkBack(everything);

      Future<ToolResult> call =
          everything.begin(one -> one.callTool("trigger-long-running-operation", LONG));
      eventually("the call is sent", Followed.PATIENCE, () -> everything.figures().calls() == 4);
      first.destroyForcibly();
      SwarmFailure failure =
          catchThrowableOfType(
              SwarmFailure.class,
              () -> call.await(Followed.PATIENCE.toSeconds() / 3, TimeUnit.SECONDS));
      assertThat(failure.kind()).isEqualTo(Kind.AWAY);
      everything.await(Disconnected.class);

      Process second = NpmServer.everythingAt(port, folder);
      try {
        everything.await(Connected.class, Connected::isAgain);
        assertThat(everything.ask(one -> one.callTool("echo", Map.of("message", "x"))).text())
            .isEqualTo("Echo: x");
      } finally {
        second.destroyForcibly();
      }
    } finally {
      first.destroyForcibly();
    }
  }

  private static void shouldTakeLongWorkBack(Followed everything) {
    long before = everything.figures().calls();
    long losses = everything.figures().losses();
    ToolWork work = everything.work("trigger-long-running-operation", LONG, Duration.ofHours(1));
    eventually("the work is sent", Followed.PATIENCE, () -> everything.figures().calls() > before);
    everything.withdraw(work, "nobody wants it");
    eventually("the server is free", Followed.PATIENCE, () -> work.over().succeeded());
    assertThat(everything.ask(one -> one.callTool("echo", Map.of("message", "next"))).text())
        .isEqualTo("Echo: next");
    assertThat(everything.figures().losses()).isEqualTo(losses);
  }

  private static Kind kind(Followed server, Function<SwarmFollower, Future<Void>> work) {
    return catchThrowableOfType(SwarmFailure.class, () -> server.ask(work)).kind();
  }

  private static ProcessHandle onlyChild() {
    assertThat(children()).hasSize(1);
    return children().getFirst();
  }

  private static List<ProcessHandle> children() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
  }
}
