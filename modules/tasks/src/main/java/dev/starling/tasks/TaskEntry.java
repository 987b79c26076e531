/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.task.Task;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A task as its keeper holds it: as it is, as it is in the table, and who waits for its end.
 * Changes reach the table one after another. One event loop.
 */
final class TaskEntry {
  /** So often a change is tried, each time on what stands in the table then. */
  private static final int TRIES = 3;

  /** Whoever comes when so many wait for the end of one task already is told how it is now. */
  static final int MOST_WAITERS = 1_000;

  private final TaskTable table;
  private final List<Promise<Task>> waiters = new ArrayList<>();
  private List<Lane> lanes = List.of();
  private TaskTable.Stored stored;
  private Task now;
  private Future<?> tail = Future.succeededFuture();
  private @Nullable AgentEntry holder;
  private @Nullable String triedBy;
  private long pausesUntilNanos;

  TaskEntry(TaskTable table, TaskTable.Stored stored) {
    this.table = table;
    this.stored = stored;
    this.now = stored.task();
  }

  String id() {
    return now.taskId();
  }

  Task task() {
    return now;
  }

  /** Where it stands in the table. */
  TaskTable.Stored stored() {
    return stored;
  }

  /** The lanes in which it waits when it waits, the best first. */
  List<Lane> lanes() {
    return lanes;
  }

  void waitsIn(List<Lane> found) {
    lanes = List.copyOf(found);
  }

  /** The agent that it counts for; null for none. */
  @Nullable AgentEntry holder() {
    return holder;
  }

  /**
   * Another agent is to try it, if there is one.
   *
   * @param agentId who tried it last
   * @param untilNanos before which that one does not get it again
   */
  void triedBy(@Nullable String agentId, long untilNanos) {
    triedBy = agentId;
    pausesUntilNanos = untilNanos;
  }

  /** Whether this agent was the last that tried it. */
  boolean wasTriedBy(AgentEntry agent) {
    return agent.agentId().equals(triedBy);
  }

  /** Whether it is too early for who tried it last to try it again. */
  boolean isPausing(long nowNanos) {
    return triedBy != null && pausesUntilNanos - nowNanos > 0;
  }

  /** It counts for {@code agent} from now on, and for no other one. */
  void heldBy(AgentEntry agent) {
    release();
    holder = agent;
    agent.tasks().add(id());
  }

  /** It counts for nobody any more. */
  void release() {
    AgentEntry before = holder;
    holder = null;
    if (before != null) {
      before.tasks().remove(id());
    }
  }

  /** It is so now, which the table need not know. */
  void is(Task changed) {
    now = changed;
  }

  /**
   * Changes it in the table and then here, behind the changes before.
   *
   * @param change gives what it is to be, from what it is when its turn comes; empty for no change
   * @return whether it was changed
   */
  Future<Boolean> change(Function<Task, Optional<Task>> change) {
    Future<Boolean> turn = tail.transform(before -> apply(change, TRIES));
    tail = turn;
    return turn;
  }

  /** Whether a change is on its way. */
  boolean isChanging() {
    return !tail.isComplete();
  }

  private Future<Boolean> apply(Function<Task, Optional<Task>> change, int tries) {
    Optional<Task> next = change.apply(now);
    return next.isEmpty()
        ? Future.succeededFuture(false)
        : table.replace(stored, next.get()).compose(written -> written(written, change, tries));
  }

  private Future<Boolean> written(
      TaskTable.Written written, Function<Task, Optional<Task>> change, int tries) {
    written.stands().ifPresent(this::stands);
    if (written.isDone()) {
      return Future.succeededFuture(true);
    }
    return tries > 1 && written.stands().isPresent()
        ? apply(change, tries - 1)
        : Future.failedFuture(
            RefusalException.unavailable("tasks", "task " + id() + " is changed elsewhere"));
  }

  /** What stands in the table counts; where that is what was known, so does progress since. */
  private void stands(TaskTable.Stored there) {
    if (!Arrays.equals(there.bytes(), stored.bytes())) {
      stored = there;
      now = there.task();
    }
  }

  /** How it ended, or how it is once that time is over, or at once where too many wait for it. */
  Future<Task> end(Vertx vertx, long waitMillis) {
    if (waiters.size() >= MOST_WAITERS) {
      return Future.succeededFuture(now);
    }
    Promise<Task> waiter = Promise.promise();
    waiters.add(waiter);
    long timer =
        vertx.setTimer(
            waitMillis,
            late -> {
              waiters.remove(waiter);
              waiter.tryComplete(now);
            });
    return waiter.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** It has ended. */
  void tellWaiters() {
    takeWaiters().forEach(promise -> promise.tryComplete(now));
  }

  /** Who waits for its end hears of it elsewhere. */
  void refuseWaiters(RefusalException why) {
    takeWaiters().forEach(promise -> promise.tryFail(why));
  }

  private List<Promise<Task>> takeWaiters() {
    List<Promise<Task>> taken = List.copyOf(waiters);
    waiters.clear();
    return taken;
  }
}
