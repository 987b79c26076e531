/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskRequest;
import io.vertx.core.Future;
import java.util.Map;

/** Makes tasks of what is asked for, or says why none can be. One event loop. */
final class TaskIntake {
  private final TasksConfig config;
  private final AgentBook book;
  private final AgentSearch agents;

  TaskIntake(TasksConfig config, AgentBook book, AgentSearch agents) {
    this.config = config;
    this.book = book;
    this.agents = agents;
  }

  /** The task of a request, which says what it is about where it names nobody. */
  Future<Task> task(Submit submit) {
    return named(submit.request()).compose(agents::meaning).map(request -> made(submit, request));
  }

  /** Fails where the agent that is to do it cannot; who has just come the book may not know yet. */
  private Future<TaskRequest> named(TaskRequest request) {
    String target = request.target();
    if (target == null) {
      return Future.succeededFuture(request);
    }
    if (book.agent(target).filter(agent -> agent.label().tasks() > 0).isPresent()) {
      return Future.succeededFuture(request);
    }
    return agents
        .label(target)
        .map(found -> {
          AgentLabel agent =
              found.orElseThrow(() ->
                  new RefusalException(
                      ErrorCode.AGENT_NOT_FOUND,
                      "no agent of the mesh is called " + target,
                      Map.of("agentId", target)));
          if (agent.tasks() == 0 && !agent.isHeldBack()) {
            throw RefusalException.ofField(
                ErrorCode.INVALID_MESSAGE, "target", "an agent that takes tasks", target);
          }
          return request;
        });
  }

  private Task made(Submit submit, TaskRequest request) {
    long now = System.currentTimeMillis();
    long timeout =
        request.timeoutMillis() > 0 ? request.timeoutMillis() : config.timeout().toMillis();
    return Task.of(submit.taskId(), request, submit.subject(), now, now + timeout);
  }
}
