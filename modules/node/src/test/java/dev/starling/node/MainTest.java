/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final int USAGE = 2;
  private static final int TLS_RECORD_HEAD = 5;
  private static final byte TLS_HANDSHAKE = 22;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldPrintOneReadyLine() {
    int code =
        run(
            config -> new StoppedNode(Optional.of(4001), Optional.of("127.0.0.1:5801")),
            "up",
            "--set",
            "node.name=alpha",
            "--http-port",
            "4000");
    assertThat(code).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .containsExactly(
            "starling ready: console http://127.0.0.1:4000/ agents ws://127.0.0.1:4001/"
                + " node alpha roles gateway,router,physics,settings,embedder,agents,tasks cluster 127.0.0.1:5801");
  }

  @Test
  void shouldPrintWhatAnAgentIsCompiledWith(@TempDir Path folder) throws IOException {
    assertThat(run(config -> new StoppedNode(Optional.empty(), Optional.empty()), "classpath"))
        .isZero();
    Path agent =
        Files.writeString(
            folder.resolve("Mute.java"),
            """
            import dev.starling.agent.sdk.*;
            public final class Mute extends Agent {
              @Override protected AgentProfile profile() {
                vertx().setTimer(1, timer -> {});
                return AgentProfile.of("mute");
              }
            }
            """);
    String classPath = out.toString().strip();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), "-cp", classPath, agent.toString());
    assertThat(code).isZero();
    assertThat(folder.resolve("Mute.class")).exists();
    assertThat(classPath).doesNotContain("hazelcast", "starling-agents");
  }

  @Test
  void shouldLeaveOutWhatDoesNotApply() {
    run(
        config -> new StoppedNode(Optional.empty(), Optional.empty()),
        "up",
        "--set",
        "node.name=beta",
        "--roles",
        "router");
    assertThat(out.toString().strip())
        .isEqualTo("starling ready: http http://127.0.0.1:4000/ node beta roles router");
  }

  @Test
  void shouldHandTheOptionsToTheLauncher() {
    var seen = new CompletableFuture<NodeConfig>();
    run(
        config -> {
          seen.complete(config);
          return new StoppedNode(Optional.empty(), Optional.empty());
        },
        "up --roles gateway --host localhost --http-port 1 --agent-port 2 --cluster-port 3"
            .concat(" --bus-port 4 --cluster-host localhost --cluster-public-host me")
            .concat(" --join a:1,b:2 --join c:3 --set router.max-hops=5")
            .split(" "));
    NodeConfig config = seen.join();
    assertThat(config.roles()).containsExactly(Role.GATEWAY);
    assertThat(config.gateway().host()).isEqualTo("localhost");
    assertThat(config.gateway().httpPort()).isEqualTo(1);
    assertThat(config.gateway().agentPort()).isEqualTo(2);
    assertThat(config.cluster().port()).contains(3);
    assertThat(config.cluster().busPort()).isEqualTo(4);
    assertThat(config.cluster().host()).isEqualTo("localhost");
    assertThat(config.cluster().publicHost()).contains("me");
    assertThat(config.cluster().join()).containsExactly("a:1", "b:2", "c:3");
    assertThat(config.router().maxHops()).isEqualTo(5);
  }

  @Test
  void shouldSayInOneLineWhyItCannotStart() {
    NodeLauncher launcher =
        config -> {
          throw StartException.cannotBind(
              "http.port", "127.0.0.1", 3030, new BindException("Address already in use"));
        };
    assertThat(run(launcher, "up")).isEqualTo(USAGE);
    assertThat(err.toString().lines())
        .containsExactly(
            "starling: cannot listen on 127.0.0.1:3030 (http.port): Address already in use;"
                + " another port is set with --http-port PORT, 0 takes a free one");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldBlameTheHostWhereThePortIsNotWhatIsWrong() {
    Map<Throwable, String> reasons =
        Map.of(
            new UnknownHostException("nosuch.invalid"),
            "this name cannot be resolved",
            new BindException("bind(..) failed with error(-99): Cannot assign requested address"),
            "this is no address of this machine");
    reasons.forEach((cause, reason) ->
        assertThat(StartException.cannotBind("http.port", "nosuch.invalid", 3030, cause))
            .hasMessage(
                "cannot listen on nosuch.invalid (http.host): "
                    + reason
                    + "; another address is set with --host ADDRESS"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up --http-prt 3|unknown option --http-prt, did you mean --http-port?",
        "up --http-prt=3|unknown option --http-prt, did you mean --http-port?",
        "up --foo|unknown option --foo, see starling up --help",
        "up extra|unknown argument extra, see starling up --help",
        "upp|unknown command upp, did you mean up?",
        "physics|unknown command physics, see starling --help"
      })
  void shouldNameTheArgumentAndTheNearestKnownOne(String line, String message) {
    assertThat(run(unused(), line.split(" "))).isEqualTo(USAGE);
    assertThat(err.toString().lines()).containsExactly("starling: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up --foo",
        "up extra",
        "upp",
        "up --http-port",
        "up --http-port x",
        "up --roles analytics",
        "up --roles rooter",
        "up --set a=b",
        "up --set a",
        "up --config /no/such/file",
        "config check --set http.port=x",
        "status --url nonsense"
      })
  void shouldRefuseInOneLineAndExitWith2(String line) {
    assertThat(run(unused(), line.split(" "))).isEqualTo(USAGE);
    assertThat(err.toString().lines()).hasSize(1).first().asString().startsWith("starling: ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldReportABugWithoutAStackTrace() {
    NodeLauncher launcher =
        config -> {
          throw new IllegalStateException("a bug");
        };
    assertThat(run(launcher, "up")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains("a bug");
  }

  @Test
  void shouldFailWhenTheNodeFails() {
    var node = new StoppedNode(Optional.empty(), Optional.empty());
    node.stopped = CompletableFuture.failedFuture(new IOException("gone"));
    assertThat(run(config -> node, "up")).isEqualTo(1);
  }

  @Test
  void shouldSayInOneLineThatNoNodeAnswers() {
    assertThat(run(unused(), "status", "--url", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1).first().asString().contains("no node answers");
  }

  @Test
  void shouldSayWhatIsWrongWithTheTokenThatWasGiven(@TempDir Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "a.b.c");
    String file = token.toString();
    String expired = "{\"error\":{\"code\":\"FORBIDDEN\",\"details\":{\"reason\":\"expired\"}}}";
    assertThat(statusOf(401, expired)).endsWith("give it with --token-file FILE");
    assertThat(statusOf(401, expired, "--token-file", file))
        .endsWith(
            "refused the token in "
                + file
                + " (expired): make another one with scripts/starling token");
    assertThat(statusOf(401, "no JSON", "--token-file", file))
        .endsWith(
            "refused the token in " + file + ": make another one with scripts/starling token");
    assertThat(statusOf(403, expired, "--token-file", file))
        .endsWith("lets in who may observe, which the token in " + file + " does not allow");
  }

  /** The one line about a node that answers so. */
  private String statusOf(int status, String body, String... options) throws IOException {
    HttpServer node = answering(status, body);
    try {
      List<String> arguments =
          new ArrayList<>(
              List.of("status", "--url", "http://127.0.0.1:" + node.getAddress().getPort()));
      arguments.addAll(List.of(options));
      err.getBuffer().setLength(0);
      assertThat(run(unused(), arguments.toArray(String[]::new))).isEqualTo(USAGE);
      assertThat(err.toString().lines()).hasSize(1);
      return err.toString().strip();
    } finally {
      node.stop(0);
    }
  }

  private static HttpServer answering(int status, String body) throws IOException {
    HttpServer node =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    node.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    node.start();
    return node;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldSayThatANodeDoesNotSpeakTls(boolean refusesWhatIsNoRequest) throws IOException {
    try (ServerSocket node = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> speakHttp(node, refusesWhatIsNoRequest));
      String url = "https://127.0.0.1:" + node.getLocalPort();
      assertThat(run(unused(), "status", "--url", url)).isEqualTo(1);
      assertThat(err.toString().strip())
          .endsWith("(it does not speak TLS; try http:// rather than https://)");
    }
  }

  /** Answers as a node does; what is no request, a greeting of TLS, is refused or not answered. */
  private static void speakHttp(ServerSocket node, boolean refusesWhatIsNoRequest) {
    List<Socket> clients = new ArrayList<>();
    try {
      while (!node.isClosed()) {
        Socket client = node.accept();
        clients.add(client);
        byte[] head = client.getInputStream().readNBytes(TLS_RECORD_HEAD);
        if (refusesWhatIsNoRequest || head[0] != TLS_HANDSHAKE) {
          client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        }
      }
    } catch (IOException _) {
      clients.forEach(MainTest::close);
    }
  }

  private static void close(Socket client) {
    try {
      client.close();
    } catch (IOException _) {
      // It hung up without a goodbye, as it may.
    }
  }

  @Test
  void shouldSayThatTheFileOfAnAuthorityIsNotThere() {
    assertThat(run(unused(), "status", "--authority", "nope")).isEqualTo(USAGE);
    assertThat(err.toString().strip())
        .isEqualTo("starling: --authority is nope, but there is no such file");
  }

  @Test
  void shouldSayThatTheNameOfANodeCannotBeResolved() {
    assertThat(run(unused(), "status", "--url", "http://nosuch.invalid:3030")).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo(
            "starling: no node answers at http://nosuch.invalid:3030"
                + " (the name nosuch.invalid cannot be resolved)");
  }

  @Test
  void shouldShowTheConfiguration() {
    assertThat(run(unused(), "config", "--http-port", "1", "--set", "cluster.secret=pst")).isZero();
    assertThat(out.toString())
        .containsPattern("(?m)^http.port: 1 +# --http-port$")
        .containsPattern("(?m)^log.level: info +# default$")
        .doesNotContain("pst");
  }

  @Test
  void shouldSayThatAConfigurationIsValid() {
    assertThat(run(unused(), "config", "check", "--http-port", "1")).isZero();
    assertThat(out.toString().lines()).containsExactly("valid");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldNameTheFilesThatItChecked(@TempDir Path folder) throws IOException {
    String one = Files.writeString(folder.resolve("one.yaml"), "http: {port: 1}").toString();
    String other = Files.writeString(folder.resolve("other.yaml"), "").toString();
    assertThat(run(unused(), "config", "check", "--config", one, "--config", other)).isZero();
    assertThat(out.toString().lines()).containsExactly("valid: " + one + ", " + other);
  }

  @Test
  void shouldExplainItself() {
    assertThat(run(unused(), "--help")).isZero();
    assertThat(out.toString()).contains("up ", "status ", "config ", "starling up");
  }

  private static NodeLauncher unused() {
    return config -> new StoppedNode(Optional.empty(), Optional.empty());
  }

  private int run(NodeLauncher launcher, String... args) {
    return Main.commandLine(launcher, Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  /** A node that has nothing to do and stops by itself. */
  private static final class StoppedNode implements RunningNode {
    private final Optional<Integer> agentPort;
    private final Optional<String> clusterAddress;
    private CompletionStage<Void> stopped = CompletableFuture.completedFuture(null);

    StoppedNode(Optional<Integer> agentPort, Optional<String> clusterAddress) {
      this.agentPort = agentPort;
      this.clusterAddress = clusterAddress;
    }

    @Override
    public int httpPort() {
      return 4000;
    }

    @Override
    public Optional<Integer> agentPort() {
      return agentPort;
    }

    @Override
    public Optional<String> clusterAddress() {
      return clusterAddress;
    }

    @Override
    public CompletionStage<Void> drain() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> stopped() {
      return stopped;
    }
  }
}
