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
import dev.starling.swarms.SwarmChange.GivenUp;
import dev.starling.swarms.SwarmFailure.Kind;
import dev.starling.swarms.SwarmOptions.Bounds;
import dev.starling.swarms.SwarmOptions.Patience;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.Future;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a connection begins, suffers and ends. */
class ConnectionTest {
  private static final String RECORDING = "ruv-swarm-1.0.20";
  private static final SwarmOptions EAGER = Followed.eager();

  @TempDir Path folder;

  @Test
  void shouldFailACallAtOnceWhenTheSocketClosesAndComeBack() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = new Followed(Followed.tcp(server))) {
      AgentView agent = followed.await(AgentAppeared.class).agent();
      server.mute("agent_spawn");
      Future<AgentView> call =
          followed.begin(one -> one.spawn(new AgentPlan("coder", "smith", List.of())));
      eventually(
          "the call arrives",
          Followed.PATIENCE,
          () -> !server.argumentsOf("agent_spawn").isEmpty());
      server.hangUp();

      eventually("the call fails", Followed.PATIENCE.dividedBy(3), call::failed);
      assertThat(((SwarmFailure) call.cause()).kind()).isEqualTo(Kind.AWAY);
      followed.await(Disconnected.class);
      followed.await(AgentChanged.class, one -> !one.agent().isConnected());
      followed.await(Connected.class, Connected::isAgain);
      followed.awaitAgent(agent.agentId(), AgentView::isConnected);
    }
  }

  @Test
  void shouldTakeAServerForLostThatDoesNotAnswerThreePings() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = impatient(server)) {
      followed.await(AgentAppeared.class);
      hush(server);
      followed.await(ConnectionChanged.class, one -> one.state() == ConnectionState.DEGRADED);
      followed.await(Disconnected.class, one -> one.reason().contains("3 pings"));
    }
  }

  private static Followed impatient(RecordedServer server) {
    Patience impatient =
        new Patience(
            Followed.PATIENCE, Followed.PATIENCE, Duration.ofMillis(200), Duration.ofSeconds(2));
    return new Followed(
        Followed.tcp(server),
        new SwarmOptions(EAGER.cadence(), impatient, EAGER.retry(), EAGER.bounds()));
  }

  private static void hush(RecordedServer server) {
    server.mute("ping");
    server.mute("agent_list");
    server.mute("swarm_status");
    server.mute("task_status");
  }

  @Test
  void shouldNotWaitForEverForAServerToIntroduceItself() {
    Patience impatient =
        new Patience(
            Duration.ofMillis(300), Followed.PATIENCE, Followed.PATIENCE, Duration.ofSeconds(2));
    try (RecordedServer server = new RecordedServer(RECORDING)) {
      server.mute("initialize");
      try (Followed followed =
          new Followed(
              Followed.tcp(server),
              new SwarmOptions(EAGER.cadence(), impatient, EAGER.retry(), EAGER.bounds()))) {
        followed.await(
            ConnectionChanged.class, one -> one.reason().startsWith("it did not introduce itself"));
        server.unmute("initialize");
        assertThat(followed.await(Connected.class).isAgain()).isFalse();
      }
    }
  }

  @Test
  void shouldReadTheToolsAgainWhenTheyChange() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = new Followed(Followed.tcp(server))) {
      followed.await(AgentAppeared.class);
      assertThat(server.timesAsked("tools/list")).isEqualTo(1);
      server.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
      eventually(
          "the tools are read", Followed.PATIENCE, () -> server.timesAsked("tools/list") == 2);
      long before = followed.figures().calls();
      eventually(
          "it is asked on", Followed.PATIENCE, () -> followed.figures().calls() > before + 3);
      assertThat(followed.all(Connected.class)).hasSize(1);
    }
  }

  @Test
  void shouldRefuseCallsBeyondItsBoundAndGiveUpLateOnes() {
    Patience impatient =
        new Patience(
            Followed.PATIENCE, Duration.ofMillis(700), Followed.PATIENCE, Duration.ofSeconds(2));
    Bounds two = new Bounds(2, 1 << 20, 10, 10);
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed =
            new Followed(
                Followed.tcp(server),
                new SwarmOptions(EAGER.cadence(), impatient, EAGER.retry(), two))) {
      followed.await(AgentAppeared.class);
      server.mute("features_detect");
      List<Future<ToolResult>> calls = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        calls.add(followed.begin(one -> one.callTool("features_detect", Map.of())));
      }
      eventually("all fail", Followed.PATIENCE, () -> calls.stream().allMatch(Future::failed));
      assertThat(calls)
          .extracting(call -> ((SwarmFailure) call.cause()).kind())
          .contains(Kind.BUSY, Kind.LATE)
          .containsOnly(Kind.BUSY, Kind.LATE);
      assertThat(followed.figures().refusedCalls()).isPositive();
      assertThat(followed.snapshot().state().isUsable()).isTrue();
    }
  }

  @Test
  void shouldEndAConnectionThatSendsAMessageWithoutAnEnd() {
    Bounds small = new Bounds(8, 100_000, 10, 10);
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed =
            new Followed(
                Followed.tcp(server),
                new SwarmOptions(EAGER.cadence(), EAGER.patience(), EAGER.retry(), small))) {
      followed.await(AgentAppeared.class);
      server.say("{\"jsonrpc\":\"2.0\",\"x\":\"" + "x".repeat(200_000));
      followed.await(Disconnected.class, one -> one.reason().contains("more than 100000 bytes"));
      followed.await(Connected.class, Connected::isAgain);
    }
  }

  @Test
  void shouldPassOverLinesThatAreNoMessages() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = new Followed(Followed.tcp(server))) {
      followed.await(AgentAppeared.class);
      server.say("{");
      server.say("{\"no\":\"message\"}");
      server.say("[1]");
      long before = followed.figures().calls();
      eventually(
          "it is asked on", Followed.PATIENCE, () -> followed.figures().calls() > before + 3);
      assertThat(followed.figures().losses()).isZero();
    }
  }

  @Test
  void shouldLeaveOutAgentsBeyondItsBound() {
    Bounds one = new Bounds(8, 1 << 20, 1, 10);
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed =
            new Followed(
                Followed.tcp(server),
                new SwarmOptions(EAGER.cadence(), EAGER.patience(), EAGER.retry(), one))) {
      followed.await(AgentAppeared.class);
      eventually("one is left out", Followed.PATIENCE, () -> followed.figures().leftOut() > 0);
      assertThat(followed.snapshot().agents()).hasSize(1);
    }
  }

  @Test
  void shouldKeepTryingAServerThatIsNotThereYet() throws Exception {
    RecordedServer gone = new RecordedServer(RECORDING);
    SwarmEndpoint endpoint = Followed.tcp(gone);
    gone.close();
    try (Followed followed = new Followed(endpoint)) {
      eventually("it is tried", Followed.PATIENCE, () -> followed.figures().losses() > 4);
      assertThat(followed.all(GivenUp.class)).isEmpty();
      assertThat(followed.all(Disconnected.class)).isEmpty();
      assertThat(followed.snapshot().agents()).isEmpty();
    }
  }

  @Test
  void shouldGiveUpAProgramThatEndsRightAwayAndSayWhatItSaid() {
    SwarmEndpoint broken =
        new SwarmEndpoint.Stdio(
            "sh", List.of("-c", "echo no licence >&2; exit 3"), folder, Map.of());
    SwarmOptions options =
        new SwarmOptions(
            EAGER.cadence(),
            EAGER.patience(),
            new SwarmOptions.Retry(
                Duration.ofMillis(1),
                Duration.ofMillis(1),
                Followed.PATIENCE,
                Followed.PATIENCE,
                3),
            EAGER.bounds());
    try (Followed followed = new Followed(broken, options)) {
      String reason = followed.await(GivenUp.class).reason();
      assertThat(reason).contains("exit code 3, its last words: no licence");
      assertThat(followed.figures().losses()).isEqualTo(3);
      followed.begin(one -> {
        one.start();
        return Future.succeededFuture();
      });
      eventually("it is tried again", Followed.PATIENCE, () -> followed.figures().losses() == 6);
    }
  }

  @Test
  void shouldTellOfAProgramsErrorsTheOneThatSaysWhatIsWrong() {
    String crash =
        """
        echo "Error: Cannot find module '/srv/flow.js'" >&2
        echo "    at Module.load (error.js:1)" >&2
        echo "Node.js v20" >&2
        exit 1
        """;
    try (Followed followed =
        new Followed(new SwarmEndpoint.Stdio("sh", List.of("-c", crash), folder, Map.of()))) {
      assertThat(awaitReason(followed, ConnectionState.BACK_OFF))
          .startsWith(
              "its process ended with exit code 1, its last words:"
                  + " Error: Cannot find module '/srv/flow.js'; tried again in ");
    }
  }

  @Test
  void shouldSayWhyAServerIsTriedAgainThatWasNeverThere() throws Exception {
    int port = FreePorts.some(1).getFirst();
    for (SwarmEndpoint nowhere :
        List.of(
            new SwarmEndpoint.Tcp("127.0.0.1", port),
            new SwarmEndpoint.StreamableHttp(
                URI.create("http://127.0.0.1:" + port + "/mcp"), Map.of()))) {
      try (Followed followed = new Followed(nowhere)) {
        assertThat(awaitReason(followed, ConnectionState.BACK_OFF))
            .matches(
                "(?i).*(connection refused|no connection is taken there).*; tried again in .*");
      }
    }
  }

  private static String awaitReason(Followed followed, ConnectionState state) {
    eventually("it is " + state, Followed.PATIENCE, () -> reason(followed, state).isPresent());
    return reason(followed, state).orElseThrow();
  }

  private static Optional<String> reason(Followed followed, ConnectionState state) {
    return followed.all(ConnectionChanged.class).stream()
        .filter(change -> change.state() == state)
        .map(ConnectionChanged::reason)
        .findFirst();
  }

  @Test
  void shouldStartAProgramAgainOnlyOnceTheFormerOneIsGone() throws Exception {
    String stubborn =
        """
        trap '' TERM
        for other in $(cat pids); do kill -0 "$other" && echo "$other" >>overlaps; done
        echo $$ >>pids
        while :; do sleep 0.1; done
        """;
    Patience impatient =
        new Patience(
            Duration.ofMillis(200), Followed.PATIENCE, Followed.PATIENCE, Duration.ofMillis(500));
    try (Followed followed =
        new Followed(
            new SwarmEndpoint.Stdio("sh", List.of("-c", stubborn), folder, Map.of()),
            new SwarmOptions(EAGER.cadence(), impatient, EAGER.retry(), EAGER.bounds()))) {
      Path pids = folder.resolve("pids");
      eventually(
          "it is started again", Followed.PATIENCE, () -> Files.readAllLines(pids).size() == 2);
      assertThat(folder.resolve("overlaps")).doesNotExist();
      assertThat(awaitReason(followed, ConnectionState.BACK_OFF))
          .startsWith("it did not introduce itself in time; tried again in ");
      assertThat(followed.all(Connected.class)).isEmpty();
    }
  }

  @Test
  void shouldNotGiveItsOwnVariablesToAChild() throws Exception {
    SwarmEndpoint printing =
        new SwarmEndpoint.Stdio(
            "sh", List.of("-c", "env > seen; exit 0"), folder.resolve("made"), Map.of("MINE", "1"));
    try (Followed followed = new Followed(printing)) {
      followed.await(GivenUp.class);
      List<String> names =
          Files.readAllLines(folder.resolve("made/seen")).stream()
              .map(line -> line.substring(0, line.indexOf('=')))
              .toList();
      assertThat(names).contains("MINE", "PATH").doesNotContain("MAVEN_OPTS", "JAVA_HOME");
    }
  }

  @Test
  void shouldSayThatACommandDoesNotExist() {
    SwarmEndpoint missing =
        new SwarmEndpoint.Stdio("no-such-program-here", List.of(), folder, Map.of());
    try (Followed followed = new Followed(missing)) {
      assertThat(followed.await(GivenUp.class).reason())
          .contains("cannot start no-such-program-here", "No such file");
      assertThat(
              catchThrowableOfType(
                      SwarmFailure.class, () -> followed.ask(one -> one.callTool("x", Map.of())))
                  .kind())
          .isEqualTo(Kind.AWAY);
    }
  }
}
