/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.Bench;
import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Places;
import dev.starling.bench.ResultTable;
import dev.starling.bench.Results;
import dev.starling.bench.StarlingNode;
import dev.starling.bench.graphs.GraphFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench frames}: what clients get of a layout that moves, one table. */
@Command(
    name = "frames",
    mixinStandardHelpOptions = true,
    description =
        "Has a node lay out graphs that never come to rest, and a page in Chromium and raw readers watch it, all on this"
            + " machine; prints what they get, what it costs, and which goals were met. Exit codes: 2, something could"
            + " not be measured; 3, a goal was missed.")
public final class FramesCommand implements Callable<Integer> {
  private static final int UNMEASURED = 2;
  private static final int MISSED = 3;

  @ParentCommand private @Nullable Bench bench;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--time",
      defaultValue = "20s",
      description = "how long each case is counted (default ${DEFAULT-VALUE})")
  private Duration time = Duration.ofSeconds(20);

  @Option(
      names = "--warm",
      defaultValue = "15s",
      description = "before a case is counted, for compilers (default ${DEFAULT-VALUE})")
  private Duration warm = Duration.ofSeconds(15);

  @Option(names = "--rounds", defaultValue = "1", description = "(default ${DEFAULT-VALUE})")
  private int rounds = 1;

  @Option(
      names = "--only",
      split = ";",
      description = "cases by their names in the table, with ; between them (default all)")
  private List<String> only = List.of();

  @Option(
      names = "--package",
      defaultValue = "python3-networkx",
      description = "the package that the graphs deb… begin at (default ${DEFAULT-VALUE})")
  private String root = "python3-networkx";

  @Option(names = "--no-browser", description = "without the page")
  private boolean noBrowser;

  @Option(names = "--chromium", description = "a browser (default: the first on the PATH)")
  private @Nullable String chromium;

  @Option(
      names = "--quick",
      description = "one short round on a small graph: a smoke test, no figures to quote")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    if (bench == null || spec == null) {
      throw new IllegalStateException("run through Bench");
    }
    Places places = bench.places();
    List<FrameCase> cases = cases();
    boolean hasPage = cases.stream().anyMatch(FrameCase::hasPage);
    try (PageReader page = hasPage ? PageReader.start(places, chromium) : null) {
      return run(places, cases, page, spec.commandLine().getOut());
    }
  }

  private int run(Places places, List<FrameCase> cases, @Nullable PageReader page, PrintWriter out)
      throws IOException {
    if (spec == null) {
      throw new IllegalStateException("run through Bench");
    }
    FramesBenchmark benchmark =
        new FramesBenchmark(
            cases,
            quick ? Duration.ofSeconds(1) : warm,
            quick ? Duration.ofSeconds(3) : time,
            new StarlingNode(places, List.of()),
            new GraphFiles(places.work().resolve("graphs"), root),
            page,
            spec.commandLine().getErr());
    Results results = benchmark.run(quick ? 1 : rounds);
    List<Goal> goals = FrameGoals.of(results, cases);
    out.println();
    out.println(ResultTable.render(results, FramesBenchmark.SYSTEM));
    if (!goals.isEmpty()) {
      out.println(Goal.table(goals));
    }
    out.println("raw figures: " + benchmark.write(places.results(), options(cases)));
    out.flush();
    return verdict(results, cases, goals);
  }

  private static int verdict(Results results, List<FrameCase> cases, List<Goal> goals) {
    boolean isMeasured =
        cases.stream()
            .map(one -> new CaseRow(one.name(), FrameMeasure.CORES))
            .noneMatch(row -> results.rounds(FramesBenchmark.SYSTEM, row).isEmpty());
    if (!isMeasured) {
      return UNMEASURED;
    }
    return goals.stream().anyMatch(Goal::isMissed) ? MISSED : 0;
  }

  private List<FrameCase> cases() {
    List<FrameCase> all = quick ? FrameCase.quick(!noBrowser) : FrameCase.all();
    List<String> names = all.stream().map(FrameCase::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("no case " + name + ": expected one of " + names);
      }
    }
    return all.stream()
        .filter(one -> only.isEmpty() || only.contains(one.name()))
        .map(one -> noBrowser ? one.withoutPage() : one)
        .toList();
  }

  private Map<String, Object> options(List<FrameCase> cases) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("cases", cases.stream().map(FrameCase::name).toList());
    options.put("time", time.toString());
    options.put("warm", warm.toString());
    options.put("rounds", rounds);
    options.put("package", root);
    options.put("browser", !noBrowser);
    return options;
  }
}
