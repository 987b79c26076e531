/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.mcp.JsonShape.choice;
import static dev.starling.gateway.mcp.JsonShape.flag;
import static dev.starling.gateway.mcp.JsonShape.list;
import static dev.starling.gateway.mcp.JsonShape.number;
import static dev.starling.gateway.mcp.JsonShape.object;
import static dev.starling.gateway.mcp.JsonShape.orNull;
import static dev.starling.gateway.mcp.JsonShape.text;
import static dev.starling.gateway.mcp.JsonShape.whole;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.mcp.JsonShape;
import dev.starling.gateway.mcp.McpCall;
import dev.starling.gateway.mcp.McpTool;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentsReader;
import dev.starling.protocol.flow.FlowClientMessage.TaskReport;
import dev.starling.protocol.flow.FlowClientMessage.TaskSubmit;
import dev.starling.protocol.flow.FlowServerMessage.TaskAssigned;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks: to ask for them, and to do them as this session's agent. Gateway's loop only. */
final class McpTaskTools {
  private static final int MOST_ATTEMPTS = 1_000_000;
  private static final String TASK_ID = "task_id";

  /** What waits for an agent that was given no more tasks reaches it within this time. */
  private static final long COMES_BACK_MILLIS = 1_000;

  private final Gateway gateway;
  private final McpTaskWatch watch;

  McpTaskTools(Gateway gateway, McpTaskWatch watch) {
    this.gateway = gateway;
    this.watch = watch;
  }

  List<McpTool<McpVisit>> all() {
    return List.of(submit(), status(), cancel(), claim(), report());
  }

  private McpTool<McpVisit> submit() {
    String[] priorities =
        Arrays.stream(TaskPriority.values()).map(TaskPriority::word).toArray(String[]::new);
    return new McpTool<>(
        "task_submit",
        "Ask for a task",
        "Gives a task to an agent: to the one that is named, to any of a kind or capability, or else"
            + " to the one that is most about its description.",
        Permission.AGENTS,
        false,
        JsonShape.EMPTY
            .with("description", text("what is to be done, in words"))
            .optional("target", text("id of the agent that is to do it"))
            .optional("kind", text("only agents of this kind"))
            .optional("capability", text("only agents that can do this"))
            .optional(
                TASK_ID,
                text(
                    "an id for it, 1 to 64 letters, digits, dots, underscores and hyphens: asking"
                        + " again with it finds the same task"))
            .optional("priority", choice("how urgent it is", priorities))
            .optional("input", object("what the agent is given"))
            .optional(
                "timeout_ms",
                whole("after which it has failed", 1, TaskRequest.MOST_TIMEOUT_MILLIS)),
        taskShape(),
        (visit, call, arguments) ->
            gateway.operations().submit(asked(arguments), visit.owner()).map(McpTaskTools::json));
  }

  private static TaskSubmit asked(JsonObject arguments) {
    JsonObject body = arguments.copy();
    rename(body, "timeout_ms", "timeoutMs");
    rename(body, TASK_ID, "taskId");
    return AgentsReader.task(body.toBuffer().getBytes());
  }

  private static void rename(JsonObject body, String from, String to) {
    Object value = body.remove(from);
    if (value != null) {
      body.put(to, value);
    }
  }

  private static JsonShape taskShape() {
    return JsonShape.EMPTY
        .with(TASK_ID, text("the task's id"))
        .with("description", text("what is to be done"))
        .with("status", text("one of " + String.join(", ", TaskStatus.KNOWN)))
        .with("agent_id", orNull(text("who has it, or had it last")))
        .with("attempt", whole("how often it was given to an agent"))
        .with("progress", orNull(number("per cent, as its agent says")))
        .with("message", orNull(text("what its agent says of it")))
        .with("result", orNull(object("once it is completed")))
        .with("reason", orNull(text("why it ended without a result, or waits")))
        .with("created", whole("milliseconds since 1970"))
        .with("deadline", whole("milliseconds since 1970, when it fails if it has not ended"));
  }

  /** A task as tools and resources show it. */
  static JsonObject json(Task task) {
    return new JsonObject()
        .put(TASK_ID, task.taskId())
        .put("description", task.request().description())
        .put("status", task.status().word())
        .put("agent_id", task.agentId())
        .put("attempt", task.attempt())
        .put("progress", task.progress())
        .put("message", task.message())
        .put("result", parsed(task.result()))
        .put("reason", task.reason())
        .put("created", task.created())
        .put("deadline", task.deadline());
  }

