/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.FlowServerMessage.TaskAssigned;
import dev.starling.protocol.flow.FlowServerMessage.TaskCancelled;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;

/**
 * What others want of the agents that this gateway holds: that they pause or stop, that they do a
 * task. Of hosted agents their host does it; of a client's agent the gateway does what it can, and
 * its client the rest. Gateway's loop only.
 */
final class AgentDesk {
  /** Its host answers at once, but for one that is stopped. */
  private static final Duration PATIENCE = Duration.ofMillis(4_500);

  private final Mesh mesh;
  private final Registry registry;
  private final Registrar registrar;
  private final AgentStatuses statuses;
  private final Roles roles;

  AgentDesk(
      Mesh mesh, Registry registry, Registrar registrar, AgentStatuses statuses, Roles roles) {
    this.mesh = mesh;
    this.registry = registry;
    this.registrar = registrar;
    this.statuses = statuses;
    this.roles = roles;
  }

  Future<Controlled> steer(Steer steer) {
    Held held = held(steer.agentId());
    return switch (held.registrant()) {
      case HostedAgent hosted ->
          mesh.bus()
              .request(
                  hosted.host(),
                  new Control(steer.agentId(), steer.action(), steer.subject()),
                  PATIENCE);
      case ClientAgent _ -> steer(held, steer.action());
    };
  }

  /** Of what runs at a client the mesh can only hold back what reaches it. */
  private Future<Controlled> steer(Held held, ControlAction action) {
    return switch (action) {
      case PAUSE -> pause(held, true);
      case RESUME -> pause(held, false);
      case STOP, RESTART ->
          Future.failedFuture(
              RefusalException.ofField(
                  ErrorCode.INVALID_MESSAGE,
                  "action",
                  "pause or resume, since agent "
                      + held.agentId()
                      + " runs at its client, where it is ended too",
                  action.word()));
    };
  }

  private Future<Controlled> pause(Held held, boolean isPaused) {
    Future<?> done =
        held.isPaused() == isPaused ? Future.succeededFuture() : registrar.again(held, isPaused);
    return done.map(ignored -> {
      Held now = held(held.agentId());
      return new Controlled(now.agentId(), statuses.of(now).life().word());
    });
  }

  Future<Assigned> assign(Assign assign) {
    Held held = held(assign.agentId());
    return switch (held.registrant()) {
      case HostedAgent hosted ->
          mesh.bus().request(hosted.host(), new Perform(assign.agentId(), assign.task()), PATIENCE);
      case ClientAgent client -> Future.succeededFuture(assign(held, client, assign.task()));
    };
  }

  /** The same task given again, since the first answer was lost, is the same task. */
  private Assigned assign(Held held, ClientAgent client, TaskBrief task) {
    AgentActivity activity = client.activity();
    if (activity.task(task.taskId(), task.attempt()).isPresent()) {
      return new Assigned(true);
    }
    boolean isFull = activity.tasks() >= held.asked().tasks();
    if (client.isEnding() || held.isPaused() || isFull || client.isClosed()) {
      return new Assigned(false);
    }
    switch (client) {
      case Session _ -> activity.began(task, System.currentTimeMillis());
      case McpAgent _ -> activity.offered(task);
    }
    client.push(
        new TaskAssigned(
            task.taskId(),
            task.attempt(),
            task.description(),
            task.input(),
            task.priority().word(),
            task.deadline()));
    statuses.present(held);
    return new Assigned(true);
  }

  /** Lets others have what clients were offered and do not come for; called every second. */
  void sweep() {
    for (Held held : registry.all()) {
      if (held.registrant() instanceof McpAgent agent) {
        agent.unclaimed().forEach(task -> handBack(held, agent, task));
        tellIfOpen(held, agent);
      }
    }
  }

  /** Whoever gives tasks knows whether an agent is closed by what it is registered as. */
  private void tellIfOpen(Held held, McpAgent agent) {
    boolean isHeldBack = held.isPaused() || agent.isClosed();
    if (held.registration().label().isHeldBack() != isHeldBack) {
      Future<?> _ = registrar.again(held, held.isPaused());
    }
  }

