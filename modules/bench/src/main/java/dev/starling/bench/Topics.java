/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fingerprints in topics: agents of one topic are alike (cosine at least {@value #ALIKE}), agents
 * of two topics are not (at most {@value #UNLIKE}), so that every correct router finds the same
 * receivers for any threshold between. The same arguments give the same fingerprints.
 */
final class Topics {
  static final double ALIKE = 0.85;
  static final double UNLIKE = 0.65;

  private static final double SPREAD = 0.25;
  private static final int ATTEMPTS = 200;

  private final double[][] fingerprints;
  private final int topics;

  private Topics(double[][] fingerprints, int topics) {
    this.fingerprints = fingerprints;
    this.topics = topics;
  }

  /**
   * Makes fingerprints for {@code agents} agents; agent {@code i} belongs to topic {@code i %
   * topics}.
   *
   * @throws IllegalArgumentException if so many topics do not fit apart into the dimension
   */
  static Topics of(int agents, int topics, int dimension, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    double[][] centres = new double[topics][];
    for (int topic = 0; topic < topics; topic++) {
      centres[topic] = centreApart(centres, topic, dimension, random);
    }
    double[][] all = new double[agents][];
    for (int agent = 0; agent < agents; agent++) {
      all[agent] = near(centres[agent % topics], random);
    }
    return new Topics(all, topics);
  }

  /** The fingerprint of an agent: {@code dimension} numbers, roughly within [-0.7, 0.7]. */
  double[] fingerprint(int agent) {
    return fingerprints[agent];
  }

  /** The topic of an agent. */
  int topic(int agent) {
    return agent % topics;
  }

  /** The fingerprint as a JSON array. */
  String json(int agent, Workload.Digits digits) {
    double[] numbers = fingerprints[agent];
    return IntStream.range(0, numbers.length)
        .mapToObj(i ->
            switch (digits) {
              case JS -> JsNumbers.print(numbers[i]);
              case SIX -> JsNumbers.printSixDecimals(numbers[i]);
            })
        .collect(Collectors.joining(",", "[", "]"));
  }

  static double cosine(double[] a, double[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  private static double[] centreApart(
      double[][] centres, int count, int dimension, RandomGenerator random) {
    // Agents lie within a fixed angle around their centre; the room left for it keeps them apart
    // too.
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double[] candidate = random.doubles(dimension, -0.5, 0.5).toArray();
      if (IntStream.range(0, count).allMatch(i -> cosine(centres[i], candidate) < UNLIKE - 0.2)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException(
        "no room for topic " + count + " in " + dimension + " dimensions: ask for fewer topics");
  }

  /**
   * A point whose offset from the centre has {@link #SPREAD} of the centre's length, in a random
   * direction.
   */
  private static double[] near(double[] centre, RandomGenerator random) {
    double[] offset = random.doubles(centre.length, -0.5, 0.5).toArray();
    double scale = SPREAD * length(centre) / length(offset);
    return IntStream.range(0, centre.length)
        .mapToDouble(i -> centre[i] + offset[i] * scale)
        .toArray();
  }

  private static double length(double[] vector) {
    double squares = 0;
    for (double x : vector) {
      squares += x * x;
    }
    return Math.sqrt(squares);
  }
}
