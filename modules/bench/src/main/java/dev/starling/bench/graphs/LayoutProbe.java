/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.Crew;
import dev.starling.graphs.layout.Layout;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.graphs.layout.RepulsionError;
import dev.starling.graphs.layout.Tick;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Starling's layout with its defaults, in a JVM of its own: a layout that warms the compiler and is
 * thrown away, then a fresh one tick by tick until it has settled. Arguments and output are those
 * of {@code graph_layouts.js}, the number of threads in place of the system.
 */
final class LayoutProbe {
  private static final double MILLION = 1e6;
  private static final int BODIES_ASKED = 4_000;

  /** A layout that has not settled after a minute of 60 ticks a second never will. */
  private static final int MOST_TICKS = 3_600;

  private final CompactAdjacency graph;
  private final LayoutRun run;
  private final CpuClock cpu = new CpuClock();
  private final List<Double> wallMs = new ArrayList<>();
  private final List<Double> cpuMs = new ArrayList<>();
  private final Map<String, @Nullable Object> told = new LinkedHashMap<>();
  private final List<Double> errors = new ArrayList<>();
  private double spentMs;

  private LayoutProbe(CompactAdjacency graph, LayoutRun run) {
    this.graph = graph;
    this.run = run;
  }

  /** Runs one layout; prints one line of JSON. */
  public static void main(String[] arguments) throws IOException {
    int threads = Integer.parseInt(arguments[0]);
    LayoutRun run = LayoutRun.parse(arguments);
    LayoutProbe probe = new LayoutProbe(EdgeListReader.read(run.graph()).adjacency(), run);
    try (PoolCrew crew = new PoolCrew(threads)) {
      probe.warm(crew);
      probe.measure(crew);
    }
    Probe.tell(probe.told);
  }

  private Layout scattered(long seed) {
    Layout layout = new Layout(LayoutParameters.defaults(), seed);
    layout.scatter(IntStream.range(0, graph.size()).toArray());
    return layout;
  }

  private void warm(Crew crew) {
    Layout cold = scattered(run.seed() + 1);
    long until = cpu.nanos() + (long) (run.warm() * 1e9);
    do {
      cold.tick(graph, crew);
    } while (cpu.nanos() < until);
  }

  private void measure(Crew crew) throws IOException {
    Layout layout = scattered(run.seed());
    Tick tick = tick(layout, crew);
    told.put("ticksAtTime", null);
    while (!tick.settled() && tick.iteration() < MOST_TICKS) {
      reached(layout, tick);
      tick = tick(layout, crew);
    }
    reached(layout, tick);
    errors.add(RepulsionError.of(layout, BODIES_ASKED));
    told.put("settledTicks", tick.settled() ? tick.iteration() : null);
    told.put("wallMs", wallMs);
    told.put("cpuMs", cpuMs);
    told.put("forceErrors", errors);
    told.put("version", "Java " + Runtime.version());
  }

  private Tick tick(Layout layout, Crew crew) {
    long cpuBefore = cpu.nanos();
    long before = System.nanoTime();
    Tick tick = layout.tick(graph, crew);
    double wall = (System.nanoTime() - before) / MILLION;
    wallMs.add(wall);
    cpuMs.add((cpu.nanos() - cpuBefore) / MILLION);
    spentMs += wall;
    return tick;
  }

  /** Writes what is to be looked at after so many ticks or so much time; that is not timed. */
  private void reached(Layout layout, Tick tick) throws IOException {
    if (tick.iteration() == run.ticks()) {
      points(layout).write(run.out(".ticks"));
      errors.add(RepulsionError.of(layout, BODIES_ASKED));
    }
    if (told.get("ticksAtTime") == null && (tick.settled() || spentMs >= 1_000 * run.equal())) {
      told.put("ticksAtTime", tick.iteration());
      points(layout).write(run.out(".time"));
    }
  }

  private static Points points(Layout layout) {
    Points points = Points.of(layout.slots());
    for (int i = 0; i < layout.slots(); i++) {
      points.set(i, layout.x(i), layout.y(i), layout.z(i));
    }
    return points;
  }
}