  private static @Nullable JsonObject parsed(@Nullable RawJson raw) {
    return raw == null ? null : new JsonObject(raw.toString());
  }

  private McpTool<McpVisit> status() {
    return new McpTool<>(
        "task_status",
        "How a task is",
        "How a task is; with wait_ms, once it has ended or that time is over. Where the call has a"
            + " progress token, the task's progress is told meanwhile.",
        Permission.OBSERVE,
        true,
        JsonShape.EMPTY
            .with(TASK_ID, text("the task's id"))
            .optional(
                "wait_ms", whole("how long to wait for its end", 0, TaskMessage.MOST_WAIT_MILLIS)),
        taskShape(),
        this::status);
  }

  private Future<JsonObject> status(McpVisit visit, McpCall call, JsonObject arguments) {
    String taskId = arguments.getString(TASK_ID);
    long wait = arguments.getLong("wait_ms", 0L);
    Runnable leave = call.wantsProgress() && wait > 0 ? watch.watch(taskId, call) : () -> {};
    return awaited(call, taskId, wait)
        .map(McpTaskTools::json)
        .onComplete(done -> visit.loop().run(leave));
  }

  /** How a task is when it has ended, or when nobody waits any more. */
  private Future<Task> awaited(McpCall call, String taskId, long wait) {
    Promise<Task> known = Promise.promise();
    ask(taskId, wait).onComplete(known::tryComplete, known::tryFail);
    if (wait > 0) {
      call.abandoned()
          .onSuccess(over -> {
            if (!known.future().isComplete()) {
              ask(taskId, 0).onComplete(known::tryComplete, known::tryFail);
            }
          });
    }
    return known.future();
  }

  private Future<Task> ask(String taskId, long wait) {
    return gateway.operations().task("task_status", taskId, wait);
  }

  private McpTool<McpVisit> cancel() {
    return new McpTool<>(
        "task_cancel",
        "Take a task back",
        "Cancels a task that has not ended.",
        Permission.AGENTS,
        false,
        JsonShape.EMPTY.with(TASK_ID, text("the task's id")),
        taskShape(),
        (visit, call, arguments) ->
            gateway
                .operations()
                .cancel(arguments.getString(TASK_ID), visit.owner())
                .map(McpTaskTools::json));
  }

  private McpTool<McpVisit> claim() {
    return new McpTool<>(
        "task_claim",
        "Take a task",
        "The next task that was given to this session's agent, to be reported on with task_report;"
            + " and those that it took earlier and has not ended. One that waits longer than half a"
            + " minute goes to others, and no more come until this is called again.",
        Permission.EMIT,
        false,
        JsonShape.EMPTY.optional(
            "wait_ms", whole("how long to wait for one", 0, TaskMessage.MOST_WAIT_MILLIS)),
        JsonShape.EMPTY
            .with("task", orNull(assignedShape().json()))
            .with("unfinished", list("taken earlier", assignedShape().json())),
        this::claim);
  }

  private static JsonShape assignedShape() {
    return JsonShape.EMPTY
        .with(TASK_ID, text("the task's id"))
        .with("attempt", whole("goes with every report"))
        .with("description", text("what is to be done"))
        .with("input", orNull(object("what was given with it")))
        .with("priority", text("how urgent it is"))
        .with("deadline", whole("milliseconds since 1970"));
  }

  private Future<JsonObject> claim(McpVisit visit, McpCall call, JsonObject arguments) {
    McpAgent agent = visit.registered();
    if (agent.registration().asked().tasks() == 0) {
      throw new RefusalException(
          ErrorCode.INVALID_MESSAGE,
          "this agent takes no tasks: call mesh_register again with tasks, such as 1");
    }
    long wait = arguments.getLong("wait_ms", 0L);
    boolean comesBack = gateway.attends(agent);
    return agent
        .waiters()
        .await(
            () -> agent.isOffered() || agent.held() == null,
            comesBack ? Math.max(wait, COMES_BACK_MILLIS) : wait,
            call.abandoned())
        .map(ignored -> claimed(agent, call));
  }

  /** A task that nobody would hear of stays where it is. */
  private JsonObject claimed(McpAgent agent, McpCall call) {
    Held held = agent.registration();
    agent.attend();
    JsonArray unfinished = new JsonArray();
    agent.claimed().forEach(task -> unfinished.add(json(task)));
    TaskAssigned task = call.abandoned().isComplete() ? null : agent.claim();
    if (task != null) {
      gateway.claimed(held);
    }
    return new JsonObject()
        .put("task", task == null ? null : json(task))
        .put("unfinished", unfinished);
  }

