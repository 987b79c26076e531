/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/**
 * How far somebody knows the agents of the mesh as one router does; no message by itself. Only the
 * router that gave it makes sense of it.
 *
 * @param router names that router's run; 0 for none
 * @param sequence of the last change that is known
 * @param taken how many places of the whole, as it was at that change, are known; {@link #WHOLE}
 *     where it is known whole
 */
public record RosterMark(long router, long sequence, int taken) {
  /** As {@code taken}: everything up to the change is known. */
  public static final int WHOLE = -1;

  /** Of somebody who knows nothing yet. */
  public static final RosterMark START = new RosterMark(0, 0, 0);
}
