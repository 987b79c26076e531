/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.task.Task;
import io.vertx.core.Future;
import java.time.Duration;

/** Takes tasks to agents, by the gateways that hold these. One event loop. */
final class TaskCourier {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Mesh mesh;

  TaskCourier(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Gives a task to its agent. */
  Future<Assigned> assign(AgentEntry agent, Task task) {
    TaskBrief brief =
        new TaskBrief(
            task.taskId(),
            task.attempt(),
            task.request().description(),
            task.request().input(),
            task.request().priority(),
            task.deadline());
    return mesh.bus()
        .request(Addresses.gateway(agent.node()), new Assign(agent.agentId(), brief), PATIENCE);
  }

  /** Tells an agent that a task is not wanted any more. */
  void recall(AgentEntry agent, Task task, String why) {
    mesh.bus()
        .send(
            Addresses.gateway(agent.node()),
            new Recall(agent.agentId(), task.taskId(), task.attempt(), why));
  }
}
