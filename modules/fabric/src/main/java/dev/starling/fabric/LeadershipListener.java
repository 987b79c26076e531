/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

/**
 * Hears whether this node leads a role, on the context that was given for it. The two take turns,
 * beginning with {@link #leads}.
 */
public interface LeadershipListener {

  /**
   * This node leads from now on.
   *
   * @param term goes with whatever it sends as a leader, so that who heard of a later one ignores
   *     it
   */
  void leads(long term);

  /** This node leads no longer: it stops to act as the leader of that term at once. */
  void leadsNoMore(long term);
}
