/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JacksonException;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.json.Utf8;
import dev.starling.protocol.qis.QisReader;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is said of agents to be started and of tasks, in messages and in the bodies of REST
 * calls, which have the same fields. Stateless.
 */
public final class AgentsReader {
  private static final String PRIORITIES =
      Arrays.stream(TaskPriority.values())
          .map(TaskPriority::word)
          .collect(Collectors.joining(", "));

  /** Characters of a kind, a name or a capability at most. */
  private static final int MOST_WORD = 64;

  private static final int MOST_ATTEMPTS = 1_000_000;

  private static final Pattern OWN_TASK_ID = Pattern.compile("(?!task-)[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final String USUAL_TOPOLOGY = "mesh";
  private static final String USUAL_STRATEGY = "balanced";
  private static final int USUAL_AGENTS = 8;
  private static final int MOST_AGENTS = 1_000;

  private AgentsReader() {}

  /**
   * The agent that the body of a REST call asks for.
   *
   * @throws RefusalException INVALID_JSON or INVALID_MESSAGE
   */
  public static SpawnRequest spawn(byte[] body) {
    return read(body, (bytes, from, to) -> spawn(bytes, from, to).request());
  }

  /**
   * The task that the body of a REST call asks for.
   *
   * @throws RefusalException INVALID_JSON, INVALID_MESSAGE or INVALID_FINGERPRINT
   */
  public static FlowClientMessage.TaskSubmit task(byte[] body) {
    return read(body, AgentsReader::submit);
  }

  /**
   * The swarm that the body of a REST call asks for; what it leaves out is as usual.
   *
   * @throws RefusalException INVALID_JSON or INVALID_MESSAGE
   */
  public static SwarmRequest swarm(byte[] body) {
    return read(body, AgentsReader::swarm);
  }

  private static SwarmRequest swarm(byte[] bytes, int from, int to) throws IOException {
    String endpoint = null;
    String topology = null;
    String strategy = null;
    int maxAgents = USUAL_AGENTS;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "endpoint" -> endpoint = Fields.text(in, name, FlowReader.MAX_NAME);
          case "topology" -> topology = optional(in, name, MOST_WORD);
          case "strategy" -> strategy = optional(in, name, MOST_WORD);
          case "maxAgents" -> maxAgents = Fields.whole(in, name, 1, MOST_AGENTS, USUAL_AGENTS);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new SwarmRequest(
        FlowReader.required("endpoint", "the name of a swarm that an operator named", endpoint),
        Objects.requireNonNullElse(topology, USUAL_TOPOLOGY),
        maxAgents,
        Objects.requireNonNullElse(strategy, USUAL_STRATEGY));
  }

  private interface Reading<T> {
    T read(byte[] bytes, int from, int to) throws IOException;
  }

  private static <T> T read(byte[] body, Reading<T> reading) {
    try {
      if (!Utf8.isValid(body)) {
        throw JsonMessages.invalid("the text is not UTF-8");
      }
      return reading.read(body, 0, body.length);
    } catch (JacksonException e) {
      throw JsonMessages.invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FlowClientMessage.AgentSpawn spawn(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String kind = null;
    String called = null;
    String profile = null;
    String node = null;
    String swarm = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "kind" -> kind = Fields.text(in, name, MOST_WORD);
          case "name" -> called = optional(in, name, MOST_WORD);
          case "profile" -> profile = optional(in, name, QisReader.MAX_PROFILE);
          case "node" -> node = optional(in, name, FlowReader.MAX_NAME);
          case "swarm" -> swarm = optional(in, name, FlowReader.MAX_NAME);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    String required = FlowReader.required("kind", "the kind of agent to start", kind);
    return new FlowClientMessage.AgentSpawn(
        id, new SpawnRequest(required, called, profile, node, swarm));
  }

  static FlowClientMessage.TaskSubmit submit(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String taskId = null;
    Draft draft = new Draft();
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "taskId" -> taskId = ownTaskId(in, name);
          default -> draft.member(in, name);
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.TaskSubmit(id, taskId, draft.request());
  }

  /** An id that its client made, which none that the mesh makes is like. */
  private static @Nullable String ownTaskId(JsonInput in, String field) throws IOException {
    String given = optional(in, field, MOST_WORD);
    if (given != null && !OWN_TASK_ID.matcher(given).matches()) {
      throw FlowReader.refusal(
          field,
          "letters, digits, '.', '_' and '-', first a letter or digit, and not \"task-\"",
          given);
    }
    return given;
  }

  /** A task as far as it was read. */
  private static final class Draft {
    private @Nullable String description;
    private @Nullable String target;
    private @Nullable String kind;
    private @Nullable String capability;
    private float @Nullable [] values;
    private @Nullable String space;
    private TaskPriority priority = TaskPriority.NORMAL;
    private @Nullable RawJson input;
    private @Nullable Double timeout;

    void member(JsonInput in, String name) throws IOException {
      switch (name) {
        case "description" -> description = Fields.text(in, name, TaskRequest.MOST_DESCRIPTION);
        case "target" -> target = optional(in, name, QisReader.MAX_NAME);
        case "kind" -> kind = optional(in, name, MOST_WORD);
        case "capability" -> capability = optional(in, name, MOST_WORD);
        case "fingerprint" -> values = in.isNull() ? null : in.floats(name);
        case "space" -> space = optional(in, name, QisReader.MAX_NAME);
        case "priority" -> priority = priority(in, name);
        case "input" -> input = Fields.object(in, name, TaskRequest.MOST_INPUT);
        case "timeoutMs" -> timeout = Fields.number(in, name);
        default -> in.skipValue();
      }
    }

    TaskRequest request() {
      return new TaskRequest(
          FlowReader.required("description", "what is to be done, in words", description),
          target,
          kind,
          capability,
          meaning(),
          priority,
          input,
          timeoutMillis());
    }

    private @Nullable Fingerprint meaning() {
      float[] given = values;
      if (given == null) {
        return null;
      }
      return space == null ? Fingerprint.of(given) : new Fingerprint(space, given);
    }

    private long timeoutMillis() {
      Double given = timeout;
      if (given == null) {
        return 0;
      }
      if (given < 1 || given > TaskRequest.MOST_TIMEOUT_MILLIS) {
        throw FlowReader.refusal(
            "timeoutMs",
            "a number of milliseconds from 1 to " + TaskRequest.MOST_TIMEOUT_MILLIS,
            given.toString());
      }
      return given.longValue();
    }
  }

  private static TaskPriority priority(JsonInput in, String field) throws IOException {
    String given = optional(in, field, FlowReader.MAX_NAME);
    if (given == null) {
      return TaskPriority.NORMAL;
    }
    return Arrays.stream(TaskPriority.values())
        .filter(one -> one.word().equals(given))
        .findFirst()
        .orElseThrow(() -> FlowReader.refusal(field, "one of " + PRIORITIES, given));
  }

  static FlowClientMessage cancel(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String taskId = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "taskId" -> taskId = Fields.text(in, name, FlowReader.MAX_NAME);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.TaskCancel(
        id, FlowReader.required("taskId", "the task's id", taskId));
  }

  static FlowClientMessage report(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String taskId = null;
    int attempt = 0;
    ReportDraft draft = new ReportDraft();
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "taskId" -> taskId = Fields.text(in, name, FlowReader.MAX_NAME);
          case "attempt" -> attempt = Fields.whole(in, name, 1, MOST_ATTEMPTS, 0);
          default -> draft.member(in, name);
        }
      }
      JsonMessages.requireEnd(in);
    }
    String required = FlowReader.required("taskId", "the task's id", taskId);
    FlowReader.required("attempt", "the attempt that came with the task", attempt == 0 ? null : 1);
    return new FlowClientMessage.TaskReport(id, required, attempt, draft.step());
  }

