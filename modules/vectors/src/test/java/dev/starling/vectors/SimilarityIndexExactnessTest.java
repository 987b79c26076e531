/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every search gives what brute force in double gives: the same rows, the same similarities. */
class SimilarityIndexExactnessTest {
  private static final double[] THRESHOLDS = {-0.99, -0.25, 0, 0.1, 0.5, 0.75, 0.95, 1};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 33, 128, 207, 1536})
  void shouldFindWhatBruteForceFindsAmongRandomFingerprints(int d) {
    Samples samples = new Samples(d);
    OracleIndex oracle = new OracleIndex(d, 1000);
    for (int i = 0; i < 300; i++) {
      oracle.add(samples.gaussian(d));
    }
    assertThat(oracle.verify(gaussians(samples, d, 5), THRESHOLDS)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 64, 128, 384})
  void shouldFindWhatBruteForceFindsAmongClusters(int d) {
    Samples samples = new Samples(d);
    OracleIndex oracle = new OracleIndex(d, 1000);
    List<float[]> centers = gaussians(samples, d, 7);
    for (int i = 0; i < 600; i++) {
      oracle.add(samples.near(centers.get(i % 7), 0.1 + 0.1 * (i % 10)));
    }
    assertThat(oracle.verify(centers, THRESHOLDS)).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 127, 128, 384, 1536, 4096})
  void shouldDecideExactlyNearTheThreshold(int d) {
    Samples samples = new Samples(d);
    OracleIndex oracle = new OracleIndex(d, 2000);
    float[] query = samples.gaussian(d);
    for (double cosine : new double[] {0.7499, 0.75, 0.7501}) {
      for (int i = 0; i < 20; i++) {
        oracle.add(samples.atCosine(query, cosine));
      }
    }
    for (int i = 0; i < 400; i++) {
      oracle.add(samples.atCosine(query, 0.75 + (i - 200) * 5e-10));
    }
    int found = oracle.verify(List.of(query), 0.75);
    assertThat(found).as("both kernel sets").isBetween(2 * 100, 2 * 400);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 127, 128, 1536, 4096})
  void shouldTakeEachSimilarityItselfAsAThresholdThatIsReached(int d) {
    Samples samples = new Samples(d);
    OracleIndex oracle = new OracleIndex(d, 100);
    float[] query = samples.gaussian(d);
    List<Double> thresholds = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      float[] fingerprint = samples.atCosine(query, samples.random().nextDouble());
      oracle.add(fingerprint);
      double similarity = Fingerprints.cosine(query, fingerprint);
      thresholds.add(similarity);
      thresholds.add(Math.min(1, Math.nextUp(similarity)));
    }
    double[] limits = thresholds.stream().mapToDouble(Double::doubleValue).toArray();
    assertThat(oracle.verify(List.of(query), limits)).isPositive();
  }

  /** Equal components make every rounding of the float sum fall to the same side. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 128, 384, 1536, 4096})
  void shouldMatchEqualFingerprintsAtAThresholdOfOne(int d) {
    OracleIndex oracle = new OracleIndex(d, 1000);
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      float[] flat = new float[d];
      Arrays.fill(flat, 0.5f + new Samples(i).random().nextFloat() / 2);
      queries.add(flat);
      oracle.add(flat);
      oracle.add(Samples.times(flat, 100));
      oracle.add(Samples.times(flat, -100));
    }
    assertThat(oracle.verify(queries, 1)).isGreaterThanOrEqualTo(2 * 30 * 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 16, 129})
  void shouldBeExactForTinyHugeAndMixedMagnitudes(int d) {
    Samples samples = new Samples(d);
    OracleIndex oracle = new OracleIndex(d, 2000);
    float[] query = samples.gaussian(d);
    List<float[]> queries = new ArrayList<>();
    for (int exponent : new int[] {0, -124, -138, -148, 124}) {
      queries.add(Samples.times(query, exponent));
      for (int i = 0; i < 40; i++) {
        oracle.add(Samples.times(samples.near(query, 0.05 * i), exponent));
      }
    }
    for (int i = 0; i < 300; i++) {
      float[] mixed = samples.mixedMagnitudes(d);
      oracle.add(mixed);
      if (i % 20 == 0) {
        queries.add(mixed);
      }
    }
    float[] extremes = new float[d];
    extremes[0] = Float.MAX_VALUE;
    extremes[1] = Float.MIN_VALUE;
    oracle.add(extremes);
    queries.add(extremes);
    assertThat(oracle.verify(queries, THRESHOLDS)).isGreaterThan(1000);
  }

  @Test
  void shouldSeeASimilarityThatOnlyTheFaintestComponentsMake() {
    OracleIndex oracle = new OracleIndex(3, 10);
    oracle.add(new float[] {Float.MAX_VALUE, 1e-30f, 0});
    oracle.add(new float[] {Float.MAX_VALUE, -1e-30f, 0});
    oracle.add(new float[] {1, 0x1p-61f, 0});
    oracle.add(new float[] {1, 0x1p-59f, 0});
    float[] query = {0, 3, 0};
    int found = oracle.verify(List.of(query), Double.MIN_VALUE, 1e-70, 0x1p-62, 0x1p-60);
    assertThat(found).isEqualTo(2 * (3 + 3 + 2 + 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldStayExactWhileRowsComeAndGo(long seed) {
    Samples samples = new Samples(seed);
    int d = new int[] {1, 3, 16, 40, 130, 4096}[(int) seed % 6];
    OracleIndex oracle = new OracleIndex(d, 3000);
    List<float[]> centers = gaussians(samples, d, 4);
    int steps = d == 4096 ? 300 : 3000;
    for (int step = 0; step < steps; step++) {
      boolean growing = step / (steps / 6) % 2 == 0;
      List<Integer> ids = step % 50 == 49 ? oracle.ids() : List.of();
      if (growing || oracle.index().size() == 0) {
        oracle.add(next(samples, centers, step));
      } else {
        removeSome(oracle, samples);
      }
      if (!ids.isEmpty()) {
        oracle.verify(centers.subList(0, 2), -0.5, 0.6, 0.9);
        verifyMemory(oracle.index(), d);
      }
    }
    oracle.ids().forEach(oracle::remove);
    assertThat(oracle.verify(centers, -0.9)).isZero();
    assertThat(oracle.index().bytes()).isZero();
  }

  private static float[] next(Samples samples, List<float[]> centers, int step) {
    int d = centers.get(0).length;
    return switch (step % 16) {
      case 0 -> new float[d];
      case 1 -> samples.mixedMagnitudes(d);
      default -> samples.near(centers.get(step % 4), samples.random().nextDouble());
    };
  }

  private static void removeSome(OracleIndex oracle, Samples samples) {
    List<Integer> ids = oracle.ids();
    int id = ids.get(samples.random().nextInt(ids.size()));
    oracle.remove(id);
    oracle.remove(id);
  }

  /** Below twice what the live rows need, plus a segment; a quarter may keep its original too. */
  private static void verifyMemory(SimilarityIndex<Integer> index, int d) {
    long segment = Math.clamp(32 * 1024L / d, 16, 256) * (4L * d + 8);
    assertThat(index.bytes()).isLessThan(index.size() * (9L * d + 16) + segment);
  }

  private static List<float[]> gaussians(Samples samples, int d, int n) {
    List<float[]> made = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      made.add(samples.gaussian(d));
    }
    return made;
  }
}
