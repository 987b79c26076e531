/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the graph commands ask a node, and what they say of its answers. */
class GraphCommandTest {
  private static final String DONE =
      """
      {"added":{"nodes":3,"edges":2},"changed":{"nodes":1,"edges":0},
       "removed":{"nodes":0,"edges":0},"ignored":{"nodes":0,"edges":0},"loops":1,"repeats":4}\
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();
  private HttpServer node;
  private int status = 200;
  private String answer = DONE;

  @TempDir private Path folder;

  @BeforeEach
  void serve() throws IOException {
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext("/", this::answer);
    node.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @AfterEach
  void stop() {
    node.stop(0);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("graph"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--url", "http://127.0.0.1:" + node.getAddress().getPort()));
    NodeLauncher launcher =
        config -> {
          throw new IllegalStateException("no node is to be started");
        };
    CommandLine line = Main.commandLine(launcher, Map.of());
    return line.setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aFileIsSentWithItsNameAndTheNodesCountsAreTold() throws IOException {
    Path file = file("my graph.csv", "a,b\n");
    assertThat(run("import", file.toString())).isZero();
    assertThat(asked).containsExactly("POST /api/graph/import?mode=merge&name=my+graph.csv a,b\n");
    assertThat(out.toString().strip())
        .isEqualTo(
            "added 3 nodes and 2 edges, changed 1 nodes and 0 edges, removed 0 nodes and 0 edges,"
                + " ignored 0 nodes and 0 edges; left out 1 loops and 4 repeated edges");
  }

  @Test
  void aFormatAndAModeArePassedOn() throws IOException {
    Path file = file("edges", "a,b\n");
    assertThat(run("import", file.toString(), "--format", "csv", "--mode", "replace")).isZero();
    assertThat(asked.getFirst()).startsWith("POST /api/graph/import?mode=replace&format=csv ");
  }

  @Test
  void aFaultInTheFileIsToldInOneLine() throws IOException {
    status = 400;
    answer =
        """
        {"error":{"code":"INVALID_MESSAGE","message":"line 2: weight: nonsense","details":{}}}\
        """;
    assertThat(run("import", file("a.csv", "x").toString())).isEqualTo(Main.USAGE);
    assertThat(err.toString().strip()).isEqualTo("starling: line 2: weight: nonsense");
  }

  @Test
  void whatIsNoFileOrNoNodeIsRefused() throws IOException {
    assertThat(run("import", "/no/such/file.csv")).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("the file /no/such/file.csv cannot be read");
    assertThat(asked).isEmpty();
    status = 403;
    assertThat(run("import", file("a.csv", "x").toString())).isEqualTo(Main.USAGE);
    assertThat(err.toString()).contains("needs a token that allows graph");
    status = 200;
    answer = "hello";
    assertThat(run("import", file("a.csv", "x").toString())).isEqualTo(Main.FAILED);
    assertThat(err.toString()).contains("did not answer like a node of Starling");
  }

  @Test
  void theGraphIsWrittenIntoTheFile() throws IOException {
    answer = "graph { é }";
    Path file = file("graph.dot", "what was there before");
    assertThat(run("export", file.toString())).isZero();
    assertThat(asked).containsExactly("GET /api/graph/export?name=graph.dot ");
    assertThat(file).hasContent("graph { é }");
    assertThat(out.toString().strip()).isEqualTo("wrote 12 bytes to " + file);
  }

  @Test
  void aFileStaysAsItWasWhereTheNodeRefuses() throws IOException {
    status = 503;
    answer =
        """
        {"error":{"code":"UNAVAILABLE","message":"physics: nobody leads","details":{}}}\
        """;
    Path file = file("graph.json", "before");
    assertThat(run("export", file.toString())).isEqualTo(Main.FAILED);
    assertThat(err.toString().strip()).isEqualTo("starling: physics: nobody leads");
    assertThat(file).hasContent("before");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
