/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.acceptance.StarlingScript.Ended;
import dev.starling.acceptance.StarlingScript.Ready;
import dev.starling.agent.examples.TextStatistics;
import dev.starling.testkit.AgentJar;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting and ending a node with {@code scripts/starling}. */
class StartTest {
  private static final Duration START = Duration.ofSeconds(5);
  private static final Duration END = Duration.ofSeconds(10);
  private static final Duration JOIN = Duration.ofSeconds(30);
  private static final int ROUNDS = 3;
  private static final String[] UP = {"up", "--http-port", "0", "--agent-port", "0"};

  /** Builds what is missing and prepares fast starts, as the very first call of all does. */
  @BeforeAll
  static void build() {
    try (StarlingScript node = StarlingScript.start(UP)) {
      Ready _ = node.awaitReady();
    }
  }

  @Test
  void shouldBeReadyWithinFiveSeconds() {
    List<Ready> starts = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      try (StarlingScript node = StarlingScript.start(UP)) {
        starts.add(node.awaitReady());
      }
    }
    starts.sort(Comparator.comparing(Ready::wall));
    for (Ready start : starts) {
      System.out.printf(
          "STARTUP ready after %d ms, user+sys %d ms%n",
          start.wall().toMillis(), start.cpu().toMillis());
    }
    assertThat(starts.get(ROUNDS / 2).wall()).isLessThanOrEqualTo(START);
  }

  @Test
  void shouldSayGoodbyeAndEndWithZeroWhenTerminated() {
    Vertx vertx = Vertx.vertx();
    try (StarlingScript node = StarlingScript.start(UP)) {
      Ready ready = node.awaitReady();
      QisClient agent = QisClient.connect(vertx, ready.agentPort(), "/");
      agent.register("agent", 1, 0);
      QisClient other = QisClient.connect(vertx, ready.httpPort(), "/ws/qis");

      node.terminate();
      assertThat(agent.closeCode()).isEqualTo(1001);
      assertThat(other.closeCode()).isEqualTo(1001);
      Ended ended = node.end(END);
      assertThat(ended.code()).isZero();
      assertThat(ended.out()).hasSize(1).first().asString().startsWith("starling ready: ");
      assertThat(ended.err()).allMatch(StartTest::isRoutine);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void shouldHostTheAgentsOfAFolderForAHostOfMcpThatStartsTheBridge(@TempDir Path folder) {
    AgentJar.single(WordCount.class, folder);
    try (StarlingScript node = StarlingScript.start(up("--agents-dir", folder.toString()));
        AgentHands.Mcp host = bridge(node.awaitReady())) {
      String counter = host.spawn(WordCount.KIND, "Ada");
      assertThat(counted(host)).isEqualTo(counter);
      assertThat(host.control("stop", counter)).isEqualTo("offline");
    }
  }

  /** The agent that counted the words of a task which any of its kind may do. */
  private static String counted(AgentHands.Mcp host) {
    JsonObject task =
        host.call("task_submit", Map.of("description", "count them", "kind", WordCount.KIND));
    JsonObject done =
        host.call("task_status", Map.of("task_id", task.getString("task_id"), "wait_ms", 9_000));
    assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
    assertThat(done.getJsonObject("result").getInteger("words")).isEqualTo(2);
    return done.getString("agent_id");
  }

  private static AgentHands.Mcp bridge(Ready node) {
    return AgentHands.Mcp.by(
        StarlingScript.program("mcp", "--url", "http://127.0.0.1:" + node.httpPort()));
  }

  private static String[] up(String... more) {
    return Stream.concat(Arrays.stream(UP), Arrays.stream(more)).toArray(String[]::new);
  }

  /** The whole as people start it: what is killed takes the examples with it, and has them anew. */
  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldHostTheExamplesOnANodeThatRunsAgentsAlone(@TempDir Path folder) {
    AgentJar.of(TextStatistics.class, folder);
    List<Integer> ports = FreePorts.some(3);
    Vertx vertx = Vertx.vertx();
    try (StarlingScript first = member(ports, 0);
        StarlingScript third = member(ports, 2, "--roles", "gateway");
        AgentHands.Mcp host = bridge(first.awaitReady())) {
      StatusWatch watch = new StatusWatch(vertx, third.awaitReady().httpPort());
      List<String> lost;
      try (StarlingScript second = hosting(ports, folder)) {
        lost = beginAll(host, watch, second.awaitReady());
      }
      for (String agentId : lost) {
        assertThat(watch.becomes(agentId, "offline").getString("reason"))
            .isEqualTo("its node was lost");
        watch.leaves(agentId);
        assertThat(watch.statuses(agentId)).containsExactly("starting", "idle", "offline");
      }
      try (StarlingScript second = hosting(ports, folder)) {
        beginAll(host, watch, second.awaitReady())
            .forEach(agentId -> {
              assertThat(host.control("stop", agentId)).isEqualTo("offline");
              watch.becomes(agentId, "offline");
            });
      }
    } finally {
      vertx.close().await();
    }
  }

  private static StarlingScript member(List<Integer> ports, int place, String... more) {
    List<String> arguments = new ArrayList<>(List.of(up(more)));
    arguments.addAll(List.of("--cluster-port", ports.get(place).toString(), "--join"));
    arguments.add(ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
    return StarlingScript.start(arguments.toArray(String[]::new));
  }

  private static StarlingScript hosting(List<Integer> ports, Path folder) {
    return member(ports, 1, "--roles", "agents", "--agents-dir", folder.toString());
  }

  /** Starts one of each example, once the node that has them is known. */
  private static List<String> beginAll(AgentHands.Mcp host, StatusWatch watch, Ready hosting) {
    assertThat(hosting.agentPort()).isZero();
    List<String> begun = new ArrayList<>();
    for (String kind : List.of("text-statistics", "drift-detector", "panel")) {
      watch.awaitRoom();
      eventually(
          kind + " can be started",
          JOIN,
          () -> {
            JsonObject spawned = host.ask("agent_spawn", Map.of("kind", kind));
            Optional.ofNullable(spawned.getString("agent_id")).ifPresent(begun::add);
            return spawned.containsKey("agent_id");
          });
      watch.becomes(begun.getLast(), "starting");
      watch.becomes(begun.getLast(), "idle");
    }
    return begun;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http-port", "--bus-port"})
  void shouldSayWhichPortIsInUse(String option) throws IOException {
    assertSaysThatItIsInUse(option);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--agent-port", "--cluster-port"})
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldSayWhichOfTheOtherPortsIsInUse(String option) throws IOException {
    assertSaysThatItIsInUse(option);
  }

  private static void assertSaysThatItIsInUse(String option) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      List<String> arguments = new ArrayList<>(List.of("up", option, port));
      for (String other : List.of("--http-port", "--agent-port")) {
        if (!other.equals(option)) {
          arguments.addAll(List.of(other, "0"));
        }
      }
      if (option.equals("--bus-port")) {
        arguments.addAll(List.of("--cluster-port", freePort()));
      }
      assertRefused(
          StarlingScript.run(arguments.toArray(String[]::new)),
          "cannot listen on 127.0.0.1:" + port + " (");
    }
  }

  private static String freePort() {
    return FreePorts.some(1).getFirst().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --roles gateway,physic                      | physic
          up --set router.similarity-treshold=0.8        | did you mean router.similarity-threshold?
          up --set router.similarity-threshold=1.1       | expected a number above 0, up to 1
          up --set node.drain-timeout=soon               | expected a duration
          up --http-port http                            | expected
          up --http-port 65536                           | expected
          up --cluster-host 0.0.0.0 --cluster-port 5801  | cluster.secret
          up --join nowhere                              | nowhere
          up --config /no/such/file.yaml                 | /no/such/file.yaml
          up --colour                                    | --colour
          upp                                            | upp
          """)
  void shouldRefuseInOneLine(String line, String expected) {
    assertRefused(StarlingScript.run(line.split(" +", -1)), expected);
  }

  private static void assertRefused(Ended ended, String expected) {
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().stream().filter(line -> !isRoutine(line)))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("starling: ")
        .contains(expected);
    assertThat(ended.code()).isEqualTo(2);
  }

  /** What the JVM says of every program with the Vector API, and the log: no errors, no traces. */
  private static boolean isRoutine(String line) {
    return line.equals("WARNING: Using incubator modules: jdk.incubator.vector")
        || (line.matches("\\S+Z (INFO |WARN ) .*") && !line.contains(" | at "));
  }
}
