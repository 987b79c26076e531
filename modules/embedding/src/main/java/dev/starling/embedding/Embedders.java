/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.embedding.EmbedderConfig.Http;
import dev.starling.embedding.EmbedderConfig.Kind;
import dev.starling.embedding.EmbedderConfig.Lexical;
import dev.starling.embedding.EmbedderConfig.Sentence;
import dev.starling.vectors.Embedder;
import io.vertx.core.Vertx;

/** Makes the embedder that the configuration asks for. Stateless. */
public final class Embedders {
  private Embedders() {}

  /** An embedder that has loaded nothing yet; {@code vertx} is what one that is a service uses. */
  public static Embedder of(Kind kind, Vertx vertx) {
    return switch (kind) {
      case Sentence sentence -> new SentenceEmbedder(sentence.threads(), sentence.threshold());
      case Lexical lexical -> new LexicalEmbedder(lexical.threshold());
      case Http http -> new HttpEmbedder(vertx, http);
    };
  }
}
