/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
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
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowServerMessage.Transcription;
import dev.starling.protocol.flow.FlowServerMessage.VoiceResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message of the console's dialect, byte for byte. */
final class FlowWriterTest {
  private static final Health UNMEASURED = new Health(null, null, null, false, null);

  @Test
  void whoeverIsAuthenticatedIsToldForHowLong() {
    assertThat(
            text(
                new Authenticated(
                    RawJson.of("1"), "me", List.of("observe", "emit"), 1_706_006_400_000L)))
        .isEqualTo(
            "{\"type\":\"authenticated\",\"subject\":\"me\",\"permissions\":[\"observe\",\"emit\"],"
                + "\"expiresAt\":1706006400000,\"id\":1}");
    assertThat(text(new Authenticated(null, "me", List.of(), null)))
        .isEqualTo(
            "{\"type\":\"authenticated\",\"subject\":\"me\",\"permissions\":[],"
                + "\"expiresAt\":null}");
  }

  @Test
  void allEventsNowHeldAreListedInTheirOwnOrder() {
    assertThat(text(new Subscribed(null, Set.of(Event.TASK_PROGRESS, Event.POSITIONS))))
        .isEqualTo("{\"type\":\"subscribed\",\"events\":[\"positions\",\"task_progress\"]}");
    assertThat(text(new Subscribed(RawJson.of("\"s\""), Set.of())))
        .isEqualTo("{\"type\":\"subscribed\",\"events\":[],\"id\":\"s\"}");
    assertThat(text(new Subscribed(null, EnumSet.allOf(Event.class))))
        .isEqualTo(
            "{\"type\":\"subscribed\",\"events\":[\"" + String.join("\",\"", Event.KNOWN) + "\"]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "null", "\"\\u00e9\"", "1.50", "{ \"a\" : [1] }", "[]"})
  void aSettingIsConfirmedWithItsValueAsItCame(String value) {
    assertThat(text(new SettingsUpdated(RawJson.of("7"), "a.b", RawJson.of(value), 12)))
        .isEqualTo(
            "{\"type\":\"settings_updated\",\"path\":\"a.b\",\"value\":"
                + value
                + ",\"timestamp\":12,\"id\":7}");
  }

  @Test
  void whatWasNotMeasuredOfAnAgentIsNull() {
    assertThat(text(new AgentStatus("a", "idle", null, UNMEASURED, List.of(), null, null, 5)))
        .isEqualTo(
            "{\"type\":\"agent_status\",\"agentId\":\"a\",\"status\":\"idle\",\"swarmId\":null,"
                + "\"health\":{\"cpu\":null,\"memory\":null,\"taskQueue\":null,"
                + "\"mcpConnected\":false,\"lastPing\":null},\"capabilities\":[],"
                + "\"currentTask\":null,\"mcpMetrics\":null,\"timestamp\":5}");
    assertThat(
            text(
                new AgentStatus(
                    "a",
                    "active",
                    null,
                    UNMEASURED,
                    List.of("code"),
                    new CurrentTask("t", "d", null, null),
                    new McpMetrics(null, null, null),
                    5)))
        .endsWith(
            "\"capabilities\":[\"code\"],\"currentTask\":{\"taskId\":\"t\",\"description\":\"d\","
                + "\"progress\":null,\"estimatedCompletion\":null},"
                + "\"mcpMetrics\":{\"messagesProcessed\":null,\"responsesGenerated\":null,"
                + "\"errorRate\":null},\"timestamp\":5}");
  }

  @Test
  void whatIsNotKnownOfATaskIsNull() {
    assertThat(text(new TaskProgress("t", null, "queued", null, null)))
        .isEqualTo(
            "{\"type\":\"task_progress\",\"taskId\":\"t\",\"progress\":null,\"status\":\"queued\","
                + "\"message\":null,\"agentId\":null}");
  }

  @Test
  void anAnalysisOnACpuHasNoUtilisationOfAGpu() {
    assertThat(
            text(
                new GpuAnalytics(
                    "clustering",
                    "louvain",
                    "cpu",
                    "queued",
                    null,
                    new AnalyticsData(null, null, null, null, null, null, null),
                    new AnalyticsPerformance(null, null, null))))
        .isEqualTo(
            "{\"type\":\"gpu_analytics\",\"operation\":\"clustering\",\"algorithm\":\"louvain\","
                + "\"status\":\"queued\",\"progress\":null,\"data\":{\"clustersFound\":null,"
                + "\"currentIteration\":null,\"maxIterations\":null,\"modularity\":null,"
                + "\"gpuUtilization\":null,\"memoryUsage\":null,\"estimatedCompletion\":null},"
                + "\"performance\":{\"kernelExecutions\":null,\"avgKernelTime\":null,"
                + "\"throughput\":null},\"backend\":\"cpu\"}");
  }

