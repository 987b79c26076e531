/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import dev.starling.protocol.settings.DamagedDocumentException;
import dev.starling.protocol.settings.SettingsDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the settings when a mesh that had split is one again: of each, the later change.
 * Where the sides have other histories, the greater side's stand. Hazelcast makes instances from a
 * peer's bytes; there are none to read.
 */
public final class SettingsMergePolicy
    implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsMergePolicy.class);

  @Override
  public byte @Nullable [] merge(
      MergingValue<byte[]> merging, @Nullable MergingValue<byte[]> existing) {
    byte[] theirs = merging.getValue();
    byte[] ours = existing == null ? null : existing.getValue();
    return ours == null ? theirs : merged(ours, theirs);
  }

  private static byte[] merged(byte[] ours, byte[] theirs) {
    try {
      SettingsDocument kept = SettingsDocument.of(ours);
      SettingsDocument other = SettingsDocument.of(theirs);
      if (kept.lineage().equals(other.lineage())) {
        return kept.merge(other).toBytes();
      }
      if (!kept.settings().equals(other.settings())) {
        LOG.warn(
            "the mesh healed, and both sides had settings of their own: the greater side's stay");
      }
    } catch (DamagedDocumentException e) {
      LOG.error("the mesh healed, and a side's settings cannot be read", e);
    }
    return ours;
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
