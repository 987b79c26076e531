/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.AgentControlled;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentSpawned;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsData;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsPerformance;
import dev.starling.protocol.flow.FlowServerMessage.Anomaly;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyContext;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyDetected;
import dev.starling.protocol.flow.FlowServerMessage.Authenticated;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.flow.FlowServerMessage.GpuAnalytics;
import dev.starling.protocol.flow.FlowServerMessage.GraphUpdate;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
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
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every message of the console's dialect, with all that it may hold and with as little as may be.
 */
final class FlowSamples {
  private static final long NOW = 1_706_006_400_000L;
  private static final Instant THEN = Instant.ofEpochMilli(NOW);
  private static final RawJson ID = RawJson.of("7");
  private static final RawJson OBJECT = RawJson.of("{\"nodes\":[],\"edges\":[]}");

  private FlowSamples() {}

  static List<FlowServerMessage> all() {
    return Stream.of(session(), agents(), tasks(), analyses(), graph())
        .flatMap(List::stream)
        .toList();
  }

  private static List<FlowServerMessage> session() {
    return List.of(
        new Authenticated(ID, "alice", List.of("observe", "admin"), NOW),
        new Authenticated(null, "", List.of(), null),
        new Subscribed(ID, EnumSet.allOf(Event.class)),
        new Subscribed(null, EnumSet.noneOf(Event.class)),
        new SettingsUpdated(ID, "notes.shift", RawJson.of("{\"who\":\"night\"}"), NOW),
        new SettingsUpdated(null, "notes.shift", RawJson.of("null"), NOW),
        new SystemEvent("agent_joined", RawJson.of("{\"agentId\":\"baker\"}")),
        new OutcomeRouted("bread-2", "baker", List.of("miller"), 1, true, 0.8, 7, NOW),
        new OutcomeRouted("bread-2", "baker", List.of(), 0, false, 0, 1, NOW),
        new VoiceResponse(ID, "s", RawJson.of("{\"intent\":\"Help\",\"success\":true}"), "/a.wav"),
        new VoiceResponse(null, null, RawJson.of("{\"success\":false}"), null),
        new Transcription("s", "spawn a", false),
        new Transcription(null, "", true));
  }

  private static List<FlowServerMessage> agents() {
    return List.of(
        new AgentStatus(
            "researcher-1",
            "active",
            "swarm-1",
            new Health(45.2, 1024.0, 3, true, THEN),
            List.of("code"),
            new CurrentTask("task-1", "Reads a module", 65.0, THEN),
            new McpMetrics(847L, 234L, 0.02),
            NOW),
        new AgentStatus(
            "researcher-1",
            "idle",
            null,
            new Health(null, null, null, false, null),
            List.of(),
            null,
            null,
            NOW),
        new AgentStatus(
            "researcher-1",
            "failing",
            null,
            new Health(0.4, 96.0, 0, false, THEN, 3, "server"),
            List.of(),
            null,
            new McpMetrics(null, null, null),
            NOW,
            new AgentFacts("researcher", "Ada", "n", "extractive", "it could not start")),
        new AgentControlled(ID, "researcher-1", "paused"),
        new AgentControlled(null, "researcher-1", "starting"),
        new AgentSpawned(ID, "researcher-1", "n"),
        new AgentSpawned(null, "researcher-1", "n"));
  }

  private static List<FlowServerMessage> tasks() {
    return List.of(
        new TaskProgress("task-1", 75.0, "progressing", "Reads", "researcher-1", THEN),
        new TaskProgress("task-1", null, "queued", null, null),
        new TaskAnswered(ID, "task-1", "queued"),
        new TaskAnswered(null, "task-1", "timed_out"),
        new TaskAssigned("task-1", 1, "Reads a module", OBJECT, "high", NOW),
        new TaskAssigned("task-1", 2, "Reads a module", null, "normal", NOW),
        new TaskCancelled("task-1", 2, "it was taken back"),
        new TaskReported(ID, "task-1", true),
        new TaskReported(null, "task-1", false));
  }

  private static List<FlowServerMessage> analyses() {
    return List.of(
        new GpuAnalytics(
            "clustering",
            "louvain",
            "cpu",
            "in_progress",
            0.65,
            new AnalyticsData(5, 12, 100, 0.743, 89.0, "2.4 GB", THEN),
            new AnalyticsPerformance(89L, 3.2, "1.2M nodes/sec")),
        new GpuAnalytics(
            "clustering",
            "louvain",
            "cpu",
            "queued",
            null,
            new AnalyticsData(null, null, null, null, null, null, null),
            new AnalyticsPerformance(null, null, null)),
        new AnomalyDetected(
            "isolation_forest",
            new Anomaly("node_1247", 0.78, 0.94, RawJson.of("{\"x\":156.3}"), "high"),
            new AnomalyContext(1_500, 8, 167.0)),
        new AnomalyDetected(
            "isolation_forest",
            new Anomaly("node_1247", 0.78, null, RawJson.of("{}"), "low"),
            new AnomalyContext(null, null, null)));
  }

  private static List<FlowServerMessage> graph() {
    return List.of(
        new GraphUpdate(OBJECT, OBJECT, OBJECT, false),
        new GraphUpdate(OBJECT, OBJECT, OBJECT, true),
        new SimulationState(true, false, 120, 3.5, 59.8, 1_500, 4_200, 60.0),
        new SimulationState(false, true, 0, null, null, 0, 0, null));
  }
}
