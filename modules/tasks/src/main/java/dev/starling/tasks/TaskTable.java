/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.SharedTable;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.TaskWire;
import dev.starling.protocol.task.Task;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks where the whole mesh keeps them. A change is made only in place of what the caller knows,
 * and only while it may write, which a keeper may not any more once another one leads. Whether a
 * change was made is looked up where that was not said: the member that made it may have been lost
 * before it could answer, and the same change asked of the next one is refused then.
 */
final class TaskTable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskTable.class);
  private static final long PATIENCE_MILLIS = 2_000;

  private final SharedTable table;
  private final BooleanSupplier mayWrite;

  TaskTable(SharedTable table, BooleanSupplier mayWrite) {
    this.table = table;
    this.mayWrite = mayWrite;
  }

  /** A task with the bytes that stand for it in the table. */
  record Stored(Task task, byte[] bytes) {}

  /**
   * What came of a change.
   *
   * @param stands what is in the table now, which is what was wanted where that was done
   */
  record Written(boolean isDone, Optional<Stored> stands) {}

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

  /** Puts a task there that was not there before; where it was, it stays as it is. */
  Future<Written> add(Task task) {
    return write(task, Optional.empty());
  }

  /** Puts a task in place of what was known of it. */
  Future<Written> replace(Stored known, Task now) {
    return write(now, Optional.of(known.bytes()));
  }

  private Future<Written> write(Task now, Optional<byte[]> expected) {
    if (!mayWrite.getAsBoolean()) {
      return Future.failedFuture(TaskWords.keptElsewhere());
    }
    Stored wanted = new Stored(now, TaskWire.encode(now));
    return table
        .entry(now.taskId())
        .replace(expected, wanted.bytes())
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(false)
        .compose(isDone ->
            isDone
                ? Future.succeededFuture(new Written(true, Optional.of(wanted)))
                : read(now.taskId()).map(stands -> new Written(is(stands, wanted), stands)))
        .recover(TaskTable::named);
  }

  private static boolean is(Optional<Stored> stands, Stored wanted) {
    return stands.filter(one -> Arrays.equals(one.bytes(), wanted.bytes())).isPresent();
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
