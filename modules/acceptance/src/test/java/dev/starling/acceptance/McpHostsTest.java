/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.starling.gateway.auth.Permission;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node as an MCP server for the official clients, over HTTP and through the bridge. */
class McpHostsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path NPM = Path.of("src", "test", "npm", "mcp").toAbsolutePath();
  private static final McpJsonMapper JSON = new JacksonMcpJsonMapper(new ObjectMapper());

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static NodeProcess node;

  @SuppressWarnings("NullAway.Init")
  private static Path token;

  @BeforeAll
  static void start() throws IOException {
    Path secret =
        Files.writeString(folder.resolve("secret.yaml"), "auth: {secret: " + Tokens.SECRET + "}");
    token = Files.writeString(folder.resolve("token"), Tokens.of("host"));
    node =
        NodeProcess.start(
                "--config",
                secret.toString(),
                "--set",
                "auth.required=true",
                "--agents-dir",
                ExampleAgents.in(folder).toString())
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String url() {
    return "http://127.0.0.1:" + node.httpPort();
  }

  /** What a command printed, once it has ended well. */
  private static String run(ProcessBuilder command) throws Exception {
    Process process = command.redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }

  @Test
  void theOfficialClientForTypeScriptTakesPartInTheMesh() throws Exception {
    assertThat(NPM.resolve("node_modules")).as("scripts/test installs it").isDirectory();
    ProcessBuilder host =
        new ProcessBuilder(
            "node",
            "--experimental-websocket",
            "host.mjs",
            url() + "/mcp",
            Tokens.of("host"),
            Tokens.only("reader", List.of(Permission.OBSERVE)),
            "ws://127.0.0.1:" + node.agentPort() + "/?token=" + Tokens.of("peer"),
            ExampleAgents.KIND);
    assertThat(run(host.directory(NPM.toFile()))).contains("everything was as it should be");
  }

  @Test
  void theOfficialClientForJavaTakesPartInTheMesh() {
    takePart(
        HttpClientStreamableHttpTransport.builder(url())
            .endpoint("/mcp")
            .jsonMapper(JSON)
            .addHttpRequestCustomizer((request, method, uri, body, context) ->
                request.setHeader("authorization", "Bearer " + Tokens.of("java")))
            .build(),
        "java");
  }

  @Test
  void theOfficialClientForJavaIsRefusedWithoutAToken() {
    McpClientTransport transport =
        HttpClientStreamableHttpTransport.builder(url()).endpoint("/mcp").jsonMapper(JSON).build();
    McpSyncClient client = AgentHands.Mcp.client(transport).build();
    try {
      assertThatThrownBy(client::initialize)
          .rootCause()
          .isInstanceOfSatisfying(
              McpHttpClientTransportAuthorizationException.class,
              refused -> assertThat(refused.getResponseInfo().statusCode()).isEqualTo(401));
      assertThat(client.isInitialized()).isFalse();
    } finally {
      client.close();
    }
  }

  @Test
  void aHostThatStartsProgramsTakesPartThroughTheBridge() {
    List<String> bridge = bridge(url(), token);
    takePart(
        new StdioClientTransport(
            ServerParameters.builder(bridge.getFirst())
                .args(bridge.subList(1, bridge.size()))
                .build(),
            JSON),
        "bridge");
  }

  private static List<String> bridge(String url, Path tokenFile) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.starling.node.Main",
        "mcp",
        "--url",
        url,
        "--token-file",
        tokenFile.toString());
  }

  private static void takePart(McpClientTransport transport, String name) {
    Set<String> updated = ConcurrentHashMap.newKeySet();
    McpSyncClient client =
        AgentHands.Mcp.client(transport)
            .resourcesUpdateConsumer(changed -> changed.forEach(one -> updated.add(one.uri())))
            .build();
    try {
      assertThat(client.initialize().serverInfo().name()).isEqualTo("starling");
      assertThat(client.listTools().tools()).hasSizeGreaterThan(10);
      client.subscribeResource(SubscribeRequest.builder("mesh://agents").build());
      CallToolResult wrong = call(client, "mesh_register", Map.of());
      assertThat(wrong.isError()).isTrue();
      assertThat(wrong.content().toString()).contains("name: expected text");
      CallToolResult registered =
          call(
              client,
              "mesh_register",
              Map.of("name", name, "agent_id", name, "fingerprint", List.of(0, 0, 0, 1)));
      assertThat(registered.isError()).as(registered.toString()).isFalse();
      assertThat(registered.structuredContent().toString()).contains("agent_id=" + name);
      eventually("the agents change", PATIENCE, () -> updated.contains("mesh://agents"));
      assertThat(
              client.readResource(ReadResourceRequest.builder("mesh://agents").build()).toString())
          .contains(name);
      assertThat(call(client, "outcome_emit", Map.of("payload", "ß→é")).isError()).isFalse();
      assertThat(call(client, "outcome_poll", Map.of("wait_ms", 0)).isError()).isFalse();
    } finally {
      client.closeGracefully();
    }
  }

  private static CallToolResult call(
      McpSyncClient client, String tool, Map<String, Object> arguments) {
    return client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
  }

  @Test
  void theBridgeSaysWhyItCannotBegin() throws Exception {
    String beginning =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\","
            + "\"params\":{\"protocolVersion\":\"2025-11-25\"}}\n";
    String nobody =
        said(bridge("http://127.0.0.1:" + FreePorts.some(1).getFirst(), token), beginning);
    assertThat(nobody).contains("\"id\":7", "starling: no node answers at http://127.0.0.1:");
    Path wrong = Files.writeString(folder.resolve("wrong"), Tokens.forged(Tokens.claims("x")));
    assertThat(said(bridge(url(), wrong), beginning)).contains("\"id\":7", "refused the token");
  }

  /** What the bridge answers to one line, and then says of its failure. */
  private static String said(List<String> command, String line) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(line.getBytes(UTF_8));
    process.getOutputStream().flush();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isEqualTo(1);
    return printed;
  }
}
