/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsData;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsPerformance;
import dev.starling.protocol.flow.FlowServerMessage.Anomaly;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyContext;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyDetected;
import dev.starling.protocol.flow.FlowServerMessage.Authenticated;
import dev.starling.protocol.flow.FlowServerMessage.GpuAnalytics;
import dev.starling.protocol.flow.FlowServerMessage.GraphUpdate;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.OutcomeRouted;
import dev.starling.protocol.flow.FlowServerMessage.SettingsUpdated;
import dev.starling.protocol.flow.FlowServerMessage.SimulationState;
import dev.starling.protocol.flow.FlowServerMessage.Subscribed;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowServerMessage.Transcription;
import dev.starling.protocol.flow.FlowServerMessage.VoiceResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every message of the console's dialect, whatever it says. */
final class FlowWriterRuleTest {
  private static final Health UNMEASURED = new Health(null, null, null, false, null);

  @ParameterizedTest
  @ValueSource(strings = {"7", "-1.50e3", "\"x\"", "\"\\u00e9\\\"\"", "123456789012345678901"})
  void everyReplyRepeatsTheIdByteForByteAtItsEnd(String id) {
    RawJson raw = RawJson.of(id);
    for (FlowServerMessage reply :
        List.of(
            new Authenticated(raw, "me", List.of(), null),
            new Subscribed(raw, Set.of()),
            new SettingsUpdated(raw, "p", RawJson.of("1"), 0),
            new VoiceResponse(raw, "s", RawJson.EMPTY_OBJECT, "/u"))) {
      assertThat(text(reply)).endsWith(",\"id\":" + id + "}");
    }
  }

  @Test
  void anEventHasNoId() {
    for (FlowServerMessage event :
        List.of(
            new SettingsUpdated(null, "p", RawJson.of("1"), 0),
            new TaskProgress("t", 1.0, "s", null, null),
            new SystemEvent("e", RawJson.EMPTY_OBJECT),
            new Transcription(null, "", false),
            routed(1),
            anomaly(1))) {
      assertThat(event.id()).isNull();
      assertThat(JsonTree.object(FlowWriter.bytes(event))).doesNotContainKey("id");
    }
  }

  /**
   * Those that are subscribed to have the event's name, so that a client finds the one by the
   * other.
   */
  @ParameterizedTest
  @EnumSource(value = Event.class, mode = EnumSource.Mode.EXCLUDE, names = "POSITIONS")
  void anEventIsOfTheTypeThatIsSubscribedTo(Event event) {
    assertThat(JsonTree.object(FlowWriter.bytes(sample(event))))
        .containsEntry("type", event.word());
  }

  private static FlowServerMessage sample(Event event) {
    RawJson none = RawJson.EMPTY_OBJECT;
    return switch (event) {
      case POSITIONS -> throw new AssertionError("positions are binary");
      case GRAPH_UPDATE -> new GraphUpdate(none, none, none, false);
      case SIMULATION_STATE -> new SimulationState(false, false, 0, null, null, 0, 0, null);
      case AGENT_STATUS -> new AgentStatus("a", "idle", null, UNMEASURED, List.of(), null, null, 0);
      case TASK_PROGRESS -> new TaskProgress("t", null, "s", null, null);
      case GPU_ANALYTICS ->
          new GpuAnalytics(
              "o",
              "a",
              "cpu",
              "queued",
              null,
              new AnalyticsData(null, null, null, null, null, null, null),
              new AnalyticsPerformance(null, null, null));
      case ANOMALY_DETECTED -> anomaly(0);
      case SYSTEM_EVENT -> new SystemEvent("e", none);
      case SETTINGS_UPDATED -> new SettingsUpdated(null, "p", none, 0);
      case OUTCOME_ROUTED -> routed(0);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"é😀", "a\"\\\n\t\u0000\u001f", "\u2028</script>", ""})
  void everyTextIsWrittenAsValidJson(String text) {
    assertThat(JsonTree.object(FlowWriter.bytes(new TaskProgress(text, 1.0, text, text, text))))
        .containsEntry("taskId", text)
        .containsEntry("status", text)
        .containsEntry("message", text)
        .containsEntry("agentId", text);
    assertThat(
            JsonTree.object(
                FlowWriter.bytes(new Authenticated(null, text, List.of(text, text), null))))
        .containsEntry("subject", text)
        .containsEntry("permissions", List.of(text, text));
  }

  @Test
  void timesAreWrittenInUtcAsIso8601() {
    for (String time :
        List.of("2025-01-22T10:15:30Z", "2025-01-22T10:20:00Z", "2025-01-22T10:20:00.125Z")) {
      Health health = new Health(null, null, null, true, Instant.parse(time));
      assertThat(text(new AgentStatus("a", "s", null, health, List.of(), null, null, 0)))
          .contains("\"mcpConnected\":true,\"lastPing\":\"" + time + "\"}");
    }
  }

  @Test
  void theTextAndTheRawFormAreTheSame() {
    FlowServerMessage message = routed(0.5);

    assertThat(FlowWriter.json(message)).isEqualTo(new RawJson(FlowWriter.bytes(message)));
  }

  @Test
  void aMessageCannotBeChangedFromOutside() {
    List<String> names = new ArrayList<>(List.of("one"));
    Authenticated authenticated = new Authenticated(null, "me", names, null);
    AgentStatus status = new AgentStatus("a", "s", null, UNMEASURED, names, null, null, 0);
    OutcomeRouted routed = new OutcomeRouted("o", "a", names, 1, false, 1, 1, 1);
    names.add("two");

    assertThat(authenticated.permissions()).containsExactly("one");
    assertThat(status.capabilities()).containsExactly("one");
    assertThat(routed.receivers()).containsExactly("one");
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
