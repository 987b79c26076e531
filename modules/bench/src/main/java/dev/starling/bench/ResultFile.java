/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The raw figures as JSON: what ran where, each run, each round, and the table's values. */
public final class ResultFile {
  private final String benchmark;
  private final Instant started = Instant.now();
  private final Map<String, Object> versions = new LinkedHashMap<>();
  private final List<Map<String, Object>> runs = new ArrayList<>();

  /** The results of a benchmark by this name. */
  public ResultFile(String benchmark) {
    this.benchmark = benchmark;
  }

  /** Versions of what a system is made of. */
  public void version(String system, Map<String, String> parts) {
    versions.put(system, parts);
  }

  /** One run's details, in the order of these calls. */
  public void run(String system, int round, String kind, Map<String, Object> details) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("system", system);
    run.put("round", round);
    run.put("kind", kind);
    run.putAll(details);
    runs.add(run);
  }

  /** Everything a run of the generator measured. */
  static Map<String, Object> details(LoadResult result, double rate) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("rate", rate);
    details.put("outcomesPerSecond", result.outcomesPerSecond());
    details.put("deliveriesPerSecond", result.deliveriesPerSecond());
    details.put("pushMs", percentiles(result.push()));
    details.put("ackMs", percentiles(result.ack()));
    details.put("generatorLatenessMs", percentiles(result.lateness()));
    details.put("connectMs", percentiles(result.connect()));
    details.put("registeredMs", percentiles(result.registered()));
    details.put("deliveries", result.totals());
    details.put("refused", result.refused());
    details.put("disconnects", result.disconnects());
    details.put("deflated", result.deflated());
    details.put("serverCpuMicrosPerOutcome", result.serverCpuMicros());
    details.put("generatorCpuMicrosPerOutcome", result.generatorCpuMicros());
    details.put("firstError", result.firstError());
    return details;
  }

  /** Writes {@code <benchmark>-<time>.json} into a folder and returns the file. */
  public Path write(Path folder, Map<String, Object> options, Results results) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("benchmark", benchmark);
    all.put("started", started.toString());
    all.put("machine", machine());
    all.put("options", options);
    all.put("versions", versions);
    all.put("table", table(results));
    all.put("notes", results.notes());
    all.put("runs", runs);
    String stamp =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(started);
    Files.createDirectories(folder);
    Path file = folder.resolve(benchmark + "-" + stamp + ".json");
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), all);
    return file;
  }

  static Map<String, Object> percentiles(Latencies latencies) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("count", latencies.count());
    all.put("p50", latencies.millis(50));
    all.put("p90", latencies.millis(90));
    all.put("p99", latencies.millis(99));
    all.put("p999", latencies.millis(99.9));
    all.put("max", latencies.maxMillis());
    return all;
  }

  private static Map<String, Object> table(Results results) {
    Map<String, Object> table = new LinkedHashMap<>();
    for (Row measure : results.rows()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("title", measure.title());
      row.put("unit", measure.unit());
      for (String system : results.systems()) {
        Map<String, Object> cell = new LinkedHashMap<>();
        cell.put("value", results.joined(system, measure));
        cell.put("remark", results.remark(system, measure));
        cell.put("rounds", results.rounds(system, measure));
        row.put(system, cell);
      }
      table.put(measure.key(), row);
    }
    return table;
  }

  private static Map<String, Object> machine() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("architecture", System.getProperty("os.arch"));
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("cpu", cpu());
    machine.put("generatorJvm", Runtime.version().toString());
    return machine;
  }

  private static String cpu() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
