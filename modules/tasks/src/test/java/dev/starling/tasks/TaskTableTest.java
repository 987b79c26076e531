/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Mesh;
import dev.starling.fabric.SharedDocument;
import dev.starling.fabric.SharedTable;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.TaskWire;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks in a real mesh's table. */
class TaskTableTest {
  private static final Task TASK =
      Task.of("task-1", PlayedMesh.of(null, "cook", null), "alice", 1_000, 2_000);

  private final Mesh mesh = LocalMesh.alone(new SimpleMeterRegistry());
  private final TaskTable table = new TaskTable(mesh.tasks(), () -> true);

  @AfterEach
  void close() {
    LocalMesh.await(mesh.leave());
  }

  private Optional<Task> kept() {
    return LocalMesh.await(table.read("task-1")).map(TaskTable.Stored::task);
  }

  @Test
  void aTaskIsAddedOnceAndWhoComesLaterFindsTheFirst() {
    TaskTable.Written first = LocalMesh.await(table.add(TASK));
    assertThat(first.isDone()).isTrue();
    TaskTable.Written second = LocalMesh.await(table.add(TASK.assigned("anna", 1_100)));
    assertThat(second.isDone()).isFalse();
    assertThat(second.stands().orElseThrow().task()).isEqualTo(TASK);
  }

  @Test
  void aChangeOfWhatIsNotThereAnyMoreIsNoneAndSaysWhatStands() {
    TaskTable.Stored first = LocalMesh.await(table.add(TASK)).stands().orElseThrow();
    Task assigned = TASK.assigned("anna", 1_100);
    assertThat(LocalMesh.await(table.replace(first, assigned)).isDone()).isTrue();
    TaskTable.Written late =
        LocalMesh.await(table.replace(first, TASK.ended(TaskStatus.CANCELLED, "late", 1_200)));
    assertThat(late.isDone()).isFalse();
    assertThat(late.stands().orElseThrow().task()).isEqualTo(assigned);
    assertThat(kept()).contains(assigned);
  }

  @Test
  void whoDoesNotKeepTasksAnyMoreWritesNothing() {
    TaskTable.Stored first = LocalMesh.await(table.add(TASK)).stands().orElseThrow();
    TaskTable deposed = new TaskTable(mesh.tasks(), () -> false);
    Future<?> change = deposed.replace(first, TASK.assigned("anna", 1_100));
    assertThat(change.cause()).isInstanceOf(RefusalException.class);
    assertThat(kept()).contains(TASK);
  }

  @Test
  void aChangeThatWasMadeAndNotAnsweredIsFoundOut() {
    TaskTable deaf = new TaskTable(new Deaf(mesh.tasks()), () -> true);
    TaskTable.Written added = LocalMesh.await(deaf.add(TASK));
    assertThat(added.isDone()).isTrue();
    Task assigned = TASK.assigned("anna", 1_100);
    assertThat(LocalMesh.await(deaf.replace(added.stands().orElseThrow(), assigned)).isDone())
        .isTrue();
    assertThat(kept()).contains(assigned);
  }

  @Test
  void whatIsForgottenIsThereAsLongAsSomebodyChangedIt() {
    TaskTable.Stored first = LocalMesh.await(table.add(TASK)).stands().orElseThrow();
    TaskTable.Stored second =
        LocalMesh.await(table.replace(first, TASK.assigned("anna", 1_100))).stands().orElseThrow();
    table.forget(first);
    assertThat(kept()).isPresent();
    table.forget(second);
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsLeftOut() {
    LocalMesh.await(table.add(TASK));
    LocalMesh.await(mesh.tasks().entry("foreign").replace(Optional.empty(), new byte[] {9, 9, 9}));
    assertThat(LocalMesh.await(table.all()))
        .extracting(TaskTable.Stored::task)
        .containsExactly(TASK);
    assertThat(TaskWire.decode(TaskWire.encode(TASK))).contains(TASK);
  }

  /** A table that makes each change, and then does not answer that it did. */
  private record Deaf(SharedTable real) implements SharedTable {
    @Override
    public SharedDocument entry(String key) {
      SharedDocument entry = real.entry(key);
      return new SharedDocument() {
        @Override
        public Future<Optional<byte[]>> read() {
          return entry.read();
        }

        @Override
        public Future<Boolean> replace(Optional<byte[]> expected, byte[] now) {
          return entry
              .replace(expected, now)
              .compose(done -> Future.failedFuture("the member that did it is lost"));
        }
      };
    }

    @Override
    public Future<Map<String, byte[]>> all() {
      return real.all();
    }

    @Override
    public Future<Boolean> remove(String key, byte[] expected) {
      return real.remove(key, expected);
    }
  }
}
