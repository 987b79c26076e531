/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One example with what it needs first: agents on sockets, an agent of a node, a task, a swarm. */
final class HttpExchange implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Set<String> STARTED = Set.of("idle", "active");

  private final DocumentedNodes nodes;
  private final HttpExample example;
  private final List<QisClient> agents = new ArrayList<>();
  private @Nullable String hosted;
  private @Nullable String task;

  HttpExchange(ApiDocument document, DocumentedNodes nodes, HttpExample example) {
    this.nodes = nodes;
    this.example = example;
    document.list(example.example(), "x-before").forEach(this::register);
    JsonObject packet = example.example().getJsonObject("x-outcome");
    if (packet != null) {
      JsonObject outcome = new JsonObject().put("type", "outcome").put("packet", packet);
      agents.getFirst().send(outcome).next("outcome_ack");
    }
    JsonObject agent = example.example().getJsonObject("x-agent");
    if (agent != null) {
      hosted = started(agent);
    }
    JsonObject swarm = example.example().getJsonObject("x-swarm");
    if (swarm != null) {
      post("/api/swarms", swarm);
    }
    JsonObject wanted = example.example().getJsonObject("x-task");
    if (wanted != null) {
      task = post("/api/tasks", wanted).getString("taskId");
    }
  }

  private void register(JsonObject message) {
    QisClient agent = nodes.connect("/", "?token=" + DocumentedNodes.token());
    agents.add(agent);
    agent.send(message).next("registered");
  }

  private String started(JsonObject agent) {
    String id = post("/api/agents", agent).getString("agentId");
    eventually("agent " + id + " has started", SOON, () -> hasStarted(id));
    return id;
  }

  private boolean hasStarted(String id) {
    Answer answer = ask("GET", "/api/agents/" + id, null);
    return answer.status() == 200
        && STARTED.contains(
            new JsonObject(answer.body()).getJsonObject("state").getString("status"));
  }

  private JsonObject post(String path, JsonObject body) {
    Answer answer = ask("POST", path, body.encode());
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    return new JsonObject(answer.body());
  }

  private Answer ask(String method, String path, @Nullable String body) {
    String text = body == null ? "" : body;
    String request =
        String.join(
            "\r\n",
            method + " " + path + " HTTP/1.1",
            "host: localhost",
            "authorization: Bearer " + DocumentedNodes.token(),
            "content-type: application/json",
            "content-length: " + text.getBytes(UTF_8).length,
            "connection: close",
            "",
            text);
    return RawHttp.exchange(nodes.httpPort(example.node()), request);
  }

  /** Sends the example, by its own method or by another. */
  Answer send(String method) {
    Answer first = request(method);
    // The one request of a minute may have been left.
    boolean again = example.status() == 429 && first.status() != 429;
    return again ? request(method) : first;
  }

  private Answer request(String method) {
    String target = example.target(task == null ? hosted : task);
    StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    example.headers().forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    request.append("connection: close\r\n\r\n");
    String body = example.body();
    return RawHttp.exchange(nodes.httpPort(example.node()), request + (body == null ? "" : body));
  }

  @Override
  public void close() {
    agents.forEach(QisClient::close);
    if (hosted != null) {
      ask("DELETE", "/api/agents/" + hosted, null);
    }
  }
}
