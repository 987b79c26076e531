/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A console on a real socket: what it asks is told apart by the id that replies repeat. */
final class FlowClient implements AutoCloseable {
  private static final AtomicLong IDS = new AtomicLong();

  private final QisClient socket;

  FlowClient(QisClient socket) {
    this.socket = socket;
  }

  static JsonObject message(String type) {
    return new JsonObject().put("type", type);
  }

  /** The socket itself, for what this class does not offer. */
  QisClient socket() {
    return socket;
  }

  /** Sends a message under an id of its own; the first message that repeats it. */
  JsonObject ask(JsonObject message) {
    String id = "ask-" + IDS.incrementAndGet();
    socket.send(message.copy().put("id", id));
    return socket.next(reply -> id.equals(reply.getValue("id")), "a reply to " + message);
  }

  /** Sends a message that is refused; the error, which has the form of every error. */
  JsonObject refused(JsonObject message, String code) {
    return requireError(ask(message), code);
  }

  static JsonObject requireError(JsonObject error, String code) {
    assertThat(error.getString("type")).as(error.encode()).isEqualTo("error");
    assertThat(error.getString("code")).as(error.encode()).isEqualTo(code);
    assertThat(error.getString("message")).isNotBlank();
    assertThat(error.getString("error")).isEqualTo(error.getString("message"));
    assertThat(error.getJsonObject("details")).isNotNull();
    return error;
  }

  List<String> subscribe(String... events) {
    return subscribed("subscribe", events);
  }

  List<String> unsubscribe(String... events) {
    return subscribed("unsubscribe", events);
  }

  /** What the session is subscribed to. */
  List<String> events() {
    return subscribed("unsubscribe");
  }

  private List<String> subscribed(String type, String... events) {
    JsonObject reply = ask(message(type).put("events", new JsonArray(List.of(events))));
    assertThat(reply.getString("type")).as(reply.encode()).isEqualTo("subscribed");
    assertThat(reply.fieldNames()).containsExactly("type", "events", "id");
    return ThreeNodes.strings(reply.getJsonArray("events"));
  }

  /** Changes a setting; the confirmation. */
  JsonObject set(String path, @Nullable Object value) {
    JsonObject reply = ask(setting(path, value));
    assertThat(reply.getString("type")).as(reply.encode()).isEqualTo("settings_updated");
    return reply;
  }

  static JsonObject setting(String path, @Nullable Object value) {
    return message("settings").put("path", path).put("value", value);
  }

  /** Shows a token; the answer to it. */
  JsonObject show(String token) {
    JsonObject reply = ask(message("auth").put("token", token));
    assertThat(reply.getString("type")).as(reply.encode()).isEqualTo("authenticated");
    return reply;
  }

  /** What came of a type and was not taken yet, once all has come that was sent before. */
  List<JsonObject> waiting(String type) {
    return socket.settle().pending().stream()
        .filter(message -> type.equals(message.getString("type")))
        .toList();
  }

  @Override
  public void close() {
    socket.close();
  }
}
