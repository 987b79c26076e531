/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything the mesh says in the console's dialect. What was not measured is null, and goes out as
 * {@code null}. Times are milliseconds since 1970 unless they are {@link Instant}s, which go out as
 * text (ISO 8601). Refusals and pongs are the same in both dialects and live with the other one.
 */
public sealed interface FlowServerMessage {

  /** The {@code id} of the message that this answers; null for an event. */
  default @Nullable RawJson id() {
    return null;
  }

  /** The session belongs to {@code subject} now; {@code expiresAt} is null for ever. */
  record Authenticated(
      @Nullable RawJson id, String subject, List<String> permissions, @Nullable Long expiresAt)
      implements FlowServerMessage {
    public Authenticated {
      permissions = List.copyOf(permissions);
    }
  }

  /** What the session is subscribed to now. */
  record Subscribed(@Nullable RawJson id, Set<Event> events) implements FlowServerMessage {
    public Subscribed {
      events = Set.copyOf(events);
    }
  }

  /** A setting was changed; with the {@code id} of the message that changed it, or as an event. */
  record SettingsUpdated(@Nullable RawJson id, String path, RawJson value, long timestamp)
      implements FlowServerMessage {}

  /**
   * How an agent is.
   *
   * @param status one of {@link AgentLife}'s words
   * @param swarmId the MCP swarm that it is of; null for none
   * @param currentTask null where it does nothing
   * @param mcpMetrics null where nothing was counted
   * @param facts null where nothing more is known
   */
  record AgentStatus(
      String agentId,
      String status,
      @Nullable String swarmId,
      Health health,
      List<String> capabilities,
      @Nullable CurrentTask currentTask,
      @Nullable McpMetrics mcpMetrics,
      long timestamp,
      @Nullable AgentFacts facts)
      implements FlowServerMessage {
    public AgentStatus {
      capabilities = List.copyOf(capabilities);
    }

    /** An agent of which no more is known. */
    public AgentStatus(
        String agentId,
        String status,
        @Nullable String swarmId,
        Health health,
        List<String> capabilities,
        @Nullable CurrentTask currentTask,
        @Nullable McpMetrics mcpMetrics,
        long timestamp) {
      this(
          agentId, status, swarmId, health, capabilities, currentTask, mcpMetrics, timestamp, null);
    }
  }

  /**
   * What an agent is, beside how it is.
   *
   * @param kind empty for none
   * @param name empty for none
   * @param node the node that holds it
   * @param backend what does its thinking, where there is a choice; null where there is none
   * @param reason why it is as it is, where that needs one; null where it does not
   */
  record AgentFacts(
      String kind, String name, String node, @Nullable String backend, @Nullable String reason) {}

  /**
   * What was measured of an agent.
   *
   * @param cpu per cent of one core
   * @param memory MiB
   * @param taskQueue tasks that it was given and has not ended
   * @param mcpConnected whether the MCP server that it is of answers
   * @param lastPing when it last gave a sign of life
   * @param inbox messages that wait for it
   * @param scope of what {@code cpu} and {@code memory} are, where that is more than the agent:
   *     such as {@code server}; null for the agent's own
   */
  record Health(
      @Nullable Double cpu,
      @Nullable Double memory,
      @Nullable Integer taskQueue,
      boolean mcpConnected,
      @Nullable Instant lastPing,
      @Nullable Integer inbox,
      @Nullable String scope) {

    /** Of an agent of which no inbox is known. */
    public Health(
        @Nullable Double cpu,
        @Nullable Double memory,
        @Nullable Integer taskQueue,
        boolean mcpConnected,
        @Nullable Instant lastPing) {
      this(cpu, memory, taskQueue, mcpConnected, lastPing, null, null);
    }
  }

  /**
   * What an agent does now; {@code progress} from 0 to 100. A long description goes out as its
   * first 256 characters.
   */
  record CurrentTask(
      String taskId,
      String description,
      @Nullable Double progress,
      @Nullable Instant estimatedCompletion) {}

  /**
   * What was counted of an agent since it started; {@code errorRate} from 0 to 1, of the messages
   * that it processed.
   */
  record McpMetrics(
      @Nullable Long messagesProcessed,
      @Nullable Long responsesGenerated,
      @Nullable Double errorRate) {}

  /**
   * How far a task is; {@code progress} from 0 to 100.
   *
   * @param estimatedCompletion at its pace so far; null where that is not known
   */
  record TaskProgress(
      String taskId,
      @Nullable Double progress,
      String status,
      @Nullable String message,
      @Nullable String agentId,
      @Nullable Instant estimatedCompletion)
      implements FlowServerMessage {

    /** A task whose end cannot be told. */
    public TaskProgress(
        String taskId,
        @Nullable Double progress,
        String status,
        @Nullable String message,
        @Nullable String agentId) {
      this(taskId, progress, status, message, agentId, null);
    }
  }

  /** An agent does what it was told to, and is so now. */
  record AgentControlled(@Nullable RawJson id, String agentId, String status)
      implements FlowServerMessage {}

  /** An agent was spawned, and is starting. */
  record AgentSpawned(@Nullable RawJson id, String agentId, String node)
      implements FlowServerMessage {}

