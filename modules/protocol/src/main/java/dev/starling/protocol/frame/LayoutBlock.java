/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

/**
 * Where every node was after one tick, as the simulator hands it to gateways. The arrays belong to
 * the block and never change; nobody writes into them, so that one block serves every thread of a
 * process. Places and velocities are planes: all x, then all y, then all z.
 *
 * @param term of the simulator that leads; a higher one outdates whatever came before
 * @param tick of that simulator; rises with each block of a term
 * @param isMoving whether more is to come soon; false for a layout that rests
 * @param ids {@code int[n]}: the nodes' slots, ascending; bit 31 set for an agent
 * @param places {@code float[3 * n]}, in units, all finite
 * @param velocities {@code float[3 * n]}, in units per second, all finite
 */
public record LayoutBlock(
    long term, long tick, boolean isMoving, int[] ids, float[] places, float[] velocities) {
  /** Set in the id of an agent. */
  public static final int AGENT = 1 << 31;

  /** What is left of an id when {@link #AGENT} is taken away. */
  public static final int SLOT = ~AGENT;

  /** Refuses columns of different lengths. */
  public LayoutBlock {
    if (places.length != 3 * ids.length || velocities.length != 3 * ids.length) {
      throw new IllegalArgumentException(
          ids.length + " ids, " + places.length + " coordinates, " + velocities.length);
    }
  }

  /** How many nodes there are. */
  public int count() {
    return ids.length;
  }

  /** The slot of the node in row {@code i}. */
  public int slot(int i) {
    return ids[i] & SLOT;
  }

  /** Whether it was made later than {@code other}. */
  public boolean isAfter(LayoutBlock other) {
    return term > other.term || (term == other.term && tick > other.tick);
  }
}
