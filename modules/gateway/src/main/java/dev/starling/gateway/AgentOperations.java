/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.FlowClientMessage.TaskSubmit;
import dev.starling.protocol.flow.SpawnRequest;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
import dev.starling.protocol.mesh.TaskMessage.Cancel;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/**
 * What clients want of agents and tasks, wherever these are: the same by socket, by REST and by
 * MCP. Safe from any thread.
 */
final class AgentOperations {
  private final Gateway gateway;
  private final Roles roles;
  private final AgentSpawner spawner;

  AgentOperations(Mesh mesh, Gateway gateway, Roles roles) {
    this.gateway = gateway;
    this.roles = roles;
    this.spawner = new AgentSpawner(mesh, new SwarmDirectory(mesh));
  }

  /** Tells an agent to do something. */
  Future<Controlled> control(String agentId, ControlAction action, String subject) {
    return gateway
        .holder(agentId)
        .recover(failure -> Future.failedFuture(Roles.named("agent_control", "router", failure)))
        .compose(holder ->
            holder
                .map(held ->
                    roles.steer(held.claim().gateway(), new Steer(agentId, action, subject)))
                .orElseGet(() -> Future.failedFuture(unknown(agentId))));
  }

  /** What is said of an agent that nobody holds. */
  static RefusalException unknown(String agentId) {
    return new RefusalException(
        ErrorCode.AGENT_NOT_FOUND,
        "no agent of the mesh is called " + agentId,
        Map.of("agentId", agentId));
  }

  /** Starts an agent. */
  Future<AgentSpawner.Started> spawn(SpawnRequest request, String subject) {
    return spawner.spawn(request, subject);
  }

  /** Takes a task; where nobody is named for it, it goes to who is most about what it says. */
  Future<Task> submit(TaskSubmit asked, String subject) {
    String given = asked.taskId();
    String taskId = given != null ? given : "task-" + UUID.randomUUID();
    return roles.submit(new Submit(taskId, asked.request(), subject)).map(TaskIs::task);
  }

  /** Takes a task back. */
  Future<Task> cancel(String taskId, String subject) {
    return roles.cancel(new Cancel(taskId, subject)).map(TaskIs::task);
  }

  /**
   * How a task is.
   *
   * @param waitMillis for how long the answer may wait for its end
   */
  Future<Task> task(String operation, String taskId, long waitMillis) {
    return roles.task(operation, new TaskQuery(taskId, waitMillis)).map(TaskIs::task);
  }

  /** Tasks, a page at a time. */
  Future<TasksPage> tasks(String operation, TasksQuery query) {
    return roles.tasks(operation, query);
  }
}
