/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.starling.testkit.NodeProcess;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.jackson2.DefaultJsonSchemaValidator;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;

/** A way in which somebody has agents started and controlled. */
sealed interface AgentHands {
  /** Has an agent started; its id. */
  String spawn(String kind, String name);

  /** Has something done to an agent; how it is then, or all that is said where it is refused. */
  String control(String action, String agentId);

  /** By REST. */
  record Rest(NodeProcess node) implements AgentHands {
    @Override
    public String spawn(String kind, String name) {
      JsonObject request = JsonObject.of("kind", kind, "name", name);
      NodeProcess.Answer answer = node.post("/api/agents", request.encode());
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      return answer.json().getString("agentId");
    }

    @Override
    public String control(String action, String agentId) {
      String agent = "/api/agents/" + agentId;
      NodeProcess.Answer answer =
          action.equals("stop") ? node.delete(agent, "{}") : node.post(agent + "/" + action, "{}");
      return answer.status() == 200 ? answer.json().getString("status") : answer.body();
    }
  }

  /** By messages on a socket. */
  record Socket(FlowClient client) implements AgentHands {
    @Override
    public String spawn(String kind, String name) {
      JsonObject spawned =
          client.ask(FlowClient.message("agent_spawn").put("kind", kind).put("name", name));
      assertThat(spawned.getString("type")).as(spawned.encode()).isEqualTo("agent_spawned");
      return spawned.getString("agentId");
    }

    @Override
    public String control(String action, String agentId) {
      JsonObject answer =
          client.ask(
              FlowClient.message("agent_control").put("action", action).put("agentId", agentId));
      return answer.getString("type").equals("agent_controlled")
          ? answer.getString("status")
          : answer.encode();
    }
  }

  /** By the tools of MCP, with the official client. */
  record Mcp(McpSyncClient client) implements AgentHands, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final McpJsonMapper JSON = new JacksonMcpJsonMapper(new ObjectMapper());

    /** Connects to a node. */
    static Mcp at(NodeProcess node) {
      return over(
          HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + node.httpPort())
              .endpoint("/mcp")
              .jsonMapper(JSON)
              .build());
    }

    /** Starts a program that connects to a node. */
    static Mcp by(ServerParameters program) {
      return over(new StdioClientTransport(program, JSON));
    }

    private static Mcp over(McpClientTransport transport) {
      McpSyncClient client = client(transport).build();
      client.initialize();
      return new Mcp(client);
    }

    /** The official client over {@code transport}, as patient as tests are. */
    static McpClient.SyncSpec client(McpClientTransport transport) {
      return McpClient.sync(transport)
          .requestTimeout(PATIENCE)
          .initializationTimeout(PATIENCE)
          .jsonSchemaValidator(new DefaultJsonSchemaValidator());
    }

    @Override
    public String spawn(String kind, String name) {
      return call("agent_spawn", Map.of("kind", kind, "name", name)).getString("agent_id");
    }

    @Override
    public String control(String action, String agentId) {
      JsonObject answer = ask("agent_control", Map.of("action", action, "agent_id", agentId));
      return answer.getString("status", answer.encode());
    }

    /** What a tool gives. */
    JsonObject call(String tool, Map<String, Object> arguments) {
      JsonObject answer = ask(tool, arguments);
      assertThat(answer.fieldNames()).as(answer.encode()).doesNotContain("refusal");
      return answer;
    }

    /** What a tool gives; where it refuses, that alone. */
    JsonObject ask(String tool, Map<String, Object> arguments) {
      CallToolResult result =
          client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
      return Boolean.TRUE.equals(result.isError())
          ? JsonObject.of("refusal", result.content().toString())
          : JsonObject.mapFrom(result.structuredContent());
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
