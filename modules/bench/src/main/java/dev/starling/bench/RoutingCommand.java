/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * {@code bench routing}: Starling beside its peers, one table. Exit code 1: Starling lost or
 * doubled something.
 */
@Command(
    name = "routing",
    mixinStandardHelpOptions = true,
    description =
        "Routes outcomes through the Python reference, a Node router and Starling, in turns, and prints one table."
            + " Exit code 1: Starling lost, doubled or refused something; 2: it could not be measured.")
final class RoutingCommand extends BenchCommand {
  private static final int UNSOUND = 1;

  @Mixin private LoadOptions load = new LoadOptions();

  @Option(
      names = "--only",
      split = ",",
      description = "systems to run: python, node, starling (default all)")
  private List<String> only = List.of("python", "node", "starling");

  @Option(
      names = "--target",
      description = "also measure what runs at this ws:// address (with --only none: only that)")
  private @Nullable URI target;

  @Option(names = "--target-http", description = "the target's http:// address, for REST")
  private @Nullable URI targetHttp;

  @Option(names = "--rounds", defaultValue = "3", description = "interleaved rounds (default 3)")
  private int rounds = 3;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      description = "open loop: outcomes per second in total (default 1000); 0 leaves it out")
  private double rate = 1000;

  @Option(
      names = "--prime",
      defaultValue = "10s",
      description = "load on each fresh server before round 1 (default 10s)")
  private Duration prime = Duration.ofSeconds(10);

  @Option(
      names = "--deflate",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "also run with clients that offer permessage-deflate (default)")
  private boolean deflate = true;

  @Option(
      names = "--memory-agents",
      defaultValue = "1000",
      description = "idle agents for memory (default 1000)")
  private int memoryAgents = 1000;

  @Option(names = "--no-memory", description = "leave memory out")
  private boolean noMemory;

  @Option(
      names = "--browser-samples",
      defaultValue = "240",
      description = "per round (default 240)")
  private int browserSamples = 240;

  @Option(names = "--no-browser", description = "leave Chromium out")
  private boolean noBrowser;

  @Option(
      names = "--chromium",
      description = "the browser's binary (default: the first on the PATH)")
  private @Nullable String chromium;

  @Option(
      names = "--python",
      description = "an interpreter with websockets and numpy (default: the first found)")
  private @Nullable String python;

  @Option(
      names = "--starling-args",
      split = " ",
      description = "further arguments of scripts/starling up")
  private List<String> starlingArguments = List.of();

  @Option(
      names = "--quick",
      description = "one short round of everything: a smoke test, no figures to quote")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    Places places = places();
    List<SystemUnderTest> systems = systems(places);
    RoutingBenchmark benchmark = new RoutingBenchmark(plan(), places, progress());
    Results results = benchmark.run(systems);
    String subject = only.contains("starling") || target == null ? "starling" : "target";
    print(results, subject, List.of(), benchmark.write(options(spec())));
    return verdict(results, subject);
  }

  private static int verdict(Results results, String subject) {
    if (!results.systems().contains(subject)) {
      return 0;
    }
    if (results.rounds(subject, Measure.OUTCOMES).isEmpty()) {
      return UNMEASURED;
    }
    return results.whole(subject) ? 0 : UNSOUND;
  }

  private List<SystemUnderTest> systems(Places places) {
    List<SystemUnderTest> systems = new ArrayList<>();
    for (String name : only) {
      switch (name) {
        case "python" -> systems.add(new PythonPeer(places, python));
        case "node" -> systems.add(new NodePeer(places));
        case "starling" -> systems.add(new StarlingNode(places, starlingArguments));
        case "none" -> {}
        default -> throw new IllegalArgumentException("no system " + name);
      }
    }
    if (target != null) {
      systems.add(new RunningTarget(target, targetHttp));
    }
    return systems;
  }

  private RoutingPlan plan() {
    Pace pace = load.pace(rate);
    return new RoutingPlan(
        quick ? 1 : rounds,
        load.workload(),
        quick ? pace.lasting(Duration.ofSeconds(1), Duration.ofSeconds(3)) : pace,
        quick ? Duration.ofSeconds(3) : prime,
        deflate,
        noMemory ? 0 : quick ? Math.min(300, memoryAgents) : memoryAgents,
        noBrowser ? 0 : quick ? 60 : browserSamples,
        quick ? 20 : 100,
        chromium);
  }

  private static Map<String, Object> options(CommandSpec spec) {
    Map<String, Object> options = new LinkedHashMap<>();
    spec.options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .forEach(option -> {
          Object value = option.getValue();
          options.put(option.longestName(), String.valueOf(value));
        });
    return options;
  }
}
