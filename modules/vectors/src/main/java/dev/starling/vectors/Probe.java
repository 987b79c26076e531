/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

/**
 * One query on its way through an index: the query made ready and the working memory of the search.
 *
 * <p>A row is reported when its cosine, in double, reaches the threshold. A float dot product
 * decides cheaply which rows cannot: with {@code u = 2^-24}, a float sum of d products is off by at
 * most {@code d u / (1 - d u) * |q| |x|}, whatever the order of the sum (Higham, Accuracy and
 * Stability of Numerical Algorithms, 3.1, and Cauchy-Schwarz). The comparison {@code dot >= floor *
 * norm} rounds three times more, relative error at most 3.1 u. The slack {@code (d + 8) * 6e-8} is
 * above {@code d u / (1 - d u) + 3.1 u} for every d up to 4096 and leaves 2.9e-7 for the rounding
 * of the doubles (below 2e-12) and for components that scaling drops (below 1e-13). So no row that
 * matches is ever lost, and the rows let through in error are rescored and dropped.
 *
 * <p>Owned by the thread that searches.
 */
final class Probe {
  private static final float[] NOTHING = {};
  private static final double SLACK_PER_TERM = 6e-8;
  private static final int EXTRA_TERMS = 8;

  /** {@code float[>= d]}: the query, scaled like a row. */
  float[] scaled = NOTHING;

  /** {@code float[>= rows of a segment]}: dot products with the rows of the current segment. */
  float[] dots = NOTHING;

  /** Position in the batch being served, to notice a buffer that is used twice. */
  int ticket;

  private final double[] products = new double[4];
  private int[] candidates = {};
  private float[] query = NOTHING;
  private double threshold;
  private double squaredNorm;
  private float floor;

  /**
   * Prepares for one search.
   *
   * @param wanted {@code float[d]}, borrowed until {@link #release}
   * @return false when the query is zero, and so matches nothing
   * @throws IllegalArgumentException for a wrong length, a non-finite component or a threshold
   *     outside (-1, 1]
   */
  boolean aim(float[] wanted, double atLeast, int dimension) {
    Fingerprints.requireDimension(wanted, dimension);
    int magnitude = Fingerprints.finiteMagnitudeBits(wanted);
    if (!(atLeast > -1 && atLeast <= 1)) {
      throw new IllegalArgumentException("expected a threshold in (-1, 1], got " + atLeast);
    }
    if (magnitude == 0) {
      return false;
    }
    if (scaled.length < dimension) {
      scaled = new float[dimension];
    }
    double factor = Scaling.factor(magnitude);
    Scaling.apply(factor, wanted, scaled, 0);
    query = wanted;
    threshold = atLeast;
    squaredNorm = Fingerprints.squaredNorm(wanted);
    double slack = (dimension + EXTRA_TERMS) * SLACK_PER_TERM;
    floor = (float) ((atLeast - slack) * Math.sqrt(squaredNorm) * factor);
    return true;
  }

  /** Makes room for the dot products with {@code rows} rows. */
  void reserve(int rows) {
    if (dots.length < rows) {
      dots = new float[rows];
      candidates = new int[rows];
    }
  }

  /** Lets go of the query. */
  void release() {
    query = NOTHING;
  }

  /** Reports the matches among the first {@code count} rows, whose {@link #dots} are made. */
  <E> void report(Segment<E> segment, int count, Hits<E> out) {
    int n = filter(segment.norms, count);
    int c = 0;
    for (; c <= n - 4; c += 4) {
      fourProducts(segment.components, c);
      for (int j = 0; j < 4; j++) {
        decide(segment.rows[candidates[c + j]], products[j], out);
      }
    }
    for (; c < n; c++) {
      decide(segment.rows[candidates[c]], product(segment.components, candidates[c]), out);
    }
  }

  private int filter(float[] norms, int count) {
    float[] made = dots;
    int[] kept = candidates;
    float least = floor;
    int n = 0;
    for (int i = 0; i < count; i++) {
      if (made[i] >= least * norms[i]) {
        kept[n++] = i;
      }
    }
    return n;
  }

  private <E> void decide(Row<E> row, double product, Hits<E> out) {
    E entry = row.entry;
    if (entry == null) {
      return;
    }
    double dot = row.original == null ? product : Fingerprints.dot(query, row.original);
    double similarity = Fingerprints.cosine(dot, squaredNorm, row.squaredNorm);
    if (similarity >= threshold) {
      out.add(entry, similarity);
    }
  }

  private double product(float[] components, int slot) {
    int d = query.length;
    int at = slot * d;
    double sum = 0;
    for (int k = 0; k < d; k++) {
      sum += (double) query[k] * components[at + k];
    }
    return sum;
  }

  /** Four sums at once, each from first to last: an addition waits for the one before it. */
  private void fourProducts(float[] components, int c) {
    int d = query.length;
    int at0 = candidates[c] * d;
    int at1 = candidates[c + 1] * d;
    int at2 = candidates[c + 2] * d;
    int at3 = candidates[c + 3] * d;
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (int k = 0; k < d; k++) {
      double q = query[k];
      s0 += q * components[at0 + k];
      s1 += q * components[at1 + k];
      s2 += q * components[at2 + k];
      s3 += q * components[at3 + k];
    }
    products[0] = s0;
    products[1] = s1;
    products[2] = s2;
    products[3] = s3;
  }
}
