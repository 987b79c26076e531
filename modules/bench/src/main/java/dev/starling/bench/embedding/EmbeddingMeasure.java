/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import dev.starling.bench.Label;
import dev.starling.bench.Measure.Better;
import dev.starling.bench.MedianRow;

/** A row of the table of embedders. */
enum EmbeddingMeasure implements MedianRow {
  /** Of the labelled texts. */
  SINGLE("a text alone, median", "ms", Better.LESS),
  /** Of the labelled texts. */
  SLOWEST("a text alone, p99", "ms", Better.LESS),
  /** 32 texts in one call. */
  BATCHED("a text of 32 given together, median", "ms", Better.LESS),
  /** 8192 characters. */
  LONGEST("a text of 8 192 characters, median", "ms", Better.LESS),
  /** In a new process. */
  FIRST("the first text, loading included", "ms", Better.LESS),
  /** Resident, before and after: later ones add garbage of the heap only. */
  MEMORY("resident memory that the first text adds", "MiB", Better.LESS),
  /** By the rule of {@link Likenesses#threshold}. */
  THRESHOLD("threshold: at most 1 % of the pairs of different topics reach it", "", Better.LESS),
  /** At that threshold. */
  RECALL("pairs of one topic that reach it", "%", Better.MORE),
  /** At that threshold. */
  NEIGHBOURS("pairs of neighbouring topics that reach it", "%", Better.LESS),
  /** At that threshold. */
  UNRELATED("pairs of unrelated topics that reach it", "%", Better.LESS);

  private final Label label;

  EmbeddingMeasure(String title, String unit, Better better) {
    this.label = new Label(title, unit, better);
  }

  @Override
  public Label label() {
    return label;
  }
}
