/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.CaseRow;
import dev.starling.bench.Chromium;
import dev.starling.bench.ResultFile;
import dev.starling.bench.Results;
import dev.starling.bench.StarlingNode;
import dev.starling.bench.SystemUnderTest.Instance;
import dev.starling.bench.Waiting;
import dev.starling.bench.graphs.EdgeList;
import dev.starling.bench.graphs.GraphFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The frames benchmark: each case gets a fresh node with the simulator and a gateway, on which
 * everything moves, and clients that watch all at the same time. Readers, page and node share the
 * machine.
 */
final class FramesBenchmark {
  static final String SYSTEM = "starling";

  private static final Duration FIRST_FRAME = Duration.ofSeconds(30);
  private static final Duration SLOWLY = Duration.ofSeconds(1);
  private static final double NANOS_PER_MS = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double KIB = 1_024;
  private static final int JOINS = 30;

  private final List<FrameCase> cases;
  private final Duration warm;
  private final Duration time;
  private final StarlingNode nodes;
  private final GraphFiles graphs;
  private final @Nullable PageReader page;
  private final PrintWriter progress;
  private final Results results;
  private final ResultFile file = new ResultFile("frames");

  /**
   * Prepares a run.
   *
   * @param warm before anything counts
   * @param time that counts, of each case
   * @param page null where there is no browser
   * @param progress takes a line per step
   */
  FramesBenchmark(
      List<FrameCase> cases,
      Duration warm,
      Duration time,
      StarlingNode nodes,
      GraphFiles graphs,
      @Nullable PageReader page,
      PrintWriter progress) {
    this.cases = cases;
    this.warm = warm;
    this.time = time;
    this.nodes = nodes;
    this.graphs = graphs;
    this.page = page;
    this.progress = progress;
    this.results =
        new Results(
            CaseRow.all(cases.stream().map(FrameCase::name).toList(), FrameMeasure.values()));
    results.addSystem(SYSTEM);
  }

  /** Runs everything that can run; what cannot is said in the results' notes. */
  Results run(int rounds) throws IOException {
    if (page != null) {
      results.note("page: " + page.version());
    }
    results.note("node: " + nodes.versions());
    for (int round = 1; round <= rounds; round++) {
      for (FrameCase one : cases) {
        try {
          measure(one, round);
        } catch (IOException | IllegalStateException e) {
          String line = one.name() + ", round " + round + ": not measured: " + e.getMessage();
          say(line);
          results.note(line);
        }
      }
    }
    return results;
  }

  /** Writes the raw figures and returns the file. */
  Path write(Path folder, Map<String, Object> options) throws IOException {
    return file.write(folder, options, results);
  }

  private void measure(FrameCase one, int round) throws IOException {
    EdgeList graph = graphs.graph(one.graph());
    results.note("%s: %d nodes, %d edges".formatted(one.graph(), graph.nodes(), graph.edges()));
    try (Instance node = nodes.start();
        LiveGraph live = new LiveGraph(node.web())) {
      live.moveForEver(graph);
      try (Audience audience = new Audience()) {
        audience.join(one, node.consoles());
        Waiting.pass(warm);
        count(one, round, graph.nodes(), node, audience);
      }
      if (one.name().equals(FrameCase.SMALL)) {
        live.rest();
        joins(one, round, node.consoles());
      }
    }
  }

  /** Who watches in one case. */
  private final class Audience implements AutoCloseable {
    final List<RawReader> readers = new ArrayList<>();
    @Nullable RawReader slow;
    @Nullable MovedNodes moved;
    @Nullable PageReader watching;

    void join(FrameCase one, URI consoles) throws IOException {
      URI to = consoles.resolve("/ws?protocol=%d&fps=%d".formatted(one.protocol(), one.fps()));
      MovedNodes compares = one.protocol() < 3 ? new MovedNodes(one.protocol()) : null;
      moved = compares;
      for (int i = 0; i < one.readers(); i++) {
        readers.add(RawReader.start(to, Duration.ZERO, i == 0 ? compares : null));
      }
      if (one.hasSlow()) {
        slow = RawReader.start(to, SLOWLY, null);
      }
      if (one.hasPage() && page != null) {
        page.watch(consoles.resolve("/ws"));
        watching = page;
      }
      for (RawReader reader : readers) {
        if (!Waiting.until(() -> hasSeen(reader), FIRST_FRAME)) {
          throw new IOException("no frame came");
        }
      }
    }

    @Override
    public void close() throws IOException {
      readers.forEach(RawReader::close);
      RawReader other = slow;
      if (other != null) {
        other.close();
      }
      PageReader opened = watching;
      watching = null;
      if (opened != null) {
        opened.leave();
      }
    }
  }

  private static boolean hasSeen(RawReader reader) {
    try {
      return reader.seen() > 0;
    } catch (IOException e) {
      return true; // said when it is counted
    }
  }

