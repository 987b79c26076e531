/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import ai.onnxruntime.OrtException;
import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingException;
import dev.starling.vectors.EmbeddingException.Fault;
import dev.starling.vectors.EmbeddingSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Embeds by meaning with a sentence model in this process, {@code all-MiniLM-L6-v2} with 8-bit
 * weights, which is loaded by the first text. English; 256 word pieces at a time, longer texts by
 * the mean of their parts. One thread at a time.
 */
final class SentenceEmbedder implements Embedder {
  /** The name of its space. */
  static final String SPACE = "all-minilm-l6-v2-q";

  /** Chosen by {@code scripts/bench embedding}; docs/benchmarks.md has the measurement. */
  static final double THRESHOLD = 0.26;

  private final int threads;
  private final EmbeddingSpace space;
  private @Nullable SentenceModel model;

  /**
   * Loads nothing yet.
   *
   * @param threads that work on one text, 1 for the caller's alone
   * @param threshold in place of the calibrated one
   */
  SentenceEmbedder(int threads, Optional<Double> threshold) {
    this.threads = threads;
    this.space = new EmbeddingSpace(SPACE, SentenceModel.DIMENSION, threshold.orElse(THRESHOLD));
  }

  @Override
  public EmbeddingSpace space() {
    return space;
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    SentenceModel loaded = model();
    List<float[]> found = new ArrayList<>(texts.size());
    for (String text : texts) {
      try {
        found.add(loaded.embed(text));
      } catch (OrtException e) {
        throw new EmbeddingException(Fault.TEXT, "the model failed on a text", e);
      }
    }
    return found;
  }

  private SentenceModel model() {
    SentenceModel before = model;
    if (before != null) {
      return before;
    }
    try {
      SentenceModel loaded = SentenceModel.load(threads);
      model = loaded;
      return loaded;
    } catch (IOException | OrtException | LinkageError | RuntimeException e) {
      throw new EmbeddingException(
          Fault.EMBEDDER, "the sentence model cannot be loaded: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    SentenceModel loaded = model;
    model = null;
    if (loaded != null) {
      loaded.close();
    }
  }
}
