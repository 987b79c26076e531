/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a node holds at one time.
 *
 * @param heap bytes in use right behind a full collection
 * @param buffers bytes outside the heap that connections' buffers are taken from
 * @param resident bytes of memory that the process has, heap or not
 * @param settings that are not at their default
 */
record NodeLevels(
    long heap,
    long buffers,
    long resident,
    long threads,
    long files,
    long sessions,
    long agents,
    long routed,
    long settings) {

  static NodeLevels of(NodeProcess node) {
    collect(node);
    Map<String, Double> metrics = metrics(node);
    return new NodeLevels(
        sum(metrics, "jvm_memory_used_bytes{area=\"heap\""),
        sum(metrics, "starling_gateway_buffer_bytes"),
        resident(node),
        sum(metrics, "jvm_threads_live_threads"),
        files(node),
        sum(metrics, "starling_gateway_sessions"),
        sum(metrics, "starling_gateway_agents"),
        sum(metrics, "starling_router_agents"),
        settings(node));
  }

  private static void collect(NodeProcess node) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process process =
          new ProcessBuilder(jcmd.toString(), Long.toString(node.pid()), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError("jcmd could not collect the node's garbage");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** All that the node counts, by name and tags. */
  static Map<String, Double> metrics(NodeProcess node) {
    Map<String, Double> metrics = new TreeMap<>();
    node.get("/metrics")
        .body()
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(line -> {
          int at = line.lastIndexOf(' ');
          metrics.put(line.substring(0, at), Double.parseDouble(line.substring(at + 1)));
        });
    return metrics;
  }

  /** The sum of those whose name and tags begin so. */
  static long sum(Map<String, Double> metrics, String beginning) {
    return (long)
        metrics.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(beginning))
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }

  private static long files(NodeProcess node) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + node.pid() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long resident(NodeProcess node) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + node.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long settings(NodeProcess node) {
    return changed(node).size();
  }

  /** The paths of settings that are not at their default. */
  static List<String> changed(NodeProcess node) {
    return node.get("/api/settings").json().getJsonArray("settings").stream()
        .map(JsonObject.class::cast)
        .filter(one -> !Objects.equals(one.getValue("value"), one.getValue("default")))
        .map(one -> one.getString("path"))
        .toList();
  }
}
