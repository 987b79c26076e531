/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agents.model.LanguageModel;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes what agents of the mesh's own say of what they gathered. Thread-safe. */
public sealed interface Writer permits ExtractiveWriter, ModelWriter {
  /**
   * What is to be written.
   *
   * @param role of the agent that says it
   * @param task what somebody asks, in words; null for a synthesis
   * @param texts what was gathered, oldest first
   */
  record Wanted(Role role, @Nullable String task, List<String> texts) {
    /** Keeps the texts as they are now. */
    public Wanted {
      texts = List.copyOf(texts);
    }
  }

  /**
   * What was written.
   *
   * @param by {@code extractive}, or {@code model:} and the name of the model
   * @param fallback why no model wrote it although there is one, in a word; null otherwise
   */
  record Written(String text, String by, @Nullable String fallback) {}

  /** What would write now. */
  String by();

  /** Writes; it never fails, and completes on the caller's context. */
  Future<Written> write(Wanted wanted);

  /** Writes with a model, or by extraction where there is none. */
  static Writer of(Optional<LanguageModel> model) {
    return model.<Writer>map(ModelWriter::new).orElseGet(ExtractiveWriter::new);
  }
}
