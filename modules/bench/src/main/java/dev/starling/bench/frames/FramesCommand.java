/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.BenchCommand;
import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Places;
import dev.starling.bench.Results;
import dev.starling.bench.StarlingNode;
import dev.starling.bench.graphs.PackageOption;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench frames}: what clients get of a layout that moves, one table. */
@Command(
    name = "frames",
    mixinStandardHelpOptions = true,
    description =
        "Has a node lay out graphs that never come to rest, and a page in Chromium and raw readers watch it, all on this"
            + " machine; prints what they get, what it costs, and which goals were met. Exit codes: 2, something could"
            + " not be measured; 3, a goal was missed.")
public final class FramesCommand extends BenchCommand {
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

  @Mixin private PackageOption debian = new PackageOption();

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
    Places places = places();
    List<FrameCase> cases = cases();
    boolean hasPage = cases.stream().anyMatch(FrameCase::hasPage);
    try (PageReader page = hasPage ? PageReader.start(places, chromium) : null) {
      return run(places, cases, page);
    }
  }

  private int run(Places places, List<FrameCase> cases, @Nullable PageReader page)
      throws IOException {
    FramesBenchmark benchmark =
        new FramesBenchmark(
            cases,
            quick ? Duration.ofSeconds(1) : warm,
            quick ? Duration.ofSeconds(3) : time,
            new StarlingNode(places, List.of()),
            debian.files(places),
            page,
            progress());
    Results results = benchmark.run(quick ? 1 : rounds);
    List<Goal> goals = FrameGoals.of(results, cases);
    print(
        results, FramesBenchmark.SYSTEM, goals, benchmark.write(places.results(), options(cases)));
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
    if (goals.stream().anyMatch(Goal::isMissed)) {
      return MISSED;
    }
    return goals.stream().allMatch(Goal::isMeasured) ? 0 : UNMEASURED;
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
    options.put("package", debian.root());
    options.put("browser", !noBrowser);
    return options;
  }
}
