/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.embedding.EmbedderConfig;
import dev.starling.protocol.Fingerprint;
import dev.starling.vectors.EmbeddingSpace;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads the section {@code embedder}, the one place that knows its ranges and what goes with which
 * kind.
 */
final class EmbedderConfigReader {
  private static final List<String> OF_HTTP =
      List.of("url", "model", "dimension", "space", "secret", "secret-file");

  /** The words for the kinds. */
  enum Kind {
    SENTENCE,
    HTTP,
    LEXICAL
  }

  private final Settings settings;
  private final ServiceReader service;

  EmbedderConfigReader(Settings settings) {
    this.settings = settings;
    this.service = new ServiceReader(settings, "embedder");
  }

  /** The section; refuses the first setting that is wrong. */
  EmbedderConfig read() {
    Kind kind = settings.choice("embedder.kind", Kind.class);
    int threads = settings.integer("embedder.threads", 1, 64);
    Optional<Double> threshold = settings.optionalFraction("embedder.threshold");
    Optional<EmbedderConfig.Http> http = http(kind, threshold);
    return new EmbedderConfig(
        switch (kind) {
          case SENTENCE -> new EmbedderConfig.Sentence(threads, threshold);
          case LEXICAL -> new EmbedderConfig.Lexical(threshold);
          case HTTP -> http.orElseThrow();
        },
        settings.bytes("embedder.cache", "0B", "1GiB"),
        settings.integer("embedder.max-backlog", 1, 1_000_000));
  }

  private Optional<EmbedderConfig.Http> http(Kind kind, Optional<Double> threshold) {
    Optional<URI> url = service.url();
    Optional<String> model = service.name("model");
    Optional<Integer> dimension =
        settings.optionalInteger("embedder.dimension", 1, Fingerprint.MAX_DIMENSION);
    Optional<String> space = service.name("space");
    Optional<String> secret = service.secret();
    Duration timeout =
        settings.duration("embedder.timeout", Duration.ofMillis(100), Duration.ofMinutes(1));
    if (kind != Kind.HTTP) {
      OF_HTTP.forEach(this::requireEmpty);
      return Optional.empty();
    }
    String name = model.orElseThrow(() -> missing("embedder.model", "the model's name there"));
    return Optional.of(
        new EmbedderConfig.Http(
            url.orElseThrow(() -> missing("embedder.url", "an address")),
            name,
            secret,
            timeout,
            new EmbeddingSpace(
                space.orElse(name),
                dimension.orElseThrow(() -> missing("embedder.dimension", "1 to 4096")),
                threshold.orElseThrow(() ->
                    missing(
                        "embedder.threshold",
                        "a number above 0, up to 1, as measured for that model")))));
  }

  private ConfigException missing(String key, String expected) {
    return settings.wrong(key, expected + ", which embedder.kind http needs");
  }

  private void requireEmpty(String name) {
    String key = "embedder." + name;
    if (!settings.isEmpty(key)) {
      throw settings.wrong(key, "nothing unless embedder.kind is http");
    }
  }
}
