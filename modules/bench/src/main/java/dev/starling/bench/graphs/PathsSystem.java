/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.Places;
import dev.starling.bench.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that finds shortest paths.
 *
 * @param python an interpreter, or null for the first that has the library
 */
record PathsSystem(String name, Places places, @Nullable String python) {
  static final String STARLING = "starling";
  static final String JGRAPHT = "jgrapht";

  /** In the order of the table's columns. */
  static final List<String> ALL = List.of(JGRAPHT, "scipy", "networkx", STARLING);

  /** Refuses what is not there. */
  PathsSystem {
    if (!ALL.contains(name)) {
      throw new IllegalArgumentException("no system " + name + ", only " + String.join(", ", ALL));
    }
  }

  /** What runs it; throws, saying what is missing, where nothing can. */
  Probe probe() throws IOException {
    if (name.equals(STARLING) || name.equals(JGRAPHT)) {
      return Probe.java(PathsProbe.class, name);
    }
    String script = places.peers().resolve("shortest_paths.py").toString();
    return new Probe(List.of(interpreter(), script, name), Map.of());
  }

  private String interpreter() throws IOException {
    List<String> candidates =
        python == null ? List.of("python3", "/usr/bin/python3", "python") : List.of(python);
    for (String candidate : candidates) {
      try {
        String check = "import " + name;
        ServerProcess.run(List.of(candidate, "-c", check), places.root(), Duration.ofSeconds(60));
        return candidate;
      } catch (IOException e) {
        // The next one may have it.
      }
    }
    throw new IOException(
        "needs a Python with "
            + name
            + ": apt-get install python3-"
            + name
            + " as root, or --python <path>; tried "
            + String.join(", ", candidates));
  }
}
