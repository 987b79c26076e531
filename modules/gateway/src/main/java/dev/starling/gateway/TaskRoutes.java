/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentsReader;
import dev.starling.protocol.flow.FlowClientMessage.TaskSubmit;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /api/tasks}: tasks of the whole mesh, through any gateway. */
final class TaskRoutes {
  private static final String TASKS = "/api/tasks";
  private static final String TASK = "/api/tasks/:id";
  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  private final AgentOperations operations;
  private final int maxMessage;
  private final Access access;

  TaskRoutes(AgentOperations operations, int maxMessage, Access access) {
    this.operations = operations;
    this.maxMessage = maxMessage;
    this.access = access;
  }

  void mount(Router routes) {
    HttpReplies.reading(routes, TASKS)
        .handler(access.require(Permission.OBSERVE))
        .handler(this::list);
    HttpReplies.reading(routes, TASK)
        .handler(access.require(Permission.OBSERVE))
        .handler(this::one);
    routes.post(TASKS).handler(access.require(Permission.AGENTS)).handler(JsonBodies::require);
    routes
        .post(TASKS)
        .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
        .handler(this::submit)
        .failureHandler(JsonBodies::failed);
    routes.delete(TASK).handler(access.require(Permission.AGENTS)).handler(this::cancel);
  }

  private void submit(RoutingContext call) {
    Buffer body = call.body().buffer();
    TaskSubmit asked = AgentsReader.task(body == null ? new byte[0] : body.getBytes());
    answer(call, 201, operations.submit(asked, subject(call)));
  }

  private void cancel(RoutingContext call) {
    answer(call, 200, operations.cancel(id(call), subject(call)));
  }

  private void one(RoutingContext call) {
    long wait = HttpReplies.number(call, "waitMs", 0, TaskMessage.MOST_WAIT_MILLIS, 0);
    answer(call, 200, operations.task(HttpReplies.operation(call), id(call), wait));
  }

  private static void answer(RoutingContext call, int status, Future<Task> asked) {
    HttpReplies.answer(
        call, asked, task -> HttpReplies.json(call, status, json -> write(json, task)));
  }

  private void list(RoutingContext call) {
    int limit = (int) HttpReplies.number(call, "limit", 1, MOST, USUAL);
    String after = Objects.requireNonNullElse(HttpReplies.parameter(call, "after"), "");
    TasksQuery query =
        new TasksQuery(after, limit, status(call), HttpReplies.parameter(call, "agentId"));
    HttpReplies.answer(
        call,
        operations.tasks(HttpReplies.operation(call), query),
        page -> HttpReplies.json(call, 200, json -> write(json, page)));
  }

  private static @Nullable TaskStatus status(RoutingContext call) {
    String given = HttpReplies.parameter(call, "status");
    return given == null
        ? null
        : TaskStatus.of(given)
            .orElseThrow(() ->
                RefusalException.ofField(
                    ErrorCode.INVALID_MESSAGE,
                    "status",
                    "one of " + String.join(", ", TaskStatus.KNOWN),
                    given.substring(0, Math.min(given.length(), 40))));
  }

  private static String subject(RoutingContext call) {
    return Objects.requireNonNullElse(Access.principal(call).subject(), "");
  }

  private static String id(RoutingContext call) {
    return Objects.requireNonNullElse(call.pathParam("id"), "");
  }

  private static void write(JsonGenerator json, TasksPage page) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("tasks");
    for (Task task : page.tasks()) {
      write(json, task);
    }
    json.writeEndArray();
    json.writeStringField("next", page.more() ? page.tasks().getLast().taskId() : null);
    json.writeEndObject();
  }

  /** A task as REST shows it. */
  static void write(JsonGenerator json, Task task) throws IOException {
    TaskRequest request = task.request();
    json.writeStartObject();
    json.writeStringField("taskId", task.taskId());
    json.writeStringField("description", request.description());
    json.writeStringField("target", request.target());
    json.writeStringField("kind", request.kind());
    json.writeStringField("capability", request.capability());
    json.writeStringField("priority", request.priority().word());
    json.writeStringField("status", task.status().word());
    json.writeStringField("agentId", task.agentId());
    json.writeNumberField("attempt", task.attempt());
    JsonOutput.number(json, "progress", task.progress());
    json.writeStringField("message", task.message());
    json.writeFieldName("result");
    json.writeRawValue(task.result() == null ? "null" : task.result().toString());
    json.writeStringField("reason", task.reason());
    json.writeNumberField("created", task.created());
    JsonOutput.number(json, "started", reached(task.started()));
    JsonOutput.number(json, "ended", reached(task.ended()));
    json.writeNumberField("deadline", task.deadline());
    Long estimate = task.estimatedCompletion(System.currentTimeMillis());
    JsonOutput.instant(
        json, "estimatedCompletion", estimate == null ? null : Instant.ofEpochMilli(estimate));
    json.writeEndObject();
  }

  private static @Nullable Long reached(long millis) {
    return millis == 0 ? null : millis;
  }
}
