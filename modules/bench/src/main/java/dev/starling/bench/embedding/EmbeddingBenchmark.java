/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import dev.starling.bench.Places;
import dev.starling.bench.ResultFile;
import dev.starling.bench.Results;
import dev.starling.bench.embedding.LabelledTexts.Pair;
import dev.starling.bench.graphs.Probe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The benchmark of embedders: every round measures every one of them in a new process. */
final class EmbeddingBenchmark {
  private static final Duration GRACE = Duration.ofMinutes(10);

  private final Places places;
  private final PrintWriter progress;
  private final Results results = new Results(List.of(EmbeddingMeasure.values()));
  private final ResultFile file = new ResultFile("embedding");
  private final Map<String, Likenesses> likenesses = new LinkedHashMap<>();
  private final Map<String, Double> inForce = new LinkedHashMap<>();

  /** {@code progress} takes a line per step. */
  EmbeddingBenchmark(Places places, PrintWriter progress) {
    this.places = places;
    this.progress = progress;
  }

  /**
   * Measures embedders; what cannot be measured is said in the results' notes.
   *
   * @param embedders the arguments of {@link EmbeddingProbe}, by name
   */
  Results run(Map<String, List<String>> embedders, int rounds) {
    embedders.keySet().forEach(results::addSystem);
    for (int round = 1; round <= rounds; round++) {
      for (Map.Entry<String, List<String>> embedder : embedders.entrySet()) {
        measure(embedder.getKey(), embedder.getValue(), round);
      }
    }
    return results;
  }

  /** Writes the raw figures and returns the file. */
  Path write(Map<String, Object> options) throws IOException {
    return file.write(places.results(), options, results);
  }

  /** How near each embedder puts the texts; the last round's, which are those of every round. */
  Map<String, Likenesses> likenesses() {
    return likenesses;
  }

  /** The threshold that each embedder of this build has. */
  Map<String, Double> inForce() {
    return inForce;
  }

  private void measure(String name, List<String> arguments, int round) {
    try {
      JsonNode answer = Probe.java(EmbeddingProbe.class).run(arguments, GRACE);
      Likenesses found = likenesses(answer);
      likenesses.put(name, found);
      inForce.put(name, Probe.numbers(answer, "threshold")[0]);
      file.version(name, Map.of("space", answer.path("space").asText()));
      add(name, answer, found);
      Map<String, Object> details = new LinkedHashMap<>();
      for (String key : List.of("firstMs", "memoryMiB", "singleMs", "batchedMs", "longestMs")) {
        details.put(key, Probe.numbers(answer, key));
      }
      file.run(name, round, "embedding", details);
      progress.println(
          "%s: round %d: %.2f ms a text".formatted(name, round, median(answer, "singleMs")));
    } catch (IOException e) {
      progress.println(name + ": not measured: " + e.getMessage());
      results.note(name + ": not measured: " + e.getMessage());
    }
    progress.flush();
  }

  private void add(String name, JsonNode answer, Likenesses found) throws IOException {
    double[] single = Probe.numbers(answer, "singleMs");
    Arrays.sort(single);
    double threshold = found.threshold();
    results.add(name, EmbeddingMeasure.SINGLE, median(answer, "singleMs"));
    results.add(name, EmbeddingMeasure.SLOWEST, single[single.length * 99 / 100]);
    results.add(name, EmbeddingMeasure.BATCHED, median(answer, "batchedMs"));
    results.add(name, EmbeddingMeasure.LONGEST, median(answer, "longestMs"));
    results.add(name, EmbeddingMeasure.FIRST, median(answer, "firstMs"));
    results.add(name, EmbeddingMeasure.MEMORY, median(answer, "memoryMiB"));
    results.add(name, EmbeddingMeasure.THRESHOLD, threshold);
    results.add(name, EmbeddingMeasure.RECALL, 100 * found.share(Pair.RELATED, threshold));
    results.add(name, EmbeddingMeasure.NEIGHBOURS, 100 * found.share(Pair.NEIGHBOURS, threshold));
    results.add(name, EmbeddingMeasure.UNRELATED, 100 * found.share(Pair.UNRELATED, threshold));
  }

  private static Likenesses likenesses(JsonNode answer) throws IOException {
    Map<Pair, double[]> cosines = new EnumMap<>(Pair.class);
    for (Pair pair : Pair.values()) {
      cosines.put(pair, Probe.numbers(answer, pair.name().toLowerCase(Locale.ROOT)));
    }
    return new Likenesses(cosines);
  }

  private static double median(JsonNode answer, String name) throws IOException {
    return Results.median(Arrays.stream(Probe.numbers(answer, name)).boxed().toList());
  }
}