  @Test
  void whatIsNotKnownOfAnAnomalyIsNull() {
    assertThat(text(anomaly(0.5)))
        .isEqualTo(
            "{\"type\":\"anomaly_detected\",\"method\":\"m\",\"anomaly\":{\"nodeId\":\"n\","
                + "\"score\":0.5,\"confidence\":null,\"features\":{},\"severity\":\"low\"},"
                + "\"context\":{\"totalNodes\":null,\"anomaliesFound\":null,"
                + "\"detectionTime\":null}}");
  }

  /** JSON has no such numbers, and a text in their place would be of another kind. */
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNoNumberGoesOutAsNull(double none) {
    assertThat(text(anomaly(none))).contains("\"score\":null,");
    assertThat(text(routed(none))).contains("\"latency\":null,");
    assertThat(text(new TaskProgress("t", none, "s", null, null))).contains("\"progress\":null,");
    assertThat(text(new SimulationState(true, false, 1, none, none, 0, 0, none)))
        .contains("\"kineticEnergy\":null,\"fps\":null,");
  }

  @Test
  void aSystemEventHasDataOfItsOwn() {
    assertThat(text(new SystemEvent("node_left", RawJson.of("{\"node\": \"n-1\"}"))))
        .isEqualTo(
            "{\"type\":\"system_event\",\"event\":\"node_left\",\"data\":{\"node\": \"n-1\"}}");
  }

  @Test
  void aVoiceResponseWithoutSoundSaysSo() {
    assertThat(
            text(
                new VoiceResponse(
                    RawJson.of("\"v\""), null, RawJson.of("{\"success\":false}"), null)))
        .isEqualTo(
            "{\"type\":\"voice_response\",\"sessionId\":null,\"response\":{\"success\":false},"
                + "\"audioResponse\":{\"available\":false,\"url\":null},\"id\":\"v\"}");
  }

  @Test
  void whatIsHeardSoFarIsWritten() {
    assertThat(text(new Transcription("s", "spawn a", false)))
        .isEqualTo(
            "{\"type\":\"transcription\",\"sessionId\":\"s\",\"text\":\"spawn a\","
                + "\"isFinal\":false}");
    assertThat(text(new Transcription(null, "", true)))
        .isEqualTo(
            "{\"type\":\"transcription\",\"sessionId\":null,\"text\":\"\",\"isFinal\":true}");
  }

  @Test
  void aChangeOfTheGraphHasItsThreeParts() {
    String none = "{\"nodes\":[],\"edges\":[]}";
    String removed = "{\"nodes\":[3],\"edges\":[[1,3]]}";

    assertThat(
            text(new GraphUpdate(RawJson.of(none), RawJson.of(removed), RawJson.of(none), false)))
        .isEqualTo(
            "{\"type\":\"graph_update\",\"added\":"
                + none
                + ",\"removed\":"
                + removed
                + ",\"changed\":"
                + none
                + "}");
    RawJson nothing = RawJson.of(none);
    assertThat(text(new GraphUpdate(nothing, nothing, nothing, true)))
        .endsWith(",\"reload\":true}");
  }

  @Test
  void theStateOfTheSimulationIsWritten() {
    assertThat(text(new SimulationState(true, false, 5_000_000_000L, 0.25, 59.9, 3, 2, 60.0)))
        .isEqualTo(
            "{\"type\":\"simulation_state\",\"running\":true,\"converged\":false,"
                + "\"iteration\":5000000000,\"kineticEnergy\":0.25,\"fps\":59.9,\"nodes\":3,"
                + "\"edges\":2,\"targetFps\":60.0}");
    assertThat(text(new SimulationState(false, true, 0, null, null, 0, 0, null)))
        .endsWith(
            "\"kineticEnergy\":null,\"fps\":null,\"nodes\":0,\"edges\":0,\"targetFps\":null}");
  }

  @Test
  void aRoutedOutcomeIsWrittenWithHowManyItStandsFor() {
    assertThat(text(routed(1.25)))
        .isEqualTo(
            "{\"type\":\"outcome_routed\",\"outcomeId\":\"o\",\"sourceAgent\":\"a\","
                + "\"receivers\":[\"c\",\"b\"],\"matchesFound\":2,\"partial\":true,"
                + "\"latency\":1.25,\"count\":200,\"timestamp\":1706006400000}");
  }

  private static AnomalyDetected anomaly(double score) {
    return new AnomalyDetected(
        "m",
        new Anomaly("n", score, null, RawJson.EMPTY_OBJECT, "low"),
        new AnomalyContext(null, null, null));
  }

  private static OutcomeRouted routed(double latency) {
    return new OutcomeRouted(
        "o", "a", List.of("c", "b"), 2, true, latency, 200, 1_706_006_400_000L);
  }

  private static String text(FlowServerMessage message) {
    return new String(FlowWriter.bytes(message), StandardCharsets.UTF_8);
  }
}
