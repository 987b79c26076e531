/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.swarms.AgentView;
import dev.starling.swarms.ServerFacts;
import dev.starling.swarms.SwarmView;
import dev.starling.swarms.TaskView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells everybody who watches what becomes of a swarm. One event loop. */
final class SwarmNews {
  private final Mesh mesh;
  private final String swarm;

  SwarmNews(Mesh mesh, String swarm) {
    this.mesh = mesh;
    this.swarm = swarm;
  }

  /** Its server answers. */
  void connected(ServerFacts server, String dialect, boolean isAgain) {
    system(
        isAgain ? "mcp_reconnected" : "mcp_connected",
        ofThis()
            .put("server", server.name())
            .put("version", server.version())
            .put("dialect", dialect)
            .put("initialisationTime", server.initialisationMillis()));
  }

  /** Its server does not answer any more. */
  void disconnected(String reason) {
    system("mcp_disconnected", ofThis().put("reason", reason));
  }

  /** Its server is not tried any more. */
  void givenUp(String reason) {
    system("mcp_given_up", ofThis().put("reason", reason));
  }

  /** There is a swarm; nothing votes in it, so that it has no threshold of consensus. */
  void started(SwarmView view, @Nullable ServerFacts server, Collection<AgentView> agents) {
    JsonArray members = new JsonArray();
    agents.forEach(agent ->
        members.add(
            new JsonObject()
                .put("id", agent.agentId())
                .put("type", agent.type())
                .put("status", SwarmAgent.life(agent).word())));
    system(
        "swarm_initialized",
        ofThis()
            .put("swarmId", view.swarmId())
            .put("agentCount", view.agentCount() == null ? agents.size() : view.agentCount())
            .put("topology", view.topology())
            .put("maxAgents", view.maxAgents())
            .put("mcpConnected", true)
            .put("agents", members)
            .putNull("consensusThreshold")
            .put("initialisationTime", server == null ? null : server.initialisationMillis()));
  }

  /** The swarm is no more. */
  void ended(SwarmView last) {
    system("swarm_shutdown", ofThis().put("swarmId", last.swarmId()));
  }

  private JsonObject ofThis() {
    return new JsonObject().put("swarm", swarm).put("node", mesh.nodeId());
  }

  private void system(String event, JsonObject data) {
    publish(Event.SYSTEM_EVENT, "", new SystemEvent(event, RawJson.of(data.encode())));
  }

  /** A task of the swarm is so now, by its server's own id. */
  void task(TaskView task, boolean isSimulated) {
    TaskProgress progress =
        new TaskProgress(
            task.taskId(),
            task.progress(),
            status(task).word(),
            words(task, isSimulated),
            task.agents().isEmpty() ? null : task.agents().getFirst(),
            estimate(task));
    publish(Event.TASK_PROGRESS, task.taskId(), progress);
  }

  /** Its server knows nothing of a task any more. */
  void taskGone(TaskView last) {
    TaskProgress progress =
        new TaskProgress(
            last.taskId(),
            last.progress(),
            TaskStatus.FAILED.word(),
            "the server of swarm " + swarm + " knows nothing of it any more",
            last.agents().isEmpty() ? null : last.agents().getFirst(),
            null);
    publish(Event.TASK_PROGRESS, last.taskId(), progress);
  }

  private String words(TaskView task, boolean isSimulated) {
    String said = task.status() == null ? "says nothing of it" : "says " + task.status();
    return "swarm " + swarm + " " + said + (isSimulated ? ", as a simulation" : "");
  }

  private static TaskStatus status(TaskView task) {
    return switch (task.state()) {
      case PENDING, UNKNOWN -> task.agents().isEmpty() ? TaskStatus.QUEUED : TaskStatus.ASSIGNED;
      case RUNNING -> TaskStatus.PROGRESSING;
      case COMPLETED -> TaskStatus.COMPLETED;
      case FAILED -> TaskStatus.FAILED;
      case CANCELLED -> TaskStatus.CANCELLED;
    };
  }

  /** When it will be done at its pace so far; null where the server tells too little for that. */
  static @Nullable Instant estimate(TaskView task) {
    Double progress = task.progress();
    Long started = task.startedAt();
    if (task.state().isEnd() || progress == null || progress <= 0 || started == null) {
      return null;
    }
    long spent = Math.max(0, System.currentTimeMillis() - started);
    return Instant.ofEpochMilli(started + Math.round(spent * 100 / progress));
  }

  /** An agent of the swarm fails, as its server says. */
  void failed(String agentId, String reason) {
    Publish failure =
        Publish.agentFailure(
            "agent " + agentId + " of swarm " + swarm + " failed: " + reason,
            Map.of("agentId", agentId, "swarm", swarm, "reason", reason));
    send(failure);
  }

  private void publish(Event event, String key, FlowServerMessage message) {
    send(new Publish(event, key, FlowWriter.json(message)));
  }

  private void send(Publish message) {
    for (NodeInfo node : mesh.view().running("gateway")) {
      mesh.bus().send(Addresses.gateway(node.id()), message);
    }
  }
}
