/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Who leads when a mesh that had split is one again, and each side had a leader: the one with the
 * higher term. Hazelcast makes instances from a peer's bytes; there are none to read.
 */
public final class LeaderMergePolicy
    implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]> {

  @Override
  public byte @Nullable [] merge(
      MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
    byte[] theirs = merging.getValue();
    byte[] ours = existing == null ? null : existing.getValue();
    return ours == null || leader(theirs).compareTo(leader(ours)) > 0 ? theirs : ours;
  }

  private static Leader leader(byte[] bytes) {
    return Leader.of(bytes).orElse(Leader.NONE);
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
