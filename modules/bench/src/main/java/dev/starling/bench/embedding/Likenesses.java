/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import dev.starling.bench.embedding.LabelledTexts.Pair;
import dev.starling.vectors.Fingerprints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The cosines of all pairs of labelled texts, and what a threshold would make of them. Immutable.
 */
final class Likenesses {
  /** The share of pairs of different topics that a threshold may let through. */
  static final double TOLERATED = 0.01;

  private final Map<Pair, double[]> cosines = new EnumMap<>(Pair.class);

  /** Of cosines by what their texts are to each other. */
  Likenesses(Map<Pair, double[]> cosines) {
    cosines.forEach((pair, values) -> this.cosines.put(pair, values.clone()));
  }

  /** Of fingerprints in the order of the texts. */
  static Likenesses of(LabelledTexts texts, List<float[]> fingerprints) {
    Map<Pair, List<Double>> found = new EnumMap<>(Pair.class);
    for (Pair pair : Pair.values()) {
      found.put(pair, new ArrayList<>());
    }
    for (int i = 0; i < texts.size(); i++) {
      for (int j = 0; j < i; j++) {
        double cosine = Fingerprints.cosine(fingerprints.get(i), fingerprints.get(j));
        Objects.requireNonNull(found.get(texts.pair(i, j))).add(cosine);
      }
    }
    Map<Pair, double[]> cosines = new EnumMap<>(Pair.class);
    found.forEach((pair, values) -> cosines.put(pair, array(values)));
    return new Likenesses(cosines);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** The cosines of pairs; a copy. */
  double[] cosines(Pair pair) {
    return values(pair).clone();
  }

  private double[] values(Pair pair) {
    return Objects.requireNonNull(cosines.get(pair));
  }

  /** The share of pairs that reach a threshold. */
  double share(Pair pair, double threshold) {
    double[] values = values(pair);
    return (double) reach(values, threshold) / values.length;
  }

  /** The share of pairs of different topics, neighbours or not, that reach a threshold. */
  double falseShare(double threshold) {
    double[] near = values(Pair.NEIGHBOURS);
    double[] far = values(Pair.UNRELATED);
    return (double) (reach(near, threshold) + reach(far, threshold)) / (near.length + far.length);
  }

  private static long reach(double[] values, double threshold) {
    return Arrays.stream(values).filter(value -> value >= threshold).count();
  }

  /** The least threshold, in hundredths, that lets no more through than is tolerated. */
  double threshold() {
    for (int hundredths = 1; hundredths < 100; hundredths++) {
      if (falseShare(hundredths / 100.0) <= TOLERATED) {
        return hundredths / 100.0;
      }
    }
    return 1;
  }
}
