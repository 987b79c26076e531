/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is said of agents and tasks, as JSON. Stateless. */
final class AgentWriter {
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
  }

  private static void health(JsonGenerator json, Health health) throws IOException {
    json.writeObjectFieldStart("health");
    JsonOutput.number(json, "cpu", health.cpu());
    JsonOutput.number(json, "memory", health.memory());
    JsonOutput.number(json, "taskQueue", health.taskQueue());
    json.writeBooleanField("mcpConnected", health.mcpConnected());
    JsonOutput.instant(json, "lastPing", health.lastPing());
    json.writeEndObject();
  }

  private static void task(JsonGenerator json, @Nullable CurrentTask task) throws IOException {
    if (task == null) {
      json.writeNullField("currentTask");
      return;
    }
    json.writeObjectFieldStart("currentTask");
    json.writeStringField("taskId", task.taskId());
    json.writeStringField("description", task.description());
    JsonOutput.number(json, "progress", task.progress());
    JsonOutput.instant(json, "estimatedCompletion", task.estimatedCompletion());
    json.writeEndObject();
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
  }
}