  /** A report as far as it was read. */
  private static final class ReportDraft {
    private @Nullable String status;
    private @Nullable Double progress;
    private @Nullable String message;
    private @Nullable RawJson result;
    private @Nullable String reason;
    private boolean mayRetry;

    void member(JsonInput in, String name) throws IOException {
      switch (name) {
        case "status" -> status = optional(in, name, FlowReader.MAX_NAME);
        case "progress" -> progress = Fields.number(in, name);
        case "message" -> message = optional(in, name, TaskRequest.MOST_WORDS);
        case "result" -> result = Fields.object(in, name, TaskRequest.MOST_INPUT);
        case "reason" -> reason = optional(in, name, TaskRequest.MOST_WORDS);
        case "retry" -> mayRetry = Fields.flag(in, name, false);
        default -> in.skipValue();
      }
    }

    TaskStep step() {
      return switch (status) {
        case null -> progress();
        case "progressing" -> progress();
        case "completed" -> new TaskStep.Completed(result == null ? RawJson.EMPTY_OBJECT : result);
        case "failed" ->
            new TaskStep.Failed(
                FlowReader.required("reason", "why the task failed", reason), mayRetry);
        default ->
            throw FlowReader.refusal("status", "one of progressing, completed, failed", status);
      };
    }

    private TaskStep progress() {
      Double percent = progress;
      if (percent != null && (percent < 0 || percent > 100)) {
        throw FlowReader.refusal("progress", "a number from 0 to 100", percent.toString());
      }
      return new TaskStep.Progress(percent, message);
    }
  }

  /** A text that may be missing; an empty one is as good as none. */
  private static @Nullable String optional(JsonInput in, String field, int most)
      throws IOException {
    String text = Fields.text(in, field, most);
    return text == null || text.isEmpty() ? null : text;
  }
}
