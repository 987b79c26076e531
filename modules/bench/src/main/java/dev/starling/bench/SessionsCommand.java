/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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

/** {@code bench sessions}: what an idle session costs Starling and its peers, one table. */
@Command(
    name = "sessions",
    mixinStandardHelpOptions = true,
    description =
        "Connects thousands of idle, registered agents to the Python reference, a Node router and Starling, each on a"
            + " fresh server in turns, with and without permessage-deflate offered, and prints the memory that one"
            + " costs. Exit code 2: Starling could not be measured.")
final class SessionsCommand implements Callable<Integer> {
  private static final int UNMEASURED = 2;

  @ParentCommand private @Nullable Bench bench;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--only",
      split = ",",
      description = "systems to run: python, node, starling (default all)")
  private List<String> only = List.of("python", "node", "starling");

  @Option(names = "--sessions", defaultValue = "5000", description = "idle sessions (default 5000)")
  private int sessions = 5_000;

  @Option(
      names = "--dimension",
      defaultValue = "128",
      description = "of each agent's fingerprint (default 128)")
  private int dimension = 128;

  @Option(names = "--rounds", defaultValue = "3", description = "interleaved rounds (default 3)")
  private int rounds = 3;

  @Option(
      names = "--python",
      description = "an interpreter with websockets and numpy (default: the first found)")
  private @Nullable String python;

  @Option(
      names = "--starling-args",
      split = " ",
      description = "further arguments of scripts/starling up")
  private List<String> starlingArguments = List.of();

  @Override
  public Integer call() throws IOException {
    if (bench == null || spec == null) {
      throw new IllegalStateException("run through Bench");
    }
    Places places = bench.places();
    PrintWriter out = spec.commandLine().getOut();
    SessionsBenchmark benchmark =
        new SessionsBenchmark(sessions, dimension, rounds, spec.commandLine().getErr());
    Results results = benchmark.run(systems(places));
    out.println();
    out.println(ResultTable.render(results, "starling"));
    out.println("raw figures: " + benchmark.write(places.results(), options()));
    out.flush();
    boolean unmeasured =
        only.contains("starling") && results.rounds("starling", Measure.MEMORY).isEmpty();
    return unmeasured ? UNMEASURED : 0;
  }

  private List<SystemUnderTest> systems(Places places) {
    List<SystemUnderTest> systems = new ArrayList<>();
    for (String name : only) {
      systems.add(
          switch (name) {
            case "python" -> new PythonPeer(places, python);
            case "node" -> new NodePeer(places);
            case "starling" -> new StarlingNode(places, starlingArguments);
            default -> throw new IllegalArgumentException("no system " + name);
          });
    }
    return systems;
  }

  private Map<String, Object> options() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("only", only);
    options.put("sessions", sessions);
    options.put("dimension", dimension);
    options.put("rounds", rounds);
    options.put("starlingArguments", starlingArguments);
    return options;
  }
}
