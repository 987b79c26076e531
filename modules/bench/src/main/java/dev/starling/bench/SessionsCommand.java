/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench sessions}: what an idle session costs Starling and its peers, and how long an event
 * takes to a thousand of them; one table.
 */
@Command(
    name = "sessions",
    mixinStandardHelpOptions = true,
    description =
        "Connects thousands of idle, registered agents to the Python reference, a Node router and Starling, each on a"
            + " fresh server in turns, with permessage-deflate not offered, declined, granted and used, and prints the memory"
            + " that one costs; then sends events to a thousand subscribers and prints how long they take."
            + " Exit codes: 2, Starling could not be measured; 3, an event took Starling longer than 50 ms at the 99th"
            + " percentile.")
final class SessionsCommand extends BenchCommand {
  private static final int LATE = 3;

  /** What an event may take to a thousand subscribers at the 99th percentile. */
  private static final double LONGEST_MS = 50;

  @Option(
      names = "--only",
      split = ",",
      description = "systems to run: python, node, starling (default all)")
  private List<String> only = List.of("python", "node", "starling");

  @Option(
      names = "--sessions",
      defaultValue = "5000",
      description = "idle sessions (default 5000; 0: none)")
  private int sessions = 5_000;

  @Option(
      names = "--dimension",
      defaultValue = "128",
      description = "of each agent's fingerprint (default 128)")
  private int dimension = 128;

  @Option(names = "--rounds", defaultValue = "3", description = "interleaved rounds (default 3)")
  private int rounds = 3;

  @Option(
      names = "--subscribers",
      defaultValue = "1000",
      description = "sessions that get each event (default 1000; 0: none)")
  private int subscribers = 1_000;

  @Option(
      names = "--events",
      defaultValue = "100",
      description = "events of each kind, about ten a second (default 100)")
  private int events = 100;

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
    Places places = places();
    SessionsBenchmark benchmark =
        new SessionsBenchmark(sessions, dimension, rounds, subscribers, events, progress());
    Results results = benchmark.run(systems(places));
    print(results, "starling", List.of(), benchmark.write(places.results(), options()));
    return only.contains("starling") ? verdict(results) : 0;
  }

  private int verdict(Results results) {
    Double memory = results.joined("starling", Measure.MEMORY);
    Double p99 = results.joined("starling", Measure.EVENT_P99);
    if ((sessions > 0 && memory == null) || (subscribers > 0 && p99 == null)) {
      return UNMEASURED;
    }
    return p99 != null && p99 > LONGEST_MS ? LATE : 0;
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
    options.put("subscribers", subscribers);
    options.put("events", events);
    options.put("starlingArguments", starlingArguments);
    return options;
  }
}
