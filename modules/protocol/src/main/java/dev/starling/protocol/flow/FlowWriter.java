/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowServerMessage.AgentControlled;
import dev.starling.protocol.flow.FlowServerMessage.AgentSpawned;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyDetected;
import dev.starling.protocol.flow.FlowServerMessage.Authenticated;
import dev.starling.protocol.flow.FlowServerMessage.GpuAnalytics;
import dev.starling.protocol.flow.FlowServerMessage.GraphUpdate;
import dev.starling.protocol.flow.FlowServerMessage.OutcomeRouted;
import dev.starling.protocol.flow.FlowServerMessage.SettingsUpdated;
import dev.starling.protocol.flow.FlowServerMessage.SimulationState;
import dev.starling.protocol.flow.FlowServerMessage.Subscribed;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowServerMessage.TaskAnswered;
import dev.starling.protocol.flow.FlowServerMessage.TaskAssigned;
import dev.starling.protocol.flow.FlowServerMessage.TaskCancelled;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowServerMessage.TaskReported;
import dev.starling.protocol.flow.FlowServerMessage.Transcription;
import dev.starling.protocol.flow.FlowServerMessage.VoiceResponse;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;

/**
 * What the mesh says in the console's dialect as JSON: the reference's fields first and in its
 * order, then the additions. Stateless.
 */
public final class FlowWriter {
  private FlowWriter() {}

  /** The text of {@code message}. */
  public static RawJson json(FlowServerMessage message) {
    return new RawJson(bytes(message));
  }

  /** The UTF-8 text of {@code message}. */
  public static byte[] bytes(FlowServerMessage message) {
    return JsonOutput.bytes(json -> {
      json.writeStartObject();
      json.writeStringField("type", type(message));
      write(json, message);
      JsonOutput.raw(json, "id", message.id());
      json.writeEndObject();
    });
  }

  private static String type(FlowServerMessage message) {
    return switch (message) {
      case Authenticated _ -> "authenticated";
      case Subscribed _ -> "subscribed";
      case SettingsUpdated _ -> "settings_updated";
      case AgentStatus _ -> "agent_status";
      case TaskProgress _ -> "task_progress";
      case AgentControlled _ -> "agent_controlled";
      case AgentSpawned _ -> "agent_spawned";
      case TaskAnswered _ -> "task_status";
      case TaskAssigned _ -> "task_assigned";
      case TaskCancelled _ -> "task_cancelled";
      case TaskReported _ -> "task_reported";
      case GpuAnalytics _ -> "gpu_analytics";
      case AnomalyDetected _ -> "anomaly_detected";
      case SystemEvent _ -> "system_event";
      case VoiceResponse _ -> "voice_response";
      case Transcription _ -> "transcription";
      case GraphUpdate _ -> "graph_update";
      case SimulationState _ -> "simulation_state";
      case OutcomeRouted _ -> "outcome_routed";
    };
  }

  private static void write(JsonGenerator json, FlowServerMessage message) throws IOException {
    switch (message) {
      case Authenticated one -> authenticated(json, one);
      case Subscribed one -> subscribed(json, one);
      case SettingsUpdated one -> settingsUpdated(json, one);
      case AgentStatus one -> AgentWriter.status(json, one);
      case TaskProgress one -> AgentWriter.progress(json, one);
      case AgentControlled one -> AgentWriter.controlled(json, one);
      case AgentSpawned one -> AgentWriter.spawned(json, one);
      case TaskAnswered one -> AgentWriter.answered(json, one);
      case TaskAssigned one -> AgentWriter.assigned(json, one);
      case TaskCancelled one -> AgentWriter.cancelled(json, one);
      case TaskReported one -> AgentWriter.reported(json, one);
      case GpuAnalytics one -> AnalyticsWriter.analytics(json, one);
      case AnomalyDetected one -> AnalyticsWriter.anomaly(json, one);
      case SystemEvent one -> systemEvent(json, one);
      case VoiceResponse one -> voiceResponse(json, one);
      case Transcription one -> transcription(json, one);
      case GraphUpdate one -> graphUpdate(json, one);
      case SimulationState one -> simulationState(json, one);
      case OutcomeRouted one -> outcomeRouted(json, one);
    }
  }

  private static void authenticated(JsonGenerator json, Authenticated one) throws IOException {
    json.writeStringField("subject", one.subject());
    JsonOutput.texts(json, "permissions", one.permissions());
    JsonOutput.number(json, "expiresAt", one.expiresAt());
  }

  private static void subscribed(JsonGenerator json, Subscribed one) throws IOException {
    JsonOutput.texts(json, "events", one.events().stream().sorted().map(Event::word).toList());
  }

  private static void settingsUpdated(JsonGenerator json, SettingsUpdated one) throws IOException {
    json.writeStringField("path", one.path());
    JsonOutput.raw(json, "value", one.value());
    json.writeNumberField("timestamp", one.timestamp());
  }

  private static void systemEvent(JsonGenerator json, SystemEvent one) throws IOException {
    json.writeStringField("event", one.event());
    JsonOutput.raw(json, "data", one.data());
  }

  private static void voiceResponse(JsonGenerator json, VoiceResponse one) throws IOException {
    json.writeStringField("sessionId", one.sessionId());
    JsonOutput.raw(json, "response", one.response());
    json.writeObjectFieldStart("audioResponse");
    json.writeBooleanField("available", one.audioUrl() != null);
    json.writeStringField("url", one.audioUrl());
    json.writeEndObject();
  }

  private static void transcription(JsonGenerator json, Transcription one) throws IOException {
    json.writeStringField("sessionId", one.sessionId());
    json.writeStringField("text", one.text());
    json.writeBooleanField("isFinal", one.isFinal());
  }

  private static void graphUpdate(JsonGenerator json, GraphUpdate one) throws IOException {
    JsonOutput.raw(json, "added", one.added());
    JsonOutput.raw(json, "removed", one.removed());
    JsonOutput.raw(json, "changed", one.changed());
    if (one.reload()) {
      json.writeBooleanField("reload", true);
    }
  }

  private static void simulationState(JsonGenerator json, SimulationState one) throws IOException {
    json.writeBooleanField("running", one.running());
    json.writeBooleanField("converged", one.converged());
    json.writeNumberField("iteration", one.iteration());
    JsonOutput.number(json, "kineticEnergy", one.kineticEnergy());
    JsonOutput.number(json, "fps", one.fps());
    json.writeNumberField("nodes", one.nodes());
    json.writeNumberField("edges", one.edges());
    JsonOutput.number(json, "targetFps", one.targetFps());
  }

  private static void outcomeRouted(JsonGenerator json, OutcomeRouted one) throws IOException {
    json.writeStringField("outcomeId", one.outcomeId());
    json.writeStringField("sourceAgent", one.sourceAgent());
    JsonOutput.texts(json, "receivers", one.receivers());
    json.writeNumberField("matchesFound", one.matchesFound());
    json.writeBooleanField("partial", one.partial());
    JsonOutput.number(json, "latency", one.latency());
    json.writeNumberField("count", one.count());
    json.writeNumberField("timestamp", one.timestamp());
  }
}