  private void count(FrameCase one, int round, int nodeCount, Instance node, Audience audience)
      throws IOException {
    RawReader slow = audience.slow;
    long cpu = node.nanos();
    long start = System.nanoTime();
    audience.readers.forEach(RawReader::begin);
    if (slow != null) {
      slow.begin();
    }
    PageReader watching = audience.watching;
    CompletableFuture<PageReader.Counted> inPage = watching == null ? null : watching.count(time);
    Waiting.pass(time);
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    List<RawReader.Counted> counted = new ArrayList<>();
    for (RawReader reader : audience.readers) {
      counted.add(reader.end());
    }
    double cpuSeconds = (node.nanos() - cpu) / NANOS_PER_SECOND;
    Map<String, Object> details = new LinkedHashMap<>();
    long frames = raw(one, nodeCount, counted, seconds, details);
    if (slow != null) {
      put(one, FrameMeasure.SLOW_FPS, slow.end().arrivals().length / seconds, details);
    }
    if (inPage != null) {
      PageReader.Counted seen = Chromium.await(inPage);
      page(one, nodeCount, seen, details);
      frames += Math.round(seen.framesPerSecond() * seconds);
    }
    MovedNodes moved = audience.moved;
    if (moved != null) {
      put(one, FrameMeasure.MOVED, moved.percent(), details);
    }
    put(one, FrameMeasure.CORES, cpuSeconds / seconds, details);
    put(one, FrameMeasure.CPU_PER_FRAME, 1_000 * cpuSeconds / frames, details);
    file.run(SYSTEM, round, one.name(), details);
    say("round %d, %s: %s".formatted(round, one.name(), details));
  }

  private long raw(
      FrameCase one,
      int nodeCount,
      List<RawReader.Counted> counted,
      double seconds,
      Map<String, Object> details) {
    double[] rates =
        counted.stream().mapToDouble(each -> each.arrivals().length / seconds).sorted().toArray();
    long frames = counted.stream().mapToLong(each -> each.arrivals().length).sum();
    double bytes = counted.stream().mapToLong(RawReader.Counted::bytes).sum();
    put(one, FrameMeasure.FPS, rates[rates.length / 2], details);
    put(one, FrameMeasure.LEAST_FPS, rates[0], details);
    put(one, FrameMeasure.GAP, gap(counted), details);
    put(one, FrameMeasure.BYTES, bytes / frames / KIB, details);
    put(one, FrameMeasure.BYTES_PER_NODE, bytes / frames / nodeCount, details);
    put(one, FrameMeasure.RATE, bytes / counted.size() / seconds / KIB / KIB, details);
    return frames;
  }

  private static double gap(List<RawReader.Counted> counted) {
    long[] gaps =
        counted.stream()
            .map(RawReader.Counted::arrivals)
            .flatMapToLong(
                at -> LongStream.range(1, at.length).map(i -> at[(int) i] - at[(int) i - 1]))
            .sorted()
            .toArray();
    return gaps.length == 0 ? Double.NaN : gaps[(int) (0.99 * (gaps.length - 1))] / NANOS_PER_MS;
  }

  private void page(
      FrameCase one, int nodeCount, PageReader.Counted seen, Map<String, Object> details) {
    if (seen.nodes() != nodeCount) {
      throw new IllegalStateException("the page saw " + seen.nodes() + " of " + nodeCount);
    }
    put(one, FrameMeasure.PAGE_FPS, seen.framesPerSecond(), details);
    put(one, FrameMeasure.PAGE_PARSE, seen.parseMs(), details);
    put(one, FrameMeasure.PAGE_GAP, seen.gapMs(), details);
  }

  private void joins(FrameCase one, int round, URI consoles) throws IOException {
    URI to = consoles.resolve("/ws?protocol=1");
    double[] millis = new double[JOINS];
    for (int i = 0; i < JOINS; i++) {
      long start = System.nanoTime();
      try (FrameSocket socket = FrameSocket.connect(to)) {
        int _ = socket.next(null);
        millis[i] = (System.nanoTime() - start) / NANOS_PER_MS;
      }
    }
    Arrays.sort(millis);
    Map<String, Object> details = new LinkedHashMap<>();
    put(one, FrameMeasure.JOIN, millis[JOINS / 2], details);
    put(one, FrameMeasure.JOIN_WORST, millis[JOINS - 1], details);
    file.run(SYSTEM, round, "joins", details);
    say("round %d, joins: %s".formatted(round, details));
  }

  private void put(FrameCase one, FrameMeasure measure, double value, Map<String, Object> details) {
    if (!Double.isNaN(value)) {
      results.add(SYSTEM, new CaseRow(one.name(), measure), value);
      details.put(measure.name(), value);
    }
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }
}
