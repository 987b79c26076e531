/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsData;
import dev.starling.protocol.flow.FlowServerMessage.AnalyticsPerformance;
import dev.starling.protocol.flow.FlowServerMessage.Anomaly;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyContext;
import dev.starling.protocol.flow.FlowServerMessage.AnomalyDetected;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.flow.FlowServerMessage.GpuAnalytics;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
import dev.starling.protocol.flow.FlowServerMessage.SettingsUpdated;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowServerMessage.VoiceResponse;
import dev.starling.protocol.qis.QisServerMessage.Pong;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The messages of the reference with its own values: the same fields in the same order, of the same
 * kinds, and what is added stands at the end.
 */
final class FlowWriterReferenceTest {
  private static final long NOW = 1_706_006_400_000L;

  @Test
  void aSettingIsConfirmed() {
    requireLike(
        """
        {
          "type": "settings_updated",
          "path": "visualisation.rendering.enable_shadows",
          "value": true,
          "timestamp": 1706006400000
        }
        """,
        new SettingsUpdated(
            null, "visualisation.rendering.enable_shadows", RawJson.of("true"), NOW));
  }

  @Test
  void anAgentSaysHowItIs() {
    requireLike(
        """
        {
          "type": "agent_status",
          "agentId": "agent_1757967065850_dv2zg7",
          "status": "active",
          "swarmId": "swarm_1757880683494_yl81sece5",
          "health": {
            "cpu": 45.2,
            "memory": 1024,
            "taskQueue": 3,
            "mcpConnected": true,
            "lastPing": "2025-01-22T10:15:30Z"
          },
          "capabilities": ["code", "review", "rust", "python"],
          "currentTask": {
            "taskId": "task_1757967065850_abc123",
            "description": "Analyzing authentication module",
            "progress": 65,
            "estimatedCompletion": "2025-01-22T10:20:00Z"
          },
          "mcpMetrics": {
            "messagesProcessed": 847,
            "responsesGenerated": 234,
            "errorRate": 0.02
          },
          "timestamp": 1706006400000
        }
        """,
        new AgentStatus(
            "agent_1757967065850_dv2zg7",
            "active",
            "swarm_1757880683494_yl81sece5",
            new Health(45.2, 1024.0, 3, true, Instant.parse("2025-01-22T10:15:30Z")),
            List.of("code", "review", "rust", "python"),
            new CurrentTask(
                "task_1757967065850_abc123",
                "Analyzing authentication module",
                65.0,
                Instant.parse("2025-01-22T10:20:00Z")),
            new McpMetrics(847L, 234L, 0.02),
            NOW));
  }

  @Test
  void aTaskSaysHowFarItIs() {
    requireLike(
        """
        {
          "type": "task_progress",
          "taskId": "task_456",
          "progress": 75,
          "status": "processing",
          "message": "Analyzing module dependencies",
          "agentId": "agent_123"
        }
        """,
        new TaskProgress(
            "task_456", 75.0, "processing", "Analyzing module dependencies", "agent_123"));
  }

  @Test
  void anAnalysisSaysHowFarItIs() {
    requireLike(
        """
        {
          "type": "gpu_analytics",
          "operation": "clustering",
          "algorithm": "louvain",
          "status": "in_progress",
          "progress": 0.65,
          "data": {
            "clustersFound": 5,
            "currentIteration": 12,
            "maxIterations": 100,
            "modularity": 0.743,
            "gpuUtilization": 89,
            "memoryUsage": "2.4 GB",
            "estimatedCompletion": "2025-01-22T10:16:30Z"
          },
          "performance": {
            "kernelExecutions": 89,
            "avgKernelTime": 3.2,
            "throughput": "1.2M nodes/sec"
          }
        }
        """,
        new GpuAnalytics(
            "clustering",
            "louvain",
            "cuda",
            "in_progress",
            0.65,
            new AnalyticsData(
                5, 12, 100, 0.743, 89.0, "2.4 GB", Instant.parse("2025-01-22T10:16:30Z")),
            new AnalyticsPerformance(89L, 3.2, "1.2M nodes/sec")),
        "backend");
  }

