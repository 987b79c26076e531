/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Answer;
import dev.starling.agent.sdk.Peer;
import dev.starling.fabric.AskAgain;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What one agent asks others: each question is a task of the one that is asked, and its result the
 * answer. The asking agent's context only.
 */
final class Questions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** For so long a keeper is looked for that takes the question. */
  private static final Duration MOST = Duration.ofSeconds(10);

  /** After so long a question has no answer. */
  private static final long TIMEOUT_MILLIS = 60_000;

  private final Mesh mesh;
  private final TaskReports keeper;
  private final String asker;

  Questions(Mesh mesh, TaskReports keeper, String asker) {
    this.mesh = mesh;
    this.keeper = keeper;
    this.asker = asker;
  }

  /** Asks the first of these that take tasks, as many as are wanted. */
  Future<List<Answer>> ask(List<Peer> peers, String question, int most) {
    List<Future<Answer>> asked = new ArrayList<>();
    return ask(peers, 0, question, most, asked);
  }

  private Future<List<Answer>> ask(
      List<Peer> peers, int next, String question, int most, List<Future<Answer>> asked) {
    if (next == peers.size() || asked.size() == most) {
      return Future.join(asked)
          .otherwiseEmpty()
          .map(done -> asked.stream().map(Future::result).toList());
    }
    Peer peer = peers.get(next);
    return submit(peer, question)
        .map(task -> asked.add(answer(peer, task)))
        .recover(failure ->
            takesNone(failure) ? Future.succeededFuture(false) : Future.failedFuture(failure))
        .compose(done -> ask(peers, next + 1, question, most, asked));
  }

  /** Who takes no tasks, or has left meanwhile, is not asked. */
  private static boolean takesNone(Throwable failure) {
    return failure instanceof RefusalException refusal
        && (refusal.code() == ErrorCode.INVALID_MESSAGE
            || refusal.code() == ErrorCode.AGENT_NOT_FOUND);
  }

  /** Asks one. */
  Future<Answer> ask(Peer peer, String question) {
    return submit(peer, question).compose(task -> answer(peer, task));
  }

  private Future<Task> submit(Peer peer, String question) {
    TaskRequest request =
        new TaskRequest(
            question, peer.agentId(), null, null, null, TaskPriority.NORMAL, null, TIMEOUT_MILLIS);
    Submit submit = new Submit("task-" + UUID.randomUUID(), request, "agent:" + asker);
    return AskAgain.within(mesh, TaskReports.ROLE, MOST, PATIENCE, time -> keeper.ask(submit, time))
        .map(TaskIs::task);
  }

  private Future<Answer> answer(Peer peer, Task task) {
    return switch (task.status()) {
      case COMPLETED -> Future.succeededFuture(given(peer, task));
      case FAILED, CANCELLED, TIMED_OUT ->
          Future.succeededFuture(
              new Answer(peer, null, Objects.requireNonNullElse(task.reason(), "no reason")));
      case QUEUED, ASSIGNED, PROGRESSING -> await(peer, task);
    };
  }

  private static Answer given(Peer peer, Task task) {
    RawJson result = task.result();
    return new Answer(
        peer, result == null ? new JsonObject() : new JsonObject(result.toString()), null);
  }

  /** The keeper may change meanwhile: who cannot be asked now is asked again, until it is late. */
  private Future<Answer> await(Peer peer, Task task) {
    long wait = TaskMessage.MOST_WAIT_MILLIS;
    return keeper
        .ask(new TaskQuery(task.taskId(), wait), PATIENCE.plusMillis(wait))
        .map(TaskIs::task)
        .recover(failure ->
            System.currentTimeMillis() > task.deadline()
                ? Future.failedFuture(failure)
                : mesh.vertx().timer(PATIENCE.toMillis() / 10).map(task))
        .compose(now -> answer(peer, now));
  }
}
