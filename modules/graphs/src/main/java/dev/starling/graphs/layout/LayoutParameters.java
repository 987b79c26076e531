/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * How a layout moves. Lengths are in units of the scene, times in seconds.
 *
 * @param forces what acts on a body
 * @param motion how it answers
 * @param walls where it must stay
 * @param rest when it counts as settled
 */
public record LayoutParameters(Forces forces, Motion motion, Walls walls, Rest rest) {

  /**
   * What a layout goes by unless somebody says otherwise, found by {@code scripts/bench physics} on
   * graphs of 1 000 to 32 767 nodes with several seeds:
   *
   * <ul>
   *   <li>The ratio of {@code repelK} to {@code springK} alone sets the scale: 100 makes an edge
   *       that nothing else pulls at 10 units long.
   *   <li>The higher {@code springK} is by the square of the step, the sooner neighbours find each
   *       other; 0.36 is near the 0.5 at which an explicit step is cut, and where nothing more was
   *       gained.
   *   <li>Springs pull at any length. A rest length of one edge cost a tenth of the neighbourhoods
   *       that the layout preserves, one of three edges a third.
   *   <li>The centre holds what no edge does: without it a node of its own flies off to twenty
   *       times the radius, with it to three or four. It also takes a tenth off the stress of large
   *       graphs, and nothing from neighbourhoods; twice of it made scale-free graphs so dense that
   *       the tree was 5 % wrong.
   *   <li>A greatest speed too low leaves a large graph folded up when it has cooled, one too high
   *       blows it up beyond what its distances say.
   *   <li>Cooling by 2 % a tick comes to rest within 8 seconds of 60 ticks; half of that took 11
   *       and preserved no more.
   * </ul>
   */
  public static LayoutParameters defaults() {
    return new LayoutParameters(
        new Forces(1_296, 0, 129_600, 1, Float.POSITIVE_INFINITY, 300, 0, 1e9f),
        new Motion(1 / 60f, 0.85f, 4_500, 0.02f, 0),
        new Walls(false, 1_000, 0.9f),
        new Rest(1e-4f, 10));
  }

  private static void require(String name, float value, float least, float most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(name + " is " + value + ", not " + least + " to " + most);
    }
  }

  /**
   * Accelerations, before they are divided by a body's inertia.
   *
   * @param springK 1/s²: an edge pulls its ends by {@code springK · weight · (d - restLength)}
   * @param restLength units: length at which an edge does nothing
   * @param repelK units²/s²: bodies push each other by {@code repelK · d / (d² + softening)}
   * @param softening units², &gt; 0
   * @param reach units: distance beyond which bodies do not push each other; may be infinite
   * @param centreK 1/s²: every body is drawn to the centre by {@code centreK · |p|}
   * @param gravity units/s²: a steady pull downwards, against y, whatever the inertia
   * @param most units/s²: greatest acceleration of a body
   */
  public record Forces(
      float springK,
      float restLength,
      float repelK,
      float softening,
      float reach,
      float centreK,
      float gravity,
      float most) {

    /** Refuses what no arithmetic on floats could bear. */
    public Forces {
      require("springK", springK, 0, 1e6f);
      require("restLength", restLength, 0, 1e6f);
      require("repelK", repelK, 0, 1e9f);
      require("softening", softening, 1e-6f, 1e6f);
      require("reach", reach, 1e-3f, Float.POSITIVE_INFINITY);
      require("centreK", centreK, 0, 1e6f);
      require("gravity", gravity, 0, 1e6f);
      require("most", most, 0, 1e9f);
    }
  }

  /**
   * How velocities come from forces.
   *
   * @param step seconds that one tick stands for
   * @param damping part of its velocity that a body keeps each tick, 0 to 1
   * @param maxSpeed units/s, for a body of full heat
   * @param cooling part of its heat that a body loses each tick, 0 to 1
   * @param temperature units/s: random motion of a body of full heat
   */
  public record Motion(
      float step, float damping, float maxSpeed, float cooling, float temperature) {

    /** Refuses what no arithmetic on floats could bear. */
    public Motion {
      require("step", step, 1e-4f, 1);
      require("damping", damping, 0, 1);
      require("maxSpeed", maxSpeed, 0, 1e7f);
      require("cooling", cooling, 0, 1);
      require("temperature", temperature, 0, 1e6f);
    }
  }

  /**
   * A box around the centre.
   *
   * @param enabled whether it holds bodies back
   * @param halfWidth units from the centre to each wall
   * @param damping part of its speed that a body keeps when it bounces off
   */
  public record Walls(boolean enabled, float halfWidth, float damping) {

    /** Refuses walls beyond the edge of space, or that make what bounces faster. */
    public Walls {
      require("halfWidth", halfWidth, 1e-3f, Layout.EDGE_OF_SPACE);
      require("damping", damping, 0, 1);
    }
  }

  /**
   * When a layout has settled.
   *
   * @param displacement greatest movement of a body in one tick, by the layout's radius, at rest
   * @param ticks for how many ticks in a row
   */
  public record Rest(float displacement, int ticks) {

    /** Refuses what would never or always be rest. */
    public Rest {
      require("displacement", displacement, 0, 1);
      require("ticks", ticks, 1, 1e6f);
    }
  }
}