  /** The client of an agent looks for tasks; whether it had been given none for a while. */
  boolean attends(McpAgent agent) {
    boolean wasClosed = agent.isClosed();
    agent.attend();
    Held held = agent.held();
    if (held != null) {
      tellIfOpen(held, agent);
    }
    return wasClosed;
  }

  /** Where nobody hears that, the agent is offered the task again. */
  private void handBack(Held held, McpAgent agent, TaskAssigned offer) {
    agent
        .activity()
        .task(offer.taskId(), offer.attempt())
        .ifPresent(task -> {
          TaskStep step = new TaskStep.Declined("its agent did not claim it in time");
          Future<?> _ =
              roles
                  .report(new Report(task.taskId(), task.attempt(), held.agentId(), step))
                  .onSuccess(reported -> {
                    agent.activity().ended(task);
                    if (registry.holds(held)) {
                      statuses.present(held);
                    }
                  })
                  .onFailure(failure -> offerAgain(agent, offer));
        });
  }

  private static void offerAgain(McpAgent agent, TaskAssigned offer) {
    if (agent.activity().task(offer.taskId(), offer.attempt()).isPresent()) {
      agent.push(offer);
    }
  }

  /** A client took up a task that its agent was offered. */
  void claimed(Held held) {
    if (registry.holds(held)) {
      statuses.present(held);
    }
  }

  void recall(Recall recall) {
    registry
        .byAgent(recall.agentId())
        .ifPresent(held -> {
          switch (held.registrant()) {
            case HostedAgent hosted ->
                mesh.bus()
                    .send(
                        hosted.host(),
                        new Desist(
                            recall.agentId(), recall.taskId(), recall.attempt(), recall.reason()));
            case ClientAgent client -> recall(held, client, recall);
          }
        });
  }

  private void recall(Held held, ClientAgent client, Recall recall) {
    client
        .activity()
        .task(recall.taskId(), recall.attempt())
        .ifPresent(task -> {
          client.activity().ended(task);
          client.push(new TaskCancelled(recall.taskId(), recall.attempt(), recall.reason()));
          statuses.present(held);
        });
  }

  /**
   * A client is not that agent any more: others may have its tasks at once, also where the agent is
   * back so soon that nobody misses it.
   */
  void left(Held held) {
    if (held.registrant() instanceof ClientAgent client) {
      for (TaskBrief task : client.activity().abandon()) {
        TaskStep step = new TaskStep.Failed("its agent left the mesh", true);
        Future<?> _ = roles.report(new Report(task.taskId(), task.attempt(), held.agentId(), step));
      }
    }
  }

  /** What a client's agent says of a task that it was given. */
  Future<Reported> report(
      ClientAgent client, Held held, String taskId, int attempt, TaskStep step) {
    TaskBrief task = client.activity().task(taskId, attempt).orElse(null);
    if (task == null) {
      return Future.failedFuture(
          new RefusalException(
              ErrorCode.TASK_NOT_FOUND,
              "agent " + held.agentId() + " does not have task " + taskId + " in this attempt",
              Map.of("taskId", taskId, "attempt", attempt)));
    }
    return roles
        .report(new Report(taskId, attempt, held.agentId(), step))
        .onSuccess(reported -> reported(client, held, task, step, reported));
  }

  private void reported(
      ClientAgent client, Held held, TaskBrief task, TaskStep step, Reported reported) {
    AgentActivity activity = client.activity();
    switch (step) {
      case TaskStep.Completed _ -> activity.finished(task, true);
      case TaskStep.Failed _ -> activity.finished(task, false);
      case TaskStep.Declined _ -> activity.ended(task);
      case TaskStep.Progress(Double percent, _) -> {
        if (!reported.isCurrent()) {
          activity.ended(task);
        } else if (percent != null) {
          activity.progressed(task, percent);
        }
      }
    }
    if (registry.holds(held)) {
      statuses.present(held);
    }
  }

  private Held held(String agentId) {
    return registry
        .byAgent(agentId)
        .orElseThrow(() ->
            new RefusalException(
                ErrorCode.AGENT_NOT_FOUND,
                "no agent " + agentId + " is registered at this gateway any more",
                Map.of("agentId", agentId)));
  }
}
