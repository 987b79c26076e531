/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static dev.starling.settings.Setting.flag;
import static dev.starling.settings.Setting.integer;
import static dev.starling.settings.Setting.number;

import java.util.List;
import java.util.stream.Stream;

/**
 * How the layout moves, under VisionFlow's names. Each step a node gets repulsion {@code repelK · d
 * / (d² + repulsionSofteningEpsilon)} from those within {@code maxRepulsionDist} and {@code springK
 * · weight · (d − restLength)} along each edge, both divided by its inertia, which is 1 and the
 * weights of its edges, and {@code centerGravityK} times its distance towards the centre; then
 * {@code v = (v + a · dt) · damping} and {@code p = p + v · dt}. Lengths and positions are in units
 * of the scene, times in seconds. Stateless.
 */
final class PhysicsSettings {
  private static final String AT = "visualisation.physics.";
  private static final String LENGTH = "units";

  private PhysicsSettings() {}

  static Stream<Setting> all() {
    return Stream.of(forces(), motion(), space(), settling(), traffic()).flatMap(List::stream);
  }

  private static List<Setting> forces() {
    return List.of(
        number(AT + "springK", 1_296, 0, 100_000, "1/s²", "How hard an edge pulls its ends."),
        number(AT + "restLength", 0, 0, 10_000, LENGTH, "Length at which an edge is at rest."),
        number(
            AT + "repelK",
            129_600,
            0,
            100_000_000,
            "units²/s²",
            "How hard nodes push each other away."),
        number(
            AT + "maxRepulsionDist",
            0,
            0,
            1_000_000,
            LENGTH,
            "Distance beyond which nodes do not push each other; 0 for none, which is fastest."),
        number(
            AT + "repulsionSofteningEpsilon",
            1,
            0.001,
            1_000_000,
            "units²",
            "Added to the squared distance, so that nodes on one spot part gently."),
        number(
            AT + "centerGravityK",
            300,
            0,
            100_000,
            "1/s²",
            "How hard every node is drawn to the centre."),
        number(AT + "gravity", 0, 0, 100_000, "units/s²", "A steady pull downwards."),
        number(
            AT + "maxForce",
            1_000_000_000,
            0.1,
            1_000_000_000,
            "units/s²",
            "Most that all forces together may do to one node."));
  }

  private static List<Setting> motion() {
    return List.of(
        number(AT + "dt", 1 / 60.0, 0.001, 0.1, "s", "Time that one step stands for."),
        number(
            AT + "damping",
            0.85,
            0,
            0.999,
            "",
            "Part of its velocity that a node keeps each step."),
        number(
            AT + "maxVelocity",
            4_500,
            0.1,
            1_000_000,
            "units/s",
            "Speed that no node exceeds, and a node that has cooled not by far."),
        number(
            AT + "coolingRate",
            0.02,
            0,
            1,
            "",
            "Part of its heat that a node loses each step: of full heat it may have full speed."),
        number(
            AT + "temperature",
            0,
            0,
            10_000,
            "units/s",
            "Random motion of a node of full heat, which helps a layout out of a bad place."));
  }

  private static List<Setting> space() {
    return List.of(
        flag(AT + "enabled", true, "Whether the layout moves at all."),
        flag(AT + "enableBounds", false, "Whether nodes are kept within the box."),
        number(
            AT + "boundsSize",
            1_000,
            10,
            1_000_000,
            LENGTH,
            "From the centre to each wall of the box."),
        number(
            AT + "boundaryDamping",
            0.9,
            0,
            1,
            "",
            "Part of its speed that a node keeps when it bounces off a wall."));
  }

  private static List<Setting> settling() {
    return List.of(
        flag(AT + "autoPause.enabled", true, "Whether a layout that has settled stands still."),
        number(
            AT + "autoPause.equilibriumVelocityThreshold",
            0.0001,
            0,
            1,
            "",
            "Way of the fastest node in one step, by the layout's radius, below which it has"
                + " settled."),
        integer(
            AT + "autoPause.equilibriumCheckFrames",
            10,
            1,
            300,
            "steps",
            "Steps for which it must stay below."));
  }

  private static List<Setting> traffic() {
    return List.of(
        number(
            AT + "trafficWeight",
            0.5,
            0,
            100,
            "",
            "Weight of the edge between two agents over which one outcome passed, and what each"
                + " doubling adds; 0 for no such edges."),
        number(
            AT + "trafficHalfLife",
            60,
            1,
            86_400,
            "s",
            "Time in which the outcomes between two agents come to count for half."));
  }
}
