/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

/**
 * The space that an {@link Embedder} puts texts into. Two embedders that do not give the same text
 * the same place must name different spaces.
 *
 * @param name for people and for comparison, 1–128 characters
 * @param dimension how many numbers a fingerprint there has, 1–4096
 * @param threshold the least cosine, in (0, 1], at which two texts count as being about the same;
 *     chosen by measurement, since it differs much from one embedder to another
 */
public record EmbeddingSpace(String name, int dimension, double threshold) {
  private static final int LONGEST_NAME = 128;
  private static final int MOST_DIMENSIONS = 4096;

  public EmbeddingSpace {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a space's name has 1 to 128 characters, not " + name);
    }
    if (dimension < 1 || dimension > MOST_DIMENSIONS) {
      throw new IllegalArgumentException("1 to 4096 dimensions, not " + dimension);
    }
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException("a threshold above 0, up to 1, not " + threshold);
    }
  }
}
