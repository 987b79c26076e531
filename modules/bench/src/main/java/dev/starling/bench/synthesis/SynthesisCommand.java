/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import dev.starling.bench.BenchCommand;
import dev.starling.bench.Goal;
import dev.starling.bench.Results;
import dev.starling.bench.StarlingNode;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench synthesis}: the mesh's own agents under a steady load, one table. */
@Command(
    name = "synthesis",
    mixinStandardHelpOptions = true,
    description =
        "Starts a node with agents of all nine kinds that come with the mesh, has clients emit outcomes on known topics"
            + " at a fixed rate, and prints what the agents make of them, window by window, and which goals were met."
            + " Exit codes: 2, something could not be measured; 3, a goal was missed.")
public final class SynthesisCommand extends BenchCommand {
  @Option(names = "--agents", defaultValue = "100", description = "(default ${DEFAULT-VALUE})")
  private int agents = 100;

  @Option(
      names = "--rate",
      defaultValue = "90",
      description = "outcomes a second that clients emit (default ${DEFAULT-VALUE})")
  private int rate = 90;

  @Option(
      names = "--warm",
      defaultValue = "30s",
      description = "of load before anything counts (default ${DEFAULT-VALUE})")
  private Duration warm = Duration.ofSeconds(30);

  @Option(
      names = "--time",
      defaultValue = "90s",
      description = "of load that counts (default ${DEFAULT-VALUE})")
  private Duration time = Duration.ofSeconds(90);

  @Option(
      names = "--window",
      defaultValue = "5s",
      description = "of which the counted time is made (default ${DEFAULT-VALUE})")
  private Duration window = Duration.ofSeconds(5);

  @Option(
      names = "--quick",
      description = "a short run of few agents: a smoke test without goals, no figures to quote")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    SynthesisPlan plan =
        quick
            ? new SynthesisPlan(
                18, 30, Duration.ofSeconds(8), Duration.ofSeconds(12), Duration.ofSeconds(4))
            : new SynthesisPlan(agents, rate, warm, time, window);
    SynthesisBenchmark benchmark =
        new SynthesisBenchmark(plan, new StarlingNode(places(), List.of()), progress());
    Results results = benchmark.run();
    // A short run ends before the agents are steady.
    List<Goal> goals = quick ? List.of() : SynthesisGoals.of(results);
    print(
        results,
        SynthesisBenchmark.SYSTEM,
        goals,
        benchmark.write(places().results(), options(plan)));
    if (goals.stream().anyMatch(Goal::isMissed)) {
      return MISSED;
    }
    boolean isMeasured =
        results.joined(SynthesisBenchmark.SYSTEM, SynthesisMeasure.OUT) != null
            && goals.stream().allMatch(Goal::isMeasured);
    return isMeasured ? 0 : UNMEASURED;
  }

  private static Map<String, Object> options(SynthesisPlan plan) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("agents", plan.agents());
    options.put("rate", plan.rate());
    options.put("warm", plan.warm().toString());
    options.put("time", plan.time().toString());
    options.put("window", plan.window().toString());
    return options;
  }
}
