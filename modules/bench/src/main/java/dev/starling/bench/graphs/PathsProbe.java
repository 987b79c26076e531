/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Shortest paths by Starling or by JGraphT, in a JVM of its own. Arguments and output are those of
 * {@code shortest_paths.py}.
 */
final class PathsProbe {
  private static final double MILLION = 1e6;
  private static final int REPAIRS = 200;

  private final EdgeList edges;
  private final PathsRun run;
  private final PathFinder finder;
  private final CpuClock cpu = new CpuClock();
  private final Map<String, Object> told = new LinkedHashMap<>();

  private PathsProbe(EdgeList edges, PathsRun run, PathFinder finder) {
    this.edges = edges;
    this.run = run;
    this.finder = finder;
  }

  /** Finds paths from every source; prints one line of JSON. */
  public static void main(String[] arguments) throws IOException {
    PathsRun run = PathsRun.parse(arguments);
    EdgeList edges = EdgeListReader.read(run.graph());
    PathsProbe probe = new PathsProbe(edges, run, PathFinder.of(arguments[0], edges));
    probe.warm();
    probe.measure();
    if (probe.finder instanceof PathFinder.Starling starling) {
      new Repairs(edges, starling).measure(new Random(7), REPAIRS, probe.told);
    }
    Probe.tell(probe.told);
  }

  private void warm() {
    long until = cpu.nanos() + (long) (run.warm() * 1e9);
    int next = 0;
    do {
      finder.find(run.sources()[next++ % run.sources().length]);
    } while (cpu.nanos() < until);
  }

  private void measure() throws IOException {
    List<Double> wallMs = new ArrayList<>();
    List<Double> cpuMs = new ArrayList<>();
    for (int source : run.sources()) {
      long cpuBefore = cpu.nanos();
      long before = System.nanoTime();
      finder.find(source);
      wallMs.add((System.nanoTime() - before) / MILLION);
      cpuMs.add((cpu.nanos() - cpuBefore) / MILLION);
    }
    writeDistances();
    told.put("wallMs", wallMs);
    told.put("cpuMs", cpuMs);
    told.put("version", finder.version());
  }

  /**
   * Only now: its own code would be compiled, on the same process's time, while paths are found.
   */
  private void writeDistances() throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(run.out())) {
      for (int source : run.sources()) {
        finder.find(source);
        out.write(distances());
      }
    }
  }

  private String distances() {
    StringBuilder line = new StringBuilder();
    for (int node = 0; node < edges.nodes(); node++) {
      double distance = finder.distance(node);
      line.append(node == 0 ? "" : " ").append(Double.isInfinite(distance) ? "inf" : distance);
    }
    return line.append('\n').toString();
  }
}
