/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.SharedSettings;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.graphs.layout.LayoutParameters.Forces;
import dev.starling.graphs.layout.LayoutParameters.Motion;
import dev.starling.graphs.layout.LayoutParameters.Rest;
import dev.starling.graphs.layout.LayoutParameters.Walls;

/**
 * What the settings under {@code visualisation.physics} say, as the simulation goes by it. Values
 * were checked against their ranges before they became settings; one beyond what the layout can
 * bear, from a file that was edited, is brought back within it.
 *
 * @param layout of the layout
 * @param isEnabled whether the layout moves at all
 * @param rests whether a layout that has settled stands still
 * @param trafficHalfLife seconds in which an edge that nobody uses loses half of its traffic
 * @param trafficWeight weight of an edge over which one outcome passed; 0 for no such edges
 */
record PhysicsParameters(
    LayoutParameters layout,
    boolean isEnabled,
    boolean rests,
    double trafficHalfLife,
    double trafficWeight) {

  private static final String AT = "visualisation.physics.";
  private static final LayoutParameters DEFAULTS = LayoutParameters.defaults();

  /** Reads what is in force now. */
  static PhysicsParameters of(SharedSettings settings) {
    return new PhysicsParameters(
        new LayoutParameters(forces(settings), motion(settings), walls(settings), rest(settings)),
        flag(settings, "enabled", true),
        flag(settings, "autoPause.enabled", true),
        real(settings, "trafficHalfLife", 60, 1, 86_400),
        real(settings, "trafficWeight", 0.5, 0, 100));
  }

  private static Forces forces(SharedSettings settings) {
    Forces usual = DEFAULTS.forces();
    return new Forces(
        (float) real(settings, "springK", usual.springK(), 0, 1e6),
        (float) real(settings, "restLength", usual.restLength(), 0, 1e6),
        (float) real(settings, "repelK", usual.repelK(), 0, 1e9),
        (float) real(settings, "repulsionSofteningEpsilon", usual.softening(), 1e-3, 1e6),
        reach(settings),
        (float) real(settings, "centerGravityK", usual.centreK(), 0, 1e6),
        (float) real(settings, "gravity", usual.gravity(), 0, 1e6),
        (float) real(settings, "maxForce", usual.most(), 0, 1e9));
  }

  /** 0 stands for no limit, which is also the fastest. */
  private static float reach(SharedSettings settings) {
    double reach = real(settings, "maxRepulsionDist", 0, 0, 1e6);
    return reach == 0 ? Float.POSITIVE_INFINITY : (float) Math.max(1e-3, reach);
  }

  private static Motion motion(SharedSettings settings) {
    Motion usual = DEFAULTS.motion();
    return new Motion(
        (float) real(settings, "dt", usual.step(), 1e-3, 1),
        (float) real(settings, "damping", usual.damping(), 0, 1),
        (float) real(settings, "maxVelocity", usual.maxSpeed(), 0, 1e7),
        (float) real(settings, "coolingRate", usual.cooling(), 0, 1),
        (float) real(settings, "temperature", usual.temperature(), 0, 1e6));
  }

  private static Walls walls(SharedSettings settings) {
    Walls usual = DEFAULTS.walls();
    return new Walls(
        flag(settings, "enableBounds", usual.enabled()),
        (float) real(settings, "boundsSize", usual.halfWidth(), 1e-2, 1e6),
        (float) real(settings, "boundaryDamping", usual.damping(), 0, 1));
  }

  private static Rest rest(SharedSettings settings) {
    Rest usual = DEFAULTS.rest();
    return new Rest(
        (float)
            real(settings, "autoPause.equilibriumVelocityThreshold", usual.displacement(), 0, 1),
        (int) real(settings, "autoPause.equilibriumCheckFrames", usual.ticks(), 1, 1e6));
  }

  private static double real(
      SharedSettings settings, String name, double usual, double least, double most) {
    double value = settings.number(AT + name, usual);
    return Double.isNaN(value) ? usual : Math.clamp(value, least, most);
  }

  private static boolean flag(SharedSettings settings, String name, boolean usual) {
    return settings
        .value(AT + name)
        .map(value -> Boolean.parseBoolean(value.toString()))
        .orElse(usual);
  }
}
