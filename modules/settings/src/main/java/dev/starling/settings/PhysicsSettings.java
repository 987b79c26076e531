/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static dev.starling.settings.Setting.choice;
import static dev.starling.settings.Setting.flag;
import static dev.starling.settings.Setting.integer;
import static dev.starling.settings.Setting.number;

import java.util.List;
import java.util.stream.Stream;

/**
 * How the layout moves, under VisionFlow's names. Each step a node gets repulsion {@code min(repelK
 * / (d² + repulsionSofteningEpsilon), maxForce)} from those within {@code maxRepulsionDist}, {@code
 * springK · (d − restLength) · weight} along each edge and {@code centerGravityK · p} towards the
 * centre; then {@code v = (v + F · dt / mass) · damping} and {@code p = p + v · dt}. Lengths and
 * positions are in units of the scene, times in seconds. Stateless.
 */
final class PhysicsSettings {
  private static final String AT = "visualisation.physics.";
  private static final String LENGTH = "units";

  private PhysicsSettings() {}

  static Stream<Setting> all() {
    return Stream.of(forces(), motion(), space(), settling(), clustering()).flatMap(List::stream);
  }

  private static List<Setting> forces() {
    return List.of(
        number(AT + "springK", 8, 0, 500, "1/s²", "How hard an edge pulls its ends together."),
        number(AT + "restLength", 50, 1, 1_000, LENGTH, "Length at which an edge is at rest."),
        number(
            AT + "repelK", 4_000, 0, 100_000, "units³/s²", "How hard nodes push each other away."),
        number(
            AT + "maxRepulsionDist",
            600,
            1,
            10_000,
            LENGTH,
            "Distance beyond which nodes do not push each other."),
        number(
            AT + "repulsionSofteningEpsilon",
            0.0001,
            0.000001,
            100,
            "units²",
            "Added to the squared distance, so that nodes on one spot part gently."),
        number(
            AT + "centerGravityK",
            0.05,
            0,
            10,
            "1/s²",
            "How hard every node is drawn to the centre."),
        number(AT + "gravity", 0, 0, 10, "units/s²", "A steady pull downwards."),
        number(AT + "maxForce", 500, 0.1, 100_000, "units/s²", "Most that one force may do."),
        number(
            AT + "ssspAlpha",
            0,
            0,
            1,
            "",
            "How much the difference of two nodes' graph distances lengthens their edge; 0 for not"
                + " at all."),
        number(
            AT + "constraintMaxForcePerNode",
            50,
            0,
            10_000,
            "units/s²",
            "Most that constraints together may do to one node."),
        integer(
            AT + "constraintRampFrames",
            60,
            0,
            1_000,
            "steps",
            "Steps over which a new constraint grows to its full force."));
  }

  private static List<Setting> motion() {
    return List.of(
        number(AT + "dt", 0.016, 0.001, 0.1, "s", "Time that one step stands for."),
        number(
            AT + "damping", 0.9, 0, 0.999, "", "Part of its velocity that a node keeps each step."),
        number(AT + "maxVelocity", 200, 0.1, 10_000, "units/s", "Speed that no node exceeds."),
        number(
            AT + "temperature",
            0.01,
            0,
            100,
            "units/s",
            "Random motion that helps a layout out of a bad place; it cools."),
        number(
            AT + "coolingRate",
            0.001,
            0,
            1,
            "",
            "Part of the temperature that is lost each step."));
  }

  private static List<Setting> space() {
    return List.of(
        flag(AT + "enabled", true, "Whether the layout moves at all."),
        flag(AT + "enableBounds", true, "Whether nodes are kept within the box."),
        number(
            AT + "boundsSize",
            1_000,
            10,
            100_000,
            LENGTH,
            "From the centre to each wall of the box."),
        number(
            AT + "boundaryDamping",
            0.9,
            0,
            1,
            "",
            "Part of its velocity that a node keeps near and at a wall."),
        number(
            AT + "gridCellSize",
            100,
            1,
            10_000,
            LENGTH,
            "Edge of a cell of the grid that finds who is near."));
  }

  private static List<Setting> settling() {
    return List.of(
        integer(
            AT + "warmupIterations",
            100,
            0,
            10_000,
            "steps",
            "Steps over which forces grow to their full size after a start."),
        integer(
            AT + "iterations",
            1_000,
            1,
            100_000,
            "steps",
            "Steps after which a layout that has not settled slows down."),
        flag(AT + "autoBalance", false, "Whether forces are tuned while the layout moves."),
        integer(
            AT + "autoBalanceIntervalMs", 500, 10, 60_000, "ms", "Between two such adjustments."),
        flag(AT + "autoPause.enabled", true, "Whether a layout that has settled stands still."),
        number(
            AT + "autoPause.equilibriumVelocityThreshold",
            0.1,
            0,
            10,
            "units/s",
            "Mean speed below which a layout counts as settled."),
        integer(
            AT + "autoPause.equilibriumCheckFrames",
            30,
            1,
            300,
            "steps",
            "Steps for which it must stay below."),
        number(
            AT + "autoPause.equilibriumEnergyThreshold",
            0.01,
            0,
            1,
            "units²/s²",
            "Mean kinetic energy below which a layout counts as settled."),
        flag(AT + "autoPause.pauseOnEquilibrium", true, "Whether forces rest while it is settled."),
        flag(
            AT + "autoPause.resumeOnInteraction",
            true,
            "Whether a touched node sets the layout in motion again."));
  }

  private static List<Setting> clustering() {
    return List.of(
        choice(
            AT + "clusteringAlgorithm",
            "none",
            List.of("none", "kmeans", "louvain", "label_propagation"),
            "What groups nodes for the layout."),
        integer(AT + "clusterCount", 5, 1, 1_000, "clusters", "Groups that kmeans makes."),
        number(
            AT + "clusteringResolution",
            1,
            0.01,
            100,
            "",
            "Above 1 more and smaller communities, below 1 fewer and larger."),
        integer(
            AT + "clusteringIterations", 30, 1, 1_000, "rounds", "Most rounds of the algorithm."));
  }
}
