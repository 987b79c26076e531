/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.flow.FlowServerMessage.AgentControlled;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentSpawned;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
import dev.starling.protocol.flow.FlowServerMessage.TaskAnswered;
import dev.starling.protocol.flow.FlowServerMessage.TaskAssigned;
import dev.starling.protocol.flow.FlowServerMessage.TaskCancelled;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowServerMessage.TaskReported;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is said of agents and tasks, as JSON. Stateless. */
final class AgentWriter {
  /** Characters of what an agent does now, in its status, at most. */
  private static final int MOST_DESCRIPTION = 256;

  private AgentWriter() {}

  static void status(JsonGenerator json, AgentStatus agent) throws IOException {
    json.writeStringField("agentId", agent.agentId());
    json.writeStringField("status", agent.status());
    json.writeStringField("swarmId", agent.swarmId());
    health(json, agent.health());
    JsonOutput.texts(json, "capabilities", agent.capabilities());
    task(json, agent.currentTask());
    metrics(json, agent.mcpMetrics());
    json.writeNumberField("timestamp", agent.timestamp());
    facts(json, agent.facts());
  }

  private static void facts(JsonGenerator json, @Nullable AgentFacts facts) throws IOException {
    if (facts != null) {
      json.writeStringField("kind", facts.kind());
      json.writeStringField("name", facts.name());
      json.writeStringField("node", facts.node());
      optional(json, "backend", facts.backend());
      optional(json, "reason", facts.reason());
    }
  }

  private static void optional(JsonGenerator json, String name, @Nullable String text)
      throws IOException {
    if (text != null) {
      json.writeStringField(name, text);
    }
  }

  private static void health(JsonGenerator json, Health health) throws IOException {
    json.writeObjectFieldStart("health");
    JsonOutput.number(json, "cpu", health.cpu());
    JsonOutput.number(json, "memory", health.memory());
    JsonOutput.number(json, "taskQueue", health.taskQueue());
    json.writeBooleanField("mcpConnected", health.mcpConnected());
    JsonOutput.instant(json, "lastPing", health.lastPing());
    if (health.inbox() != null) {
      json.writeNumberField("inbox", health.inbox());
    }
    optional(json, "scope", health.scope());
    json.writeEndObject();
  }

  private static void task(JsonGenerator json, @Nullable CurrentTask task) throws IOException {
    if (task == null) {
      json.writeNullField("currentTask");
      return;
    }
    json.writeObjectFieldStart("currentTask");
    json.writeStringField("taskId", task.taskId());
    json.writeStringField("description", beginning(task.description()));
    JsonOutput.number(json, "progress", task.progress());
    JsonOutput.instant(json, "estimatedCompletion", task.estimatedCompletion());
    json.writeEndObject();
  }

  /** Statuses are told often, of many agents at a time: what is long is told of the task itself. */
  private static String beginning(String text) {
    if (text.length() <= MOST_DESCRIPTION) {
      return text;
    }
    boolean isSplit = Character.isHighSurrogate(text.charAt(MOST_DESCRIPTION - 1));
    return text.substring(0, isSplit ? MOST_DESCRIPTION - 1 : MOST_DESCRIPTION);
  }

  private static void metrics(JsonGenerator json, @Nullable McpMetrics metrics) throws IOException {
    if (metrics == null) {
      json.writeNullField("mcpMetrics");
      return;
    }
    json.writeObjectFieldStart("mcpMetrics");
    JsonOutput.number(json, "messagesProcessed", metrics.messagesProcessed());
    JsonOutput.number(json, "responsesGenerated", metrics.responsesGenerated());
    JsonOutput.number(json, "errorRate", metrics.errorRate());
    json.writeEndObject();
  }

  static void progress(JsonGenerator json, TaskProgress task) throws IOException {
    json.writeStringField("taskId", task.taskId());
    JsonOutput.number(json, "progress", task.progress());
    json.writeStringField("status", task.status());
    json.writeStringField("message", task.message());
    json.writeStringField("agentId", task.agentId());
    if (task.estimatedCompletion() != null) {
      JsonOutput.instant(json, "estimatedCompletion", task.estimatedCompletion());
    }
  }

  static void controlled(JsonGenerator json, AgentControlled one) throws IOException {
    json.writeStringField("agentId", one.agentId());
    json.writeStringField("status", one.status());
  }

  static void spawned(JsonGenerator json, AgentSpawned one) throws IOException {
    json.writeStringField("agentId", one.agentId());
    json.writeStringField("node", one.node());
  }

  static void answered(JsonGenerator json, TaskAnswered one) throws IOException {
    json.writeStringField("taskId", one.taskId());
    json.writeStringField("status", one.status());
  }

  static void assigned(JsonGenerator json, TaskAssigned one) throws IOException {
    json.writeStringField("taskId", one.taskId());
    json.writeNumberField("attempt", one.attempt());
    json.writeStringField("description", one.description());
    JsonOutput.raw(json, "input", one.input());
    json.writeStringField("priority", one.priority());
    json.writeNumberField("deadline", one.deadline());
  }

  static void cancelled(JsonGenerator json, TaskCancelled one) throws IOException {
    json.writeStringField("taskId", one.taskId());
    json.writeNumberField("attempt", one.attempt());
    json.writeStringField("reason", one.reason());
  }

  static void reported(JsonGenerator json, TaskReported one) throws IOException {
    json.writeStringField("taskId", one.taskId());
    json.writeBooleanField("current", one.isCurrent());
  }
}
