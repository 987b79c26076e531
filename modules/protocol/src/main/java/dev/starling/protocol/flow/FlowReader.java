/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.settings.SettingUpdate;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of the console's dialect: either a whole message or a {@link RefusalException}
 * that names the field, what was expected and what came. Fields that are not known are passed over.
 * Stateless.
 */
public final class FlowReader {
  /** Longest id of an agent, a node, a conversation or a user, in characters. */
  public static final int MAX_NAME = 256;

  /** Longest token, in characters. */
  public static final int MAX_TOKEN = 8 * 1024;

  /** The types of this dialect, as errors list them. */
  public static final List<String> TYPES =
      List.of(
          "auth",
          "subscribe",
          "unsubscribe",
          "settings",
          "settings_batch",
          "graph_interaction",
          "agent_control",
          "agent_spawn",
          "task_submit",
          "task_cancel",
          "task_report",
          "voice_command",
          "voice_start",
          "voice_stop");

  /** Most names in one message: each event some times over, so that nobody pays for more. */
  private static final int MOST_EVENTS = 64;

  private FlowReader() {}

  /** Whether {@code type} is one of this dialect. */
  public static boolean isKnown(String type) {
    return TYPES.contains(type);
  }

  /**
   * The message of a known type in {@code bytes[from, to)}, which must be UTF-8.
   *
   * @throws RefusalException INVALID_JSON, INVALID_MESSAGE or UNKNOWN_EVENT
   * @throws IOException where it is no JSON
   */
  public static FlowClientMessage read(String type, byte[] bytes, int from, int to)
      throws IOException {
    return switch (type) {
      case "auth" -> auth(bytes, from, to);
      case "subscribe" -> subscription(bytes, from, to, true);
      case "unsubscribe" -> subscription(bytes, from, to, false);
      case "settings" -> settings(bytes, from, to);
      case "settings_batch" -> settingsBatch(bytes, from, to);
      case "graph_interaction" -> ActionReader.graphInteraction(bytes, from, to);
      case "agent_control" -> ActionReader.agentControl(bytes, from, to);
      case "agent_spawn" -> AgentsReader.spawn(bytes, from, to);
      case "task_submit" -> AgentsReader.submit(bytes, from, to);
      case "task_cancel" -> AgentsReader.cancel(bytes, from, to);
      case "task_report" -> AgentsReader.report(bytes, from, to);
      case "voice_command" -> VoiceReader.command(bytes, from, to);
      case "voice_start" -> VoiceReader.start(bytes, from, to);
      case "voice_stop" -> VoiceReader.stop(bytes, from, to);
      default -> throw new IllegalArgumentException("no message is of the type " + type);
    };
  }

  private static FlowClientMessage auth(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String token = null;
    String pubkey = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "token" -> token = Fields.text(in, name, MAX_TOKEN);
          case "pubkey" -> pubkey = optional(in, name);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.Auth(id, required("token", "a JSON Web Token", token), pubkey);
  }

  private static FlowClientMessage subscription(byte[] bytes, int from, int to, boolean more)
      throws IOException {
    RawJson id = null;
    List<String> names = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "events" -> names = events(in);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    Set<Event> events =
        known(required("events", "an array of " + String.join(", ", Event.KNOWN), names));
    return more
        ? new FlowClientMessage.Subscribe(id, events)
        : new FlowClientMessage.Unsubscribe(id, events);
  }

  private static FlowClientMessage settings(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String path = null;
    RawJson value = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "path" -> path = Fields.text(in, name, SettingUpdates.LONGEST_PATH);
          case "value" -> value = in.rawValue();
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.Settings(id, SettingUpdates.update(path, value, ""));
  }

  private static FlowClientMessage settingsBatch(byte[] bytes, int from, int to)
      throws IOException {
    RawJson id = null;
    List<SettingUpdate> updates = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "updates" -> updates = SettingUpdates.batch(in, name);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.SettingsBatch(
        id, required("updates", "an array of objects with path and value", updates));
  }

  private static @Nullable List<String> events(JsonInput in) throws IOException {
    return in.isNull() ? null : Fields.texts(in, "events", MOST_EVENTS, MAX_NAME);
  }

  private static Set<Event> known(List<String> names) {
    Set<Event> events = EnumSet.noneOf(Event.class);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String field = "events[" + i + "]";
      events.add(Event.of(name).orElseThrow(() -> unknown(field, name)));
    }
    return events;
  }

  private static RefusalException unknown(String field, String name) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", field);
    details.put("expected", "one of " + String.join(", ", Event.KNOWN));
    details.put("came", name);
    details.put("known", Event.KNOWN);
    return new RefusalException(ErrorCode.UNKNOWN_EVENT, "unknown event: " + name, details);
  }

  /** A name that may be missing; an empty one is as good as none. */
  static @Nullable String optional(JsonInput in, String field) throws IOException {
    String name = Fields.text(in, field, MAX_NAME);
    return name == null || name.isEmpty() ? null : name;
  }

  /** What must be there; an empty text is as good as none. */
  static <T> T required(String field, String expected, @Nullable T value) {
    if (value == null || value.equals("")) {
      throw refusal(field, expected, value == null ? "nothing" : "an empty string");
    }
    return value;
  }

  static RefusalException refusal(String field, String expected, String came) {
    return RefusalException.ofField(ErrorCode.INVALID_MESSAGE, field, expected, came);
  }
}
