/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.embedding.EmbedderConfig;
import dev.starling.protocol.Fingerprint;
import dev.starling.vectors.EmbeddingSpace;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads the section {@code embedder}, the one place that knows its ranges and what goes with which
 * kind.
 */
final class EmbedderConfigReader {
  private static final int MOST_TEXT = 128;
  private static final int MOST_SECRET = 4096;
  private static final List<String> OF_HTTP =
      List.of("url", "model", "dimension", "space", "secret", "secret-file");

  /** The words for the kinds. */
  enum Kind {
    SENTENCE,
    HTTP,
    LEXICAL
  }

  private final Settings settings;

  EmbedderConfigReader(Settings settings) {
    this.settings = settings;
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
    Optional<URI> url =
        settings.optional(
            "embedder.url",
            "a URL that begins with http:// or https://",
            EmbedderConfigReader::url);
    Optional<String> model = name("embedder.model");
    Optional<Integer> dimension =
        settings.optionalInteger("embedder.dimension", 1, Fingerprint.MAX_DIMENSION);
    Optional<String> space = name("embedder.space");
    Optional<String> secret = secret();
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

  private Optional<String> name(String key) {
    return settings.optional(
        key,
        "empty, or up to 128 characters",
        text -> Optional.of(text).filter(one -> one.length() <= MOST_TEXT));
  }

  private static Optional<URI> url(String text) {
    try {
      URI url = new URI(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return Optional.of(url)
          .filter(one -> isHttp && one.getHost() != null && one.getUserInfo() == null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private Optional<String> secret() {
    Optional<String> given = settings.optional("embedder.secret", "a text", Optional::of);
    Optional<String> kept =
        settings.optional(
            "embedder.secret-file",
            "a file that can be read, of one line of up to 4096 characters",
            EmbedderConfigReader::line);
    if (given.isPresent() && kept.isPresent()) {
      throw settings.wrong("embedder.secret-file", "nothing beside embedder.secret");
    }
    return given.or(() -> kept);
  }

  private static Optional<String> line(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MOST_SECRET) {
        return Optional.empty();
      }
      String line = Files.readString(path).strip();
      return Optional.of(line).filter(text -> !text.isEmpty() && text.lines().count() == 1);
    } catch (InvalidPathException | IOException e) {
      return Optional.empty();
    }
  }
}
