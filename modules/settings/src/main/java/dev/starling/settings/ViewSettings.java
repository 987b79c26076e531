/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import static dev.starling.settings.Setting.choice;
import static dev.starling.settings.Setting.colour;
import static dev.starling.settings.Setting.flag;
import static dev.starling.settings.Setting.integer;
import static dev.starling.settings.Setting.number;
import static dev.starling.settings.Setting.text;

import java.util.List;
import java.util.stream.Stream;

/** How consoles draw the graph; every console of the mesh follows. Stateless. */
final class ViewSettings {
  private static final String SCENE = "visualisation.rendering.";
  private static final String NODES = "visualisation.nodes.";
  private static final String EDGES = "visualisation.edges.";
  private static final String LABELS = "visualisation.labels.";
  private static final String MOTION = "visualisation.animation.";
  private static final String LENGTH = "units";

  private ViewSettings() {}

  static Stream<Setting> all() {
    return Stream.of(scene(), nodes(), edges(), labels(), motion()).flatMap(List::stream);
  }

  private static List<Setting> scene() {
    return List.of(
        flag(SCENE + "enable_shadows", false, "Whether nodes cast shadows."),
        flag(SCENE + "antialias", true, "Whether edges of shapes are smoothed."),
        colour(SCENE + "background", "#0b1020", "Colour behind the graph."),
        number(SCENE + "ambientLight", 0.6, 0, 5, "", "Light that comes from everywhere."),
        number(SCENE + "directionalLight", 0.8, 0, 5, "", "Light that comes from one side."),
        number(SCENE + "fieldOfView", 60, 10, 120, "degrees", "Height of what the camera sees."),
        number(SCENE + "pixelRatio", 1.5, 0.5, 4, "", "Most pixels drawn for one of the page's."),
        integer(SCENE + "maxFps", 60, 1, 240, "1/s", "Most pictures a second."),
        flag(SCENE + "bloom", false, "Whether bright things glow."),
        number(SCENE + "bloomStrength", 0.5, 0, 5, "", "How much they glow."),
        number(SCENE + "fogDensity", 0, 0, 0.1, "1/units", "How fast distance fades; 0 for never."),
        flag(SCENE + "showGrid", false, "Whether the ground plane is drawn."),
        flag(SCENE + "showAxes", false, "Whether the three axes are drawn."));
  }

  private static List<Setting> nodes() {
    return List.of(
        number(NODES + "size", 6, 0.1, 200, LENGTH, "Radius of a node."),
        choice(
            NODES + "sizeBy",
            "degree",
            List.of("none", "degree", "pagerank", "centrality"),
            "What makes a node larger than others."),
        number(NODES + "opacity", 1, 0, 1, "", "1 for solid, 0 for invisible."),
        colour(NODES + "agentColour", "#f5b942", "Colour of agents."),
        colour(NODES + "knowledgeColour", "#4da3ff", "Colour of knowledge."),
        colour(NODES + "selectedColour", "#ffffff", "Colour of what is selected."),
        choice(
            NODES + "colourBy",
            "kind",
            List.of("kind", "community", "anomaly", "status"),
            "What a node's colour tells."),
        flag(NODES + "showAgents", true, "Whether agents are drawn."),
        flag(NODES + "showKnowledge", true, "Whether knowledge is drawn."),
        integer(NODES + "detail", 2, 0, 5, "subdivisions", "How round a node is."),
        integer(
            NODES + "maxVisible", 100_000, 1, 1_000_000, "nodes", "Most nodes drawn at a time."));
  }

  private static List<Setting> edges() {
    return List.of(
        flag(EDGES + "visible", true, "Whether edges are drawn."),
        number(EDGES + "width", 1, 0.1, 20, "pixels", "Width of an edge."),
        flag(EDGES + "widthByWeight", true, "Whether heavier edges are wider."),
        colour(EDGES + "colour", "#5b6b8c", "Colour of edges."),
        number(EDGES + "opacity", 0.4, 0, 1, "", "1 for solid, 0 for invisible."),
        number(EDGES + "curvature", 0, 0, 1, "", "0 for straight lines."),
        flag(EDGES + "showOutcomes", true, "Whether outcomes are seen travelling."),
        number(
            EDGES + "minimumWeight",
            0,
            0,
            1_000_000,
            "",
            "Weight below which an edge is not drawn."));
  }

  private static List<Setting> labels() {
    return List.of(
        flag(LABELS + "visible", true, "Whether names are written."),
        number(LABELS + "size", 12, 4, 96, "pixels", "Height of the letters."),
        colour(LABELS + "colour", "#e6ebf5", "Colour of the letters."),
        colour(LABELS + "outlineColour", "#0b1020", "Colour around the letters."),
        text(LABELS + "fontFamily", "system-ui, sans-serif", 200, "Fonts, as CSS lists them."),
        integer(
            LABELS + "maxLength", 40, 1, 500, "characters", "Letters after which a name is cut."),
        integer(LABELS + "maxVisible", 200, 0, 10_000, "labels", "Most names written at a time."),
        number(
            LABELS + "maxDistance",
            2_000,
            1,
            100_000,
            LENGTH,
            "Distance from the camera beyond which no name is written."));
  }

  private static List<Setting> motion() {
    return List.of(
        flag(MOTION + "enabled", true, "Whether anything moves that need not."),
        number(
            MOTION + "smoothing", 0.2, 0, 1, "", "Part of the way that a node goes each picture."),
        integer(MOTION + "transitionMs", 400, 0, 10_000, "ms", "Time that a change of view takes."),
        flag(MOTION + "rotate", false, "Whether the scene turns by itself."),
        number(MOTION + "rotationSpeed", 2, -90, 90, "degrees/s", "How fast it turns."),
        integer(
            MOTION + "outcomeTrailMs", 800, 0, 60_000, "ms", "Time for which an outcome is seen."),
        integer(MOTION + "maxTrails", 200, 0, 10_000, "outcomes", "Most outcomes seen at a time."));
  }
}
