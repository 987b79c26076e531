/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import dev.starling.protocol.mesh.TaskWire;
import dev.starling.protocol.task.Task;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * How a task is when a mesh that had split is one again: as on the side on which it ended, first if
 * on both, else on which more agents were given it. Hazelcast makes instances from a peer's bytes;
 * there are none to read.
 */
public final class TaskMergePolicy
    implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]> {
  private static final Comparator<Task> ORDER =
      Comparator.comparing((Task task) -> task.status().isEnd())
          .thenComparing(Comparator.comparingLong((Task task) -> task.ended()).reversed())
          .thenComparingInt(task -> task.attempt());

  @Override
  public byte @Nullable [] merge(
      MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
    byte[] theirs = merging.getValue();
    byte[] ours = existing == null ? null : existing.getValue();
    if (ours == null) {
      return theirs;
    }
    Task mine = TaskWire.decode(ours).orElse(null);
    Task other = TaskWire.decode(theirs).orElse(null);
    boolean isLater = other != null && (mine == null || ORDER.compare(other, mine) > 0);
    return isLater ? theirs : ours;
  }

  @Override
  public void writeData(ObjectDataOutput out) {
    // It has no state.
  }

  @Override
  public void readData(ObjectDataInput in) {
    // It has no state.
  }
}
