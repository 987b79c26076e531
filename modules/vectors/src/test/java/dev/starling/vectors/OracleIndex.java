/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Indexes on every kernel set, kept in step with a plain map that is searched by brute force.
 *
 * <p>Entries are numbers that are never used twice, so a hit names the fingerprint it stands for.
 */
final class OracleIndex {
  private final List<SimilarityIndex<Integer>> indexes = new ArrayList<>();
  private final Map<Integer, float[]> truth = new HashMap<>();

  /** The handles by number, one per index. */
  private final List<List<Row<Integer>>> rows = new ArrayList<>();

  OracleIndex(int dimension, int maxRows) {
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.simd())) {
      indexes.add(new SimilarityIndex<>(dimension, kernels, maxRows));
    }
  }

  int add(float[] fingerprint) {
    int id = rows.size();
    List<Row<Integer>> handles = new ArrayList<>();
    float[] given = fingerprint.clone();
    for (SimilarityIndex<Integer> index : indexes) {
      handles.add(index.add(given, id));
    }
    truth.put(id, fingerprint.clone());
    rows.add(handles);
    given[0] = 12345; // the index must have copied
    return id;
  }

  void remove(int id) {
    truth.remove(id);
    List<Row<Integer>> handles = rows.get(id);
    for (int i = 0; i < indexes.size(); i++) {
      indexes.get(i).remove(handles.get(i));
      assertThat(handles.get(i).indexed()).isFalse();
    }
  }

  List<Integer> ids() {
    return new ArrayList<>(truth.keySet());
  }

  SimilarityIndex<Integer> index() {
    return indexes.get(0);
  }

  /** Searches one by one and in a batch, and demands what brute force finds, bit for bit. */
  int verify(List<float[]> queries, double... thresholds) {
    int found = 0;
    for (SimilarityIndex<Integer> index : indexes) {
      assertThat(index.size()).isEqualTo(truth.size());
      Hits<Integer> single = new Hits<>();
      List<Hits<Integer>> batch = new ArrayList<>();
      float[][] given = new float[queries.size() * thresholds.length][];
      double[] limits = new double[given.length];
      for (int j = 0; j < given.length; j++) {
        given[j] = queries.get(j / thresholds.length);
        limits[j] = thresholds[j % thresholds.length];
        batch.add(new Hits<>());
      }
      index.search(given, limits, batch);
      for (int j = 0; j < given.length; j++) {
        Map<Integer, Double> expected = bruteForce(given[j], limits[j]);
        index.search(given[j], limits[j], single);
        assertThat(asMap(single)).as("single, threshold %s", limits[j]).isEqualTo(expected);
        assertThat(asMap(batch.get(j))).as("batch, threshold %s", limits[j]).isEqualTo(expected);
        found += expected.size();
      }
    }
    return found;
  }

  private Map<Integer, Double> bruteForce(float[] query, double threshold) {
    Map<Integer, Double> matches = new HashMap<>();
    truth.forEach((id, fingerprint) -> {
      if (Fingerprints.isZero(query) || Fingerprints.isZero(fingerprint)) {
        return;
      }
      double similarity = Fingerprints.cosine(query, fingerprint);
      if (similarity >= threshold) {
        matches.put(id, similarity);
      }
    });
    return matches;
  }

  private static Map<Integer, Double> asMap(Hits<Integer> hits) {
    Map<Integer, Double> map = new HashMap<>();
    for (int i = 0; i < hits.size(); i++) {
      assertThat(map.put(hits.entry(i), hits.similarity(i))).as("reported twice").isNull();
    }
    return map;
  }
}
