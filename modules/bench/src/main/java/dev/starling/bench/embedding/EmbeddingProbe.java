/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import dev.starling.bench.embedding.LabelledTexts.Pair;
import dev.starling.bench.graphs.Probe;
import dev.starling.embedding.EmbedderConfig;
import dev.starling.embedding.Embedders;
import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingSpace;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures one embedder in a process of its own: {@code sentence}, {@code lexical} or {@code http
 * URL MODEL DIMENSION}, whose API key is in {@code STARLING_EMBEDDER_SECRET}.
 */
public final class EmbeddingProbe {
  private static final double MILLION = 1e6;
  private static final int BATCH = 32;
  private static final int LONGEST = 8192;
  private static final int LONG_RUNS = 9;
  private static final long WARM_NANOS = 3_000_000_000L;

  private final LabelledTexts texts = LabelledTexts.builtIn();
  private final Map<String, Object> told = new LinkedHashMap<>();
  private final Embedder embedder;

  private EmbeddingProbe(Embedder embedder) {
    this.embedder = embedder;
  }

  /** Measures; prints one line of JSON. */
  public static void main(String[] arguments) throws IOException {
    Vertx vertx = Vertx.vertx();
    try (Embedder embedder = Embedders.of(kind(arguments), vertx)) {
      EmbeddingProbe probe = new EmbeddingProbe(embedder);
      probe.measure();
      Probe.tell(probe.told);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static EmbedderConfig.Kind kind(String[] arguments) {
    return switch (arguments[0]) {
      case "sentence" -> new EmbedderConfig.Sentence(1, Optional.empty());
      case "lexical" -> new EmbedderConfig.Lexical(Optional.empty());
      case "http" ->
          new EmbedderConfig.Http(
              URI.create(arguments[1]),
              arguments[2],
              Optional.ofNullable(System.getenv("STARLING_EMBEDDER_SECRET")),
              Duration.ofMinutes(1),
              new EmbeddingSpace(arguments[2], Integer.parseInt(arguments[3]), 1));
      default -> throw new IllegalArgumentException("no embedder is called " + arguments[0]);
    };
  }

  private void measure() throws IOException {
    double before = residentMebibytes();
    told.put("space", embedder.space().name());
    told.put("threshold", List.of(embedder.space().threshold()));
    told.put("firstMs", List.of(millis(texts.all().subList(0, 1))));
    told.put("memoryMiB", List.of(residentMebibytes() - before));
    warm();
    told.put("singleMs", texts.all().stream().map(text -> millis(List.of(text))).toList());
    told.put("batchedMs", batched());
    told.put("longestMs", longest());
    List<float[]> found = new ArrayList<>();
    texts.all().forEach(text -> found.addAll(embedder.embed(List.of(text))));
    Likenesses likenesses = Likenesses.of(texts, found);
    for (Pair pair : Pair.values()) {
      told.put(pair.name().toLowerCase(Locale.ROOT), likenesses.cosines(pair));
    }
  }

  private double millis(List<String> some) {
    long before = System.nanoTime();
    embedder.embed(some);
    return (System.nanoTime() - before) / MILLION;
  }

  private void warm() {
    long since = System.nanoTime();
    while (System.nanoTime() - since < WARM_NANOS) {
      texts.all().forEach(text -> embedder.embed(List.of(text)));
    }
  }

  private List<Double> batched() {
    List<Double> batched = new ArrayList<>();
    for (int from = 0; from + BATCH <= texts.size(); from += BATCH) {
      batched.add(millis(texts.all().subList(from, from + BATCH)) / BATCH);
    }
    return batched;
  }

  private List<Double> longest() {
    String all = String.join(". ", texts.all());
    String text = all.repeat(LONGEST / all.length() + 1).substring(0, LONGEST);
    List<Double> longest = new ArrayList<>();
    for (int i = 0; i < LONG_RUNS; i++) {
      longest.add(millis(List.of(text)));
    }
    return longest;
  }

  /** What Linux says of this process; 0 elsewhere. */
  private static double residentMebibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.isReadable(status)
        ? Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
            .sum()
        : 0;
  }
}
