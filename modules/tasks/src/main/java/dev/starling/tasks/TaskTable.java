/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.SharedTable;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.TaskWire;
import dev.starling.protocol.task.Task;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks where the whole mesh keeps them. A change is made only in place of what the caller knows:
 * where somebody else changed the task meanwhile, since he keeps tasks now, it fails.
 */
final class TaskTable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskTable.class);
  private static final long PATIENCE_MILLIS = 2_000;

  private final SharedTable table;

  TaskTable(SharedTable table) {
    this.table = table;
  }

  /** A task with the bytes that stand for it in the table. */
  record Stored(Task task, byte[] bytes) {}

  /** All tasks; those that cannot be read are left where they are. */
  Future<List<Stored>> all() {
    return table
        .all()
        .map(entries -> {
          List<Stored> tasks = new ArrayList<>();
          for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            Optional<Task> task = TaskWire.decode(entry.getValue());
            if (task.isPresent()) {
              tasks.add(new Stored(task.get(), entry.getValue()));
            } else {
              LOG.warn("task {} cannot be read and is left out", entry.getKey());
            }
          }
          return tasks;
        });
  }

  /** The task of an id. */
  Future<Optional<Stored>> read(String taskId) {
    return table
        .entry(taskId)
        .read()
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .map(bytes ->
            bytes.flatMap(
                content -> TaskWire.decode(content).map(task -> new Stored(task, content))));
  }

  /** Puts a task there that was not there before. */
  Future<Stored> add(Task task) {
    return write(task, Optional.empty());
  }

  /** Puts a task in place of what was known of it. */
  Future<Stored> replace(Stored known, Task now) {
    return write(now, Optional.of(known.bytes()));
  }

  private Future<Stored> write(Task now, Optional<byte[]> expected) {
    byte[] bytes = TaskWire.encode(now);
    return table
        .entry(now.taskId())
        .replace(expected, bytes)
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .compose(isDone ->
            isDone
                ? Future.succeededFuture(new Stored(now, bytes))
                : Future.failedFuture(
                    RefusalException.unavailable("tasks", "another node keeps them; try again")))
        .recover(TaskTable::named);
  }

  private static <T> Future<T> named(Throwable failure) {
    return Future.failedFuture(
        failure instanceof RefusalException
            ? failure
            : new RefusalException(ErrorCode.TIMEOUT, "tasks cannot be kept now: " + failure));
  }

  /** Forgets a task. */
  void forget(Stored known) {
    Future<?> _ =
        table
            .remove(known.task().taskId(), known.bytes())
            .onFailure(failure -> LOG.debug("task {} stays", known.task().taskId(), failure));
  }
}
