/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowClientMessage.AgentControl;
import dev.starling.protocol.flow.FlowClientMessage.AgentSpawn;
import dev.starling.protocol.flow.FlowClientMessage.TaskCancel;
import dev.starling.protocol.flow.FlowClientMessage.TaskReport;
import dev.starling.protocol.flow.FlowClientMessage.TaskSubmit;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.AgentControlled;
import dev.starling.protocol.flow.FlowServerMessage.AgentSpawned;
import dev.starling.protocol.flow.FlowServerMessage.TaskAnswered;
import dev.starling.protocol.flow.FlowServerMessage.TaskReported;
import dev.starling.protocol.task.Task;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a client says of agents and tasks. One session's loop only. */
final class AgentHandler {
  /** Writes the answer to a message once it is there, or why there is none. */
  interface Answers {
    <T> void answer(
        @Nullable RawJson id, Future<T> asked, Function<T, @Nullable FlowServerMessage> reply);
  }

  private final Session session;
  private final Gateway gateway;
  private final Answers answers;

  AgentHandler(Session session, Gateway gateway, Answers answers) {
    this.session = session;
    this.gateway = gateway;
    this.answers = answers;
  }

  /** Who gave no id waits for no answer: what comes of it comes as an event. */
  void control(AgentControl control) {
    session.principal().require(Permission.AGENTS);
    RawJson id = control.id();
    answers.answer(
        id,
        gateway.operations().control(control.agentId(), control.action(), session.subject()),
        done -> id == null ? null : new AgentControlled(id, done.agentId(), done.status()));
  }

  void spawn(AgentSpawn spawn) {
    session.principal().require(Permission.AGENTS);
    answers.answer(
        spawn.id(),
        gateway.operations().spawn(spawn.request(), session.subject()),
        started -> new AgentSpawned(spawn.id(), started.agentId(), started.node()));
  }

  void submit(TaskSubmit submit) {
    session.principal().require(Permission.AGENTS);
    answers.answer(
        submit.id(),
        gateway.operations().submit(submit, session.subject()),
        task -> answer(submit.id(), task));
  }

  void cancel(TaskCancel cancel) {
    session.principal().require(Permission.AGENTS);
    answers.answer(
        cancel.id(),
        gateway.operations().cancel(cancel.taskId(), session.subject()),
        task -> answer(cancel.id(), task));
  }

  private static TaskAnswered answer(@Nullable RawJson id, Task task) {
    return new TaskAnswered(id, task.taskId(), task.status().word());
  }

  void report(TaskReport report) {
    session.principal().require(Permission.EMIT);
    Held held = session.held();
    if (held == null) {
      throw new RefusalException(
          ErrorCode.NOT_REGISTERED, "register, and take tasks, before reporting on them");
    }
    answers.answer(
        report.id(),
        gateway.report(session, held, report),
        reported -> new TaskReported(report.id(), report.taskId(), reported.isCurrent()));
  }
}