  /** A task was taken, or taken back. */
  record TaskAnswered(@Nullable RawJson id, String taskId, String status)
      implements FlowServerMessage {}

  /**
   * A task for the agent of this session.
   *
   * @param attempt counts the agents that it was given to; goes with every report
   * @param input an object; null for none
   * @param deadline milliseconds since 1970, by which it must have ended
   */
  record TaskAssigned(
      String taskId,
      int attempt,
      String description,
      @Nullable RawJson input,
      String priority,
      long deadline)
      implements FlowServerMessage {}

  /** A task that this session's agent was given is not wanted any more. */
  record TaskCancelled(String taskId, int attempt, String reason) implements FlowServerMessage {}

  /**
   * A report on a task was taken.
   *
   * @param isCurrent false where the task is somebody else's by now, or has ended
   */
  record TaskReported(@Nullable RawJson id, String taskId, boolean isCurrent)
      implements FlowServerMessage {}

  /**
   * How far an analysis is, and what it found so far.
   *
   * @param backend what computes it
   * @param status {@code queued}, {@code in_progress}, {@code completed}, {@code failed} or {@code
   *     cancelled}
   * @param progress from 0 to 1
   */
  record GpuAnalytics(
      String operation,
      String algorithm,
      String backend,
      String status,
      @Nullable Double progress,
      AnalyticsData data,
      AnalyticsPerformance performance)
      implements FlowServerMessage {}

  /** What an analysis found; {@code gpuUtilization} per cent, null on a CPU. */
  record AnalyticsData(
      @Nullable Integer clustersFound,
      @Nullable Integer currentIteration,
      @Nullable Integer maxIterations,
      @Nullable Double modularity,
      @Nullable Double gpuUtilization,
      @Nullable String memoryUsage,
      @Nullable Instant estimatedCompletion) {}

  /** What an analysis cost; {@code avgKernelTime} in ms, {@code throughput} in words. */
  record AnalyticsPerformance(
      @Nullable Long kernelExecutions,
      @Nullable Double avgKernelTime,
      @Nullable String throughput) {}

  /** Something out of the ordinary; {@code context} says among what it was found. */
  record AnomalyDetected(String method, Anomaly anomaly, AnomalyContext context)
      implements FlowServerMessage {}

  /**
   * What is out of the ordinary, and why.
   *
   * @param nodeId the node's key
   * @param score from 0 to 1, as the method defines it
   * @param confidence from 0 to 1
   * @param features an object of numbers by name
   * @param severity {@code low}, {@code medium}, {@code high} or {@code critical}
   */
  record Anomaly(
      String nodeId,
      double score,
      @Nullable Double confidence,
      RawJson features,
      String severity) {}

  /** Among how many nodes, how many found so far, and how long it took in ms. */
  record AnomalyContext(
      @Nullable Integer totalNodes,
      @Nullable Integer anomaliesFound,
      @Nullable Double detectionTime) {}

  /** Something happened to the mesh; {@code data} is an object of the event's own. */
  record SystemEvent(String event, RawJson data) implements FlowServerMessage {
    /** An agent came ({@code agent_joined}) or went ({@code agent_left}), at a gateway. */
    public static SystemEvent ofAgent(String event, String agentId, String gateway) {
      return new SystemEvent(
          event,
          new RawJson(
              JsonOutput.bytes(json -> {
                json.writeStartObject();
                json.writeStringField("agentId", agentId);
                json.writeStringField("gateway", gateway);
                json.writeEndObject();
              })));
    }
  }

  /**
   * What became of something said.
   *
   * @param response an object with intent, success, message and data
   * @param audioUrl where the spoken answer is; null where there is none
   */
  record VoiceResponse(
      @Nullable RawJson id, @Nullable String sessionId, RawJson response, @Nullable String audioUrl)
      implements FlowServerMessage {}

  /** What was heard so far of streamed speech. */
  record Transcription(@Nullable String sessionId, String text, boolean isFinal)
      implements FlowServerMessage {}

  /**
   * What came, went and changed in the graph; each an object of nodes and edges.
   *
   * @param reload whether more happened than is listed, so that clients read the graph anew
   */
  record GraphUpdate(RawJson added, RawJson removed, RawJson changed, boolean reload)
      implements FlowServerMessage {}

  /**
   * How the simulation is.
   *
   * @param fps ticks in the last second, measured
   * @param targetFps ticks a second that it aims at; less than 60 where they take too long
   */
  record SimulationState(
      boolean running,
      boolean converged,
      long iteration,
      @Nullable Double kineticEnergy,
      @Nullable Double fps,
      int nodes,
      long edges,
      @Nullable Double targetFps)
      implements FlowServerMessage {}

  /**
   * One of the outcomes that were routed.
   *
   * @param receivers agent ids, most similar first
   * @param latency from its last byte in to its acknowledgement, in ms
   * @param count how many were routed since the last such event, this one among them
   */
  record OutcomeRouted(
      String outcomeId,
      String sourceAgent,
      List<String> receivers,
      int matchesFound,
      boolean partial,
      double latency,
      long count,
      long timestamp)
      implements FlowServerMessage {
    public OutcomeRouted {
      receivers = List.copyOf(receivers);
    }
  }
}
