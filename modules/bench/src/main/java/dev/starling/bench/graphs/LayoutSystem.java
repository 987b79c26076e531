/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.NodeLibraries;
import dev.starling.bench.Places;
import java.io.IOException;
import java.util.List;

/**
 * Something that lays out graphs: Starling, or a library for Node by the name that {@code
 * graph_layouts.js} has for it.
 */
record LayoutSystem(String name, Places places) {
  static final String STARLING = "starling";

  /** In the order of the table's columns. */
  static final List<String> ALL = List.of("d3", "ngraph", "fa2", STARLING);

  /** Refuses what is not there. */
  LayoutSystem {
    if (!ALL.contains(name)) {
      throw new IllegalArgumentException("no system " + name + ", only " + String.join(", ", ALL));
    }
  }

  boolean isOurs() {
    return name.equals(STARLING);
  }

  /** What runs it; installs what that needs. */
  Probe probe() throws IOException {
    if (isOurs()) {
      return threads(1);
    }
    NodeLibraries libraries = new NodeLibraries(places);
    libraries.install();
    String script = places.peers().resolve("graph_layouts.js").toString();
    return new Probe(List.of("node", script, name), libraries.environment());
  }

  /** Starling on so many threads. */
  static Probe threads(int count) {
    return Probe.java(LayoutProbe.class, Integer.toString(count));
  }
}
