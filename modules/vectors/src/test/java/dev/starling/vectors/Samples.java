/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.Random;

/** Fingerprints to test with, reproducible from a seed. */
final class Samples {
  private final Random random;

  Samples(long seed) {
    random = new Random(seed);
  }

  Random random() {
    return random;
  }

  /** Independent normal components: for more than a few dimensions, nearly orthogonal pairs. */
  float[] gaussian(int d) {
    float[] made = new float[d];
    for (int k = 0; k < d; k++) {
      made[k] = (float) random.nextGaussian();
    }
    return made;
  }

  /** Near {@code center}: each component moved by noise of the given deviation. */
  float[] near(float[] center, double noise) {
    float[] made = center.clone();
    for (int k = 0; k < made.length; k++) {
      made[k] += (float) (noise * random.nextGaussian());
    }
    return made;
  }

  /** At an angle to {@code query} whose cosine is {@code cosine} up to float rounding. */
  float[] atCosine(float[] query, double cosine) {
    int d = query.length;
    double[] q = unit(query);
    double[] away = unit(gaussian(d));
    double along = 0;
    for (int k = 0; k < d; k++) {
      along += q[k] * away[k];
    }
    double rest = 0;
    for (int k = 0; k < d; k++) {
      away[k] -= along * q[k];
      rest += away[k] * away[k];
    }
    double sine = Math.sqrt((1 - cosine * cosine) / rest);
    double size = Math.scalb(1.0, random.nextInt(20) - 10) * (1 + random.nextDouble());
    float[] made = new float[d];
    for (int k = 0; k < d; k++) {
      made[k] = (float) (size * (cosine * q[k] + sine * away[k]));
    }
    return made;
  }

  /** A copy times a power of two, which may overflow to infinity or lose bits below the range. */
  static float[] times(float[] fingerprint, int exponent) {
    float[] made = fingerprint.clone();
    for (int k = 0; k < made.length; k++) {
      made[k] = Math.scalb(made[k], exponent);
    }
    return made;
  }

  /** Components from the smallest subnormal to the largest float, and some zeros. */
  float[] mixedMagnitudes(int d) {
    float[] made = new float[d];
    for (int k = 0; k < d; k++) {
      int exponent = random.nextInt(277) - 149;
      float component = Math.scalb(0.5f + random.nextFloat() / 2, exponent);
      made[k] = random.nextInt(8) == 0 ? 0 : random.nextBoolean() ? component : -component;
    }
    return made;
  }

  private static double[] unit(float[] fingerprint) {
    double squares = 0;
    for (float component : fingerprint) {
      squares += (double) component * component;
    }
    double[] made = new double[fingerprint.length];
    for (int k = 0; k < made.length; k++) {
      made[k] = fingerprint[k] / Math.sqrt(squares);
    }
    return made;
  }
}
