/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.spi.merge.MergingValue;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.TaskWire;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How a task is that both sides of a split have, or one of them. */
class TaskMergePolicyTest {
  private static final Task QUEUED =
      Task.of(
          "task-1",
          new TaskRequest("do it", null, "cook", null, null, TaskPriority.NORMAL, null, 0),
          "alice",
          1_000,
          9_000);
  private static final Task FIRST = QUEUED.assigned("anna", 1_100);
  private static final Task SECOND = FIRST.queued("anna left").assigned("bert", 1_200);

  private record Side(byte[] bytes) implements MergingValue<byte[]> {
    @Override
    public byte[] getValue() {
      return bytes;
    }

    @Override
    public Object getRawValue() {
      return bytes;
    }
  }

  private static Task merged(Task theirs, Task ours) {
    byte[] result =
        new TaskMergePolicy()
            .merge(new Side(TaskWire.encode(theirs)), new Side(TaskWire.encode(ours)));
    return TaskWire.decode(Objects.requireNonNull(result)).orElseThrow();
  }

  private static void assertStays(Task one, Task other) {
    assertThat(merged(one, other)).isEqualTo(one);
    assertThat(merged(other, one)).isEqualTo(one);
  }

  @Test
  void itHasEndedWhereItEndedOnOneSide() {
    assertStays(FIRST.completed(RawJson.of("{}"), 1_300), SECOND);
    assertStays(QUEUED.ended(TaskStatus.CANCELLED, "taken back", 1_050), SECOND);
  }

  @Test
  void whereItEndedOnBothTheFirstEndStays() {
    assertStays(
        FIRST.completed(RawJson.of("{}"), 1_300),
        SECOND.ended(TaskStatus.TIMED_OUT, "it did not end in time", 1_301));
  }

  @Test
  void elseItIsWhereItWentFurther() {
    assertStays(FIRST, QUEUED);
    assertStays(SECOND, FIRST);
  }

  @Test
  void whatOneSideAloneHasOrCanReadStays() {
    byte[] only = TaskWire.encode(FIRST);
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    TaskMergePolicy policy = new TaskMergePolicy();
    assertThat(policy.merge(new Side(only), null)).isEqualTo(only);
    assertThat(policy.merge(new Side(only), new Side(garbage))).isEqualTo(only);
    assertThat(policy.merge(new Side(garbage), new Side(only))).isEqualTo(only);
  }
}
