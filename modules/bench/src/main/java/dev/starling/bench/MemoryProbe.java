/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Memory per idle, registered agent: what a fresh server gains between a few agents and many,
 * divided by the difference. The few come first, behind one that comes and goes many times, so that
 * what a server sets up once, the room for short-lived objects included, is not charged to the
 * agents.
 */
final class MemoryProbe {
  /** One after the other, so that at no time more than a few are there. */
  private static final int VISITS = 4_000;

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration JCMD_LIMIT = Duration.ofSeconds(60);

  private final int few;
  private final int many;
  private final int dimension;

  MemoryProbe(int few, int many, int dimension) {
    this.few = few;
    this.many = many;
    this.dimension = dimension;
  }

  /**
   * Bytes per agent.
   *
   * @param resident by the process's resident memory (for a JVM after a full collection: an upper
   *     bound, since heap once used stays resident)
   * @param heap by the objects alive in a JVM's heap; null for other servers
   * @param deflated whether permessage-deflate was negotiated
   */
  record PerAgent(@Nullable Double resident, @Nullable Double heap, boolean deflated) {}

  /** Connects and measures; {@code deflate}: agents offer compression, as browsers do. */
  PerAgent measure(SystemUnderTest.Instance instance, boolean deflate) throws IOException {
    ServerProcess process = instance.process();
    if (process == null) {
      return new PerAgent(null, null, false);
    }
    Topics topics = Topics.of(many, Math.max(1, many / 5), dimension, 7);
    Connector connector = new Connector(instance.agents(), deflate);
    List<Connector.Connected> open = new ArrayList<>();
    try {
      for (int turn = 0; turn < VISITS; turn++) {
        connector.connect("visitor", topics.json(0, Workload.Digits.JS)).channel().close();
      }
      connect(connector, topics, open, few);
      Memory before = memory(process);
      connect(connector, topics, open, many);
      Memory after = memory(process);
      return new PerAgent(
          perAgent(before.resident, after.resident),
          perAgent(before.heap, after.heap),
          open.getLast().deflated());
    } finally {
      for (Connector.Connected connected : open) {
        connected.channel().close();
      }
    }
  }

  private static void connect(
      Connector connector, Topics topics, List<Connector.Connected> open, int count)
      throws IOException {
    while (open.size() < count) {
      int agent = open.size();
      open.add(connector.connect("idle-" + agent, topics.json(agent, Workload.Digits.JS)));
    }
  }

  private record Memory(@Nullable Long resident, @Nullable Long heap) {}

  private static Memory memory(ServerProcess process) throws IOException {
    Waiting.pass(SETTLE);
    Optional<ProcessHandle> jvm =
        process.tree().stream()
            .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
            .findFirst();
    Long heap = null;
    if (jvm.isPresent()) {
      jcmd(jvm.get(), "GC.run");
      heap = liveHeap(jcmd(jvm.get(), "GC.class_histogram"));
    }
    return new Memory(ProcFs.residentBytes(process.tree()), heap);
  }

  /**
   * The total of a class histogram, bytes: it counts live objects only, to the byte, with every
   * collector.
   */
  static @Nullable Long liveHeap(String histogram) {
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .map(line -> Long.valueOf(line.strip().split("\\s+", -1)[2]))
        .findFirst()
        .orElse(null);
  }

  private static String jcmd(ProcessHandle jvm, String command) throws IOException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    return ServerProcess.run(
        List.of(tool.toString(), Long.toString(jvm.pid()), command), Path.of("."), JCMD_LIMIT);
  }

  private @Nullable Double perAgent(@Nullable Long before, @Nullable Long after) {
    return before == null || after == null ? null : (double) (after - before) / (many - few);
  }
}
