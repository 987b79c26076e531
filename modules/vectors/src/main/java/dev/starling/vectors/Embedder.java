/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.List;

/**
 * Turns texts into fingerprints, so that texts of like meaning, or of like wording for one that is
 * lexical, lie near each other. May block and may take all of a core: call it on a worker thread,
 * one call at a time. Making one costs nothing; what it needs is loaded by the first call.
 */
public interface Embedder extends AutoCloseable {

  /** The space that this embedder puts texts into; known without loading anything. */
  EmbeddingSpace space();

  /**
   * The fingerprints of texts, {@code float[dimension]} each, of length 1 unless a text holds
   * nothing to go by: then all zeros, which match nothing. The same text has the same fingerprint
   * whatever else it is embedded with.
   *
   * @param texts not empty
   * @throws EmbeddingException where it cannot; {@link EmbeddingException.Fault} says whether that
   *     is because of the texts
   */
  List<float[]> embed(List<String> texts);

  /** Gives back what was loaded. No call may follow. */
  @Override
  void close();
}