  @Test
  void anAnomalyIsDescribed() {
    requireLike(
        """
        {
          "type": "anomaly_detected",
          "method": "isolation_forest",
          "anomaly": {
            "nodeId": "node_1247",
            "score": 0.78,
            "confidence": 0.94,
            "features": { "x": 156.3, "y": 287.1, "connectivity": 12 },
            "severity": "high"
          },
          "context": {
            "totalNodes": 1500,
            "anomaliesFound": 8,
            "detectionTime": 167
          }
        }
        """,
        new AnomalyDetected(
            "isolation_forest",
            new Anomaly(
                "node_1247",
                0.78,
                0.94,
                RawJson.of("{\"x\":156.3,\"y\":287.1,\"connectivity\":12}"),
                "high"),
            new AnomalyContext(1500, 8, 167.0)));
  }

  @Test
  void aSystemEventTellsWhatHappened() {
    String data =
        """
        {
          "swarmId": "swarm_1757880683494_yl81sece5",
          "agentCount": 5,
          "topology": "mesh",
          "mcpConnected": true,
          "agents": [
            { "id": "agent_1757967065850_dv2zg7", "type": "coordinator", "status": "active" }
          ],
          "consensusThreshold": 0.7,
          "initialisationTime": 2847
        }
        """;

    requireLike(
        "{\"type\": \"system_event\", \"event\": \"swarm_initialized\", \"data\": " + data + "}",
        new SystemEvent("swarm_initialized", RawJson.of(data)));
  }

  @Test
  void aVoiceCommandIsAnswered() {
    String response =
        """
        {
          "intent": "SpawnAgent",
          "success": true,
          "message": "Successfully spawned researcher agent in swarm swarm_1757880683494_yl81sece5",
          "data": {
            "agentId": "agent_1757967065850_dv2zg7",
            "swarmId": "swarm_1757880683494_yl81sece5",
            "mcpTaskId": "mcp_task_1757967065850_xyz789"
          }
        }
        """;

    requireLike(
        "{\"type\": \"voice_response\", \"sessionId\": \"session_123\", \"response\": "
            + response
            + ", \"audioResponse\": {\"available\": true,"
            + " \"url\": \"/api/voice/tts/audio_1757967065850.wav\"}}",
        new VoiceResponse(
            null, "session_123", RawJson.of(response), "/api/voice/tts/audio_1757967065850.wav"));
  }

  @Test
  void anAgentThatFailedIsAnErrorWithDetails() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("agentId", "agent_123");
    details.put("reason", "out_of_memory");
    RefusalException failure =
        new RefusalException(ErrorCode.AGENT_FAILURE, "Agent agent_123 has crashed", details);

    requireLike(
        """
        {
          "type": "error",
          "code": "AGENT_FAILURE",
          "message": "Agent agent_123 has crashed",
          "details": { "agentId": "agent_123", "reason": "out_of_memory" }
        }
        """,
        QisWriter.bytes(new Refused(null, failure)),
        "error");
  }

  @Test
  void aPingIsAnswered() {
    requireLike(
        """
        { "type": "pong", "timestamp": 1706006400000, "serverTime": 1706006400100 }
        """,
        QisWriter.bytes(new Pong(null, RawJson.of("1706006400000"), NOW + 100)));
  }

  private static void requireLike(
      String reference, FlowServerMessage message, String... additions) {
    requireLike(reference, FlowWriter.bytes(message), additions);
  }

  /** Trees keep the order of their members, which only their text tells. */
  private static void requireLike(String reference, byte[] written, String... additions) {
    Map<String, @Nullable Object> expected =
        JsonTree.object(reference.getBytes(StandardCharsets.UTF_8));
    Map<String, @Nullable Object> came = JsonTree.object(written);
    assertThat(List.copyOf(came.keySet()).subList(expected.size(), came.size()))
        .containsExactly(additions);
    for (String addition : additions) {
      came.remove(addition);
    }
    assertThat(came).isEqualTo(expected).hasToString(expected.toString());
  }
}
