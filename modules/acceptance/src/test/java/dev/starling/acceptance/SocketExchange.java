/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One example on one channel, on sockets of its own, which all that they hear is checked on. */
final class SocketExchange implements AutoCloseable {
  private static final List<String> OF_AGENTS = List.of("/ws/qis", "/");
  private static final Map<String, String> ANSWERS =
      Map.of("register", "registered", "subscribe", "subscribed");

  private final ApiDocument document;
  private final DocumentedNodes nodes;
  private final SocketExample example;
  private final String path;
  private final List<QisClient> others = new ArrayList<>();
  private final QisClient client;

  SocketExchange(ApiDocument document, DocumentedNodes nodes, SocketExample example, String path) {
    this.document = document;
    this.nodes = nodes;
    this.example = example;
    this.path = path;
    document
        .list(example.exchange(), "others")
        .forEach(message -> {
          QisClient other = open("?token=" + DocumentedNodes.token());
          others.add(other);
          say(other, message);
        });
    this.client = open(example.query());
  }

  /** Agents are not told that the token of their address was taken. */
  private QisClient open(String query) {
    QisClient opened = nodes.connect(path, query);
    if (!query.isEmpty() && !OF_AGENTS.contains(path)) {
      check(opened.next("authenticated"));
    }
    return opened;
  }

  private void say(QisClient to, JsonObject message) {
    to.send(message);
    check(to.next(ANSWERS.getOrDefault(message.getString("type"), "")));
  }

  /** Sends the example and takes what it is answered with. */
  void run() {
    document.list(example.exchange(), "before").forEach(message -> say(client, message));
    send(taskGiven());
    Integer close = example.exchange().getInteger("close");
    if (close != null) {
      assertThat(client.closeCode()).isEqualTo(close);
    } else if (example.exchange().containsKey("code")) {
      assertRefused(client.next("error"));
    } else {
      ApiDocument.texts(example.exchange(), "answers")
          .forEach(type -> assertAnswer(client.next(type)));
    }
    ApiDocument.texts(example.exchange(), "hears").forEach(type -> check(client.next(type)));
    others.forEach(other ->
        ApiDocument.texts(example.exchange(), "others-hear")
            .forEach(type -> check(other.next(type))));
  }

  /** The id of the task that the client's agent was given first; null for none. */
  private @Nullable String taskGiven() {
    JsonObject submit = example.exchange().getJsonObject("task");
    if (submit == null) {
      return null;
    }
    JsonObject taken = client.send(submit).next("task_status");
    check(taken);
    String taskId = taken.getString("taskId");
    check(
        client.next(
            message ->
                "task_assigned".equals(message.getString("type"))
                    && taskId.equals(message.getString("taskId")),
            "task " + taskId));
    return taskId;
  }

  private void send(@Nullable String taskId) {
    JsonObject payload = example.payload();
    String text = example.text();
    if (payload != null) {
      client.send(taskId == null ? payload : payload.copy().put("taskId", taskId));
    } else if (text != null) {
      client.send(text);
    } else {
      client.socket().writeBinaryMessage(Buffer.buffer(new byte[example.bytes()]));
    }
  }

  private void assertAnswer(JsonObject answer) {
    check(answer);
    JsonObject payload = example.payload();
    Object id = payload == null ? null : payload.getValue("id");
    assertThat(answer.getValue("id")).isEqualTo(id instanceof JsonObject ? null : id);
  }

  private void assertRefused(JsonObject error) {
    JsonObject expected = example.exchange();
    assertThat(error.getString("code")).as(error.encode()).isEqualTo(expected.getString("code"));
    JsonObject details = error.getJsonObject("details");
    assertThat(details.getString("role")).isEqualTo(expected.getString("role"));
    if (expected.containsKey("field")) {
      assertThat(details.getString("field")).isEqualTo(expected.getString("field"));
    }
    if (example.text() == null) {
      assertAnswer(error);
    } else {
      check(error);
    }
  }

  /** A message as the document describes its type. */
  private void check(JsonObject message) {
    JsonObject described =
        document.object(document.at("components", "messages"), message.getString("type"));
    assertThat(described.fieldNames()).as(message.encode()).isNotEmpty();
    assertThat(document.fault(described.getJsonObject("payload"), message)).isNull();
  }

  @Override
  public void close() {
    others.forEach(QisClient::close);
    client.close();
    others.forEach(other -> other.pending().forEach(this::check));
    client.pending().forEach(this::check);
  }
}
