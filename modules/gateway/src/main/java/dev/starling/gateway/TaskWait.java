/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.AskAgain;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Waits for a task's end on behalf of a client, a few seconds at a time: who asked a keeper that is
 * lost meanwhile hears of that no sooner than its question is over, and asks the next one. Safe
 * from any thread; answers come on the caller's context.
 */
final class TaskWait {
  private static final Duration SLICE = Duration.ofSeconds(2);

  /** On top of what it waits for, a keeper answers within this time. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** A keeper answers sooner, though the task has not ended, where too many wait for it. */
  private static final double WHOLE = 0.9;

  private static final long PAUSE_MILLIS = 250;

  private final Mesh mesh;
  private final String role;
  private final String taskId;
  private final Question question;
  private final long untilNanos;

  /** Asks whoever keeps the tasks now. */
  interface Question {
    Future<TaskIs> ask(TaskQuery query, Duration patience);
  }

  private TaskWait(Mesh mesh, String role, TaskQuery query, Question question) {
    this.mesh = mesh;
    this.role = role;
    this.taskId = query.taskId();
    this.question = question;
    this.untilNanos = System.nanoTime() + query.waitMillis() * 1_000_000;
  }

  /**
   * Waits as long as the query says.
   *
   * @return the task once it has ended, or as it is then
   */
  static Future<TaskIs> of(Mesh mesh, String role, TaskQuery query, Question question) {
    return new TaskWait(mesh, role, query, question).next();
  }

  private Future<TaskIs> next() {
    long since = System.nanoTime();
    Duration left = left(since);
    Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
    TaskQuery query = new TaskQuery(taskId, slice.toMillis());
    return AskAgain.within(
            mesh,
            role,
            slice.plus(Roles.PATIENCE),
            slice.plus(GRACE),
            patience -> question.ask(query, patience))
        .compose(is -> {
          long now = System.nanoTime();
          boolean isWhole = now - since >= WHOLE * slice.toNanos();
          return is.task().status().isEnd() || !isWhole || left(now).isZero()
              ? Future.succeededFuture(is)
              : next();
        })
        .recover(failure ->
            failure instanceof RefusalException refusal
                    && refusal.isPassing()
                    && !left(System.nanoTime()).isZero()
                ? mesh.vertx().timer(PAUSE_MILLIS).compose(over -> next())
                : Future.failedFuture(failure));
  }

  /** How long the client still waits, in whole milliseconds. */
  private Duration left(long nowNanos) {
    return Duration.ofMillis(Math.max((untilNanos - nowNanos) / 1_000_000, 0));
  }
}
