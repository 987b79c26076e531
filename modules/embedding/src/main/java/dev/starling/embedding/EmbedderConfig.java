/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.vectors.EmbeddingSpace;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How texts become fingerprints; section {@code embedder} of the configuration.
 *
 * @param kind what does it
 * @param cacheBytes what the fingerprints of texts that were asked for may take in memory, 0 for
 *     none are kept
 * @param maxBacklog texts that wait before more are refused, 1–1 000 000
 */
public record EmbedderConfig(Kind kind, int cacheBytes, int maxBacklog) {

  /** What embeds. */
  public sealed interface Kind {}

  /**
   * A sentence model in this process.
   *
   * @param threads that work on one text, 1–64
   * @param threshold in place of the calibrated one
   */
  public record Sentence(int threads, Optional<Double> threshold) implements Kind {}

  /**
   * Hashed words and parts of words, which know wording and no meaning.
   *
   * @param threshold in place of the calibrated one
   */
  public record Lexical(Optional<Double> threshold) implements Kind {}

  /**
   * A service that speaks as OpenAI's does.
   *
   * @param url of the resource that texts are posted to, http or https
   * @param model what the service calls the model
   * @param secret sent as bearer token; never logged
   * @param timeout for one answer
   * @param space whatever the service embeds in
   */
  public record Http(
      URI url, String model, Optional<String> secret, Duration timeout, EmbeddingSpace space)
      implements Kind {
    @Override
    public String toString() {
      return "Http[" + url + ", " + model + ", " + space + "]";
    }
  }
}
