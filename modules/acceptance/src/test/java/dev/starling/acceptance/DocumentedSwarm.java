/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server on a TCP socket with as much of claude-flow 3 as the examples of the documents
 * need: a swarm, and agents. Each connection has its own.
 */
final class DocumentedSwarm implements AutoCloseable {
  private static final List<String> TOOLS =
      List.of(
          "swarm_init",
          "swarm_status",
          "swarm_shutdown",
          "agent_spawn",
          "agent_list",
          "task_create",
          "task_list");

  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final ServerSocket server;

  DocumentedSwarm() {
    try {
      server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void serve(Socket socket) {
    Books books = new Books();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonObject request = new JsonObject(line);
        if (request.containsKey("id")) {
          String answer = answer(request, books).put("id", request.getValue("id")).encode();
          socket.getOutputStream().write((answer + "\n").getBytes(UTF_8));
        }
      }
    } catch (IOException _) {
      // The node has gone.
    }
  }

  private static JsonObject answer(JsonObject request, Books books) {
    JsonObject params = request.getJsonObject("params", new JsonObject());
    JsonObject answer = new JsonObject().put("jsonrpc", "2.0");
    return switch (request.getString("method")) {
      case "initialize" -> answer.put("result", introduction());
      case "ping" -> answer.put("result", new JsonObject());
      case "tools/list" -> answer.put("result", JsonObject.of("tools", tools()));
      case "tools/call" ->
          answer.put(
              "result",
              text(books.call(params.getString("name"), params.getJsonObject("arguments"))));
      default -> answer.put("error", JsonObject.of("code", -32_601, "message", "Method not found"));
    };
  }

  private static JsonObject introduction() {
    return JsonObject.of(
        "protocolVersion",
        "2024-11-05",
        "serverInfo",
        JsonObject.of("name", "documented", "version", "1.0.0"),
        "capabilities",
        JsonObject.of("tools", new JsonObject()));
  }

  private static JsonArray tools() {
    JsonArray tools = new JsonArray();
    JsonObject anything = JsonObject.of("type", "object");
    TOOLS.forEach(name -> tools.add(JsonObject.of("name", name, "inputSchema", anything)));
    return tools;
  }

  private static JsonObject text(JsonObject told) {
    JsonObject content = JsonObject.of("type", "text", "text", told.encode());
    return JsonObject.of("content", JsonArray.of(content));
  }

  /** What one connection has. */
  private static final class Books {
    private final JsonArray agents = new JsonArray();
    private @Nullable JsonObject swarm;

    JsonObject call(String tool, JsonObject arguments) {
      return switch (tool) {
        case "swarm_init" -> started(arguments);
        case "swarm_status" -> status();
        case "swarm_shutdown" -> ended();
        case "agent_spawn" -> spawned(arguments);
        case "agent_list" -> JsonObject.of("agents", agents, "total", agents.size());
        case "task_list" -> JsonObject.of("tasks", new JsonArray(), "total", 0);
        default -> JsonObject.of("success", false, "error", "not in these examples: " + tool);
      };
    }

    private JsonObject started(JsonObject plan) {
      JsonObject started =
          new JsonObject()
              .put("swarmId", "swarm-" + UUID.randomUUID())
              .put("status", "running")
              .put("topology", plan.getString("topology"))
              .put("maxAgents", plan.getInteger("maxAgents"));
      swarm = started;
      return started.copy().put("success", true);
    }

    private JsonObject status() {
      JsonObject mine = swarm;
      return mine == null
          ? JsonObject.of("status", "no_swarm")
          : mine.copy().put("agentCount", agents.size()).put("taskCount", 0);
    }

    private JsonObject ended() {
      swarm = null;
      return JsonObject.of("success", true, "terminated", true);
    }

    private JsonObject spawned(JsonObject plan) {
      JsonObject agent =
          new JsonObject()
              .put("agentId", "agent-" + UUID.randomUUID())
              .put("agentType", plan.getString("agentType"))
              .put("status", "idle");
      agents.add(agent);
      return agent.copy().put("success", true);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