  private static JsonObject json(TaskAssigned task) {
    return new JsonObject()
        .put(TASK_ID, task.taskId())
        .put("attempt", task.attempt())
        .put("description", task.description())
        .put("input", parsed(task.input()))
        .put("priority", task.priority())
        .put("deadline", task.deadline());
  }

  private McpTool<McpVisit> report() {
    return new McpTool<>(
        "task_report",
        "Report on a task",
        "Says how far a claimed task is, or ends it: with a result it is completed, with a reason it"
            + " has failed.",
        Permission.EMIT,
        false,
        JsonShape.EMPTY
            .with(TASK_ID, text("the task's id"))
            .with("attempt", whole("the attempt that came with it", 1, MOST_ATTEMPTS))
            .optional("progress", number("per cent", 0, 100))
            .optional("message", text("what is being done"))
            .optional("result", object("what came of it, which ends it"))
            .optional("reason", text("why it cannot be done, in words, which ends it"))
            .optional("retry", flag("whether another agent might do what this one cannot")),
        JsonShape.EMPTY
            .with(TASK_ID, text("the task's id"))
            .with("current", flag("false where the task is somebody else's by now, or has ended")),
        this::report);
  }

  private Future<JsonObject> report(McpVisit visit, McpCall call, JsonObject arguments) {
    McpAgent agent = visit.registered();
    String taskId = arguments.getString(TASK_ID);
    TaskStep step = step(arguments);
    int attempt = arguments.getInteger("attempt");
    agent.claim(taskId, attempt);
    TaskReport report = new TaskReport(null, taskId, attempt, step);
    return gateway
        .report(agent, agent.registration(), report)
        .recover(failure -> notHad(taskId, failure))
        .map(reported -> {
          if (!(step instanceof TaskStep.Progress) || !reported.isCurrent()) {
            visit.loop().run(() -> agent.ended(taskId, attempt));
          }
          return new JsonObject().put(TASK_ID, taskId).put("current", reported.isCurrent());
        });
  }

  /** Where the answer to a report was lost, the next one finds the task ended or given away. */
  private Future<Reported> notHad(String taskId, Throwable failure) {
    boolean isNotHad =
        failure instanceof RefusalException refusal && refusal.code() == ErrorCode.TASK_NOT_FOUND;
    return isNotHad
        ? gateway.operations().task("task_report", taskId, 0).map(task -> new Reported(false))
        : Future.failedFuture(failure);
  }

  private static TaskStep step(JsonObject arguments) {
    JsonObject result = arguments.getJsonObject("result");
    String reason = reason(arguments);
    if (result != null && reason != null) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "reason", "a result or a reason", "both");
    }
    if (result != null) {
      byte[] bytes = result.toBuffer().getBytes();
      if (bytes.length > TaskRequest.MOST_INPUT) {
        throw RefusalException.ofField(
            ErrorCode.INVALID_MESSAGE,
            "result",
            "an object of at most " + TaskRequest.MOST_INPUT + " bytes",
            bytes.length + " bytes");
      }
      return new TaskStep.Completed(new RawJson(bytes));
    }
    return reason != null
        ? new TaskStep.Failed(reason, arguments.getBoolean("retry", false))
        : progress(arguments);
  }

  /** One without words is no progress: a model that gives up may think that it has said so. */
  private static @Nullable String reason(JsonObject arguments) {
    String reason = words(arguments, "reason");
    if (reason == null && arguments.containsKey("reason")) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "reason", "why it cannot be done, in words", "no words");
    }
    return reason;
  }

  private static TaskStep progress(JsonObject arguments) {
    Double percent = arguments.getDouble("progress");
    String message = words(arguments, "message");
    if (percent == null && message == null) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          "progress",
          "progress or message, or result or reason to end it",
          "none of them");
    }
    return new TaskStep.Progress(percent, message);
  }

  private static @Nullable String words(JsonObject arguments, String field) {
    String words = arguments.getString(field);
    if (words != null && words.length() > TaskRequest.MOST_WORDS) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          field,
          "at most " + TaskRequest.MOST_WORDS + " characters",
          words.length() + " characters");
    }
    return words == null || words.isBlank() ? null : words;
  }
}
