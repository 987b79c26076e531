/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimilarityIndexTest {
  private static final float[] EAST = {1, 0, 0};
  private static final float[] ZERO = {0, -0f, 0};

  private final SimilarityIndex<String> index = new SimilarityIndex<>(3, Kernels.best(), 4);
  private final Hits<String> hits = new Hits<>();

  @Test
  void shouldReportTheEntryAndTheCosineOfAMatch() {
    index.add(new float[] {3, 4, 0}, "near");
    index.add(new float[] {-3, 4, 0}, "far");
    index.search(EAST, 0.6, hits);
    assertThat(hits.size()).isEqualTo(1);
    assertThat(hits.entry(0)).isEqualTo("near");
    assertThat(hits.similarity(0)).isEqualTo(0.6);
  }

  @Test
  void shouldClearTheBufferBeforeFillingIt() {
    index.add(EAST, "east");
    index.search(EAST, 0.5, hits);
    index.search(EAST, 0.5, hits);
    assertThat(hits.size()).isEqualTo(1);
    searchBatch(EAST, 0.5);
    assertThat(hits.size()).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> index.search(EAST, 2, hits));
    assertThat(hits.size()).as("untouched when an argument is bad").isEqualTo(1);
    index.search(ZERO, 0.5, hits);
    assertThat(hits.size()).isZero();
  }

  @Test
  void shouldForgetARemovedRowAndIgnoreASecondRemoval() {
    Row<String> gone = index.add(EAST, "gone");
    Row<String> stays = index.add(EAST, "stays");
    index.remove(gone);
    index.remove(gone);
    assertThat(gone.indexed()).isFalse();
    assertThat(stays.indexed()).isTrue();
    assertThat(index.size()).isEqualTo(1);
    index.search(EAST, 0.9, hits);
    assertThat(hits.size()).isEqualTo(1);
    assertThat(hits.entry(0)).isEqualTo("stays");
  }

  @Test
  void shouldRefuseARowOfAnotherIndex() {
    Row<String> foreign = new SimilarityIndex<String>(3, Kernels.best(), 4).add(EAST, "foreign");
    assertThatIllegalArgumentException().isThrownBy(() -> index.remove(foreign));
    assertThat(foreign.indexed()).isTrue();
  }

  @Test
  void shouldRefuseRowsBeyondItsLimitUntilOneIsRemoved() {
    List<Row<String>> rows = new ArrayList<>();
    rows.add(index.add(ZERO, "zero counts"));
    for (int i = 1; i < 4; i++) {
      rows.add(index.add(EAST, "row " + i));
    }
    assertThatExceptionOfType(IndexFullException.class)
        .isThrownBy(() -> index.add(EAST, "too many"))
        .satisfies(full -> assertThat(full.maxRows()).isEqualTo(4))
        .withMessageContaining("4");
    assertThatExceptionOfType(IndexFullException.class).isThrownBy(() -> index.add(ZERO, "zero"));
    assertThat(index.size()).isEqualTo(4);
    index.remove(rows.get(0));
    index.add(EAST, "fits again");
    index.search(EAST, 1, hits);
    assertThat(hits.size()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.999, -0.5, 0, 0.5, 1})
  void shouldNeverMatchZeroFingerprints(double threshold) {
    Row<String> zero = index.add(ZERO, "zero");
    index.search(EAST, threshold, hits);
    assertThat(hits.size()).isZero();
    index.add(EAST, "east");
    index.search(ZERO, threshold, hits);
    assertThat(hits.size()).isZero();
    assertThat(index.size()).isEqualTo(2);
    index.remove(zero);
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  void shouldRejectFingerprintsOfAnotherDimension() {
    float[] two = new float[2];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.add(two, "short"))
        .withMessageContaining("3 components, got 2");
    assertThatIllegalArgumentException().isThrownBy(() -> index.search(two, 0.5, hits));
    assertThatIllegalArgumentException().isThrownBy(() -> searchBatch(two, 0.5));
    assertThat(index.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldRejectComponentsThatAreNotFinite(float component) {
    float[] bad = {1, component, 0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.add(bad, "bad"))
        .withMessageContaining("finite");
    assertThatIllegalArgumentException().isThrownBy(() -> index.search(bad, 0.5, hits));
    assertThatIllegalArgumentException().isThrownBy(() -> searchBatch(bad, 0.5));
    assertThat(index.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, -2, 1.0000000000000002, 75, Double.NaN})
  void shouldRejectThresholdsOutsideTheirRange(double threshold) {
    assertThatIllegalArgumentException().isThrownBy(() -> index.search(EAST, threshold, hits));
    assertThatIllegalArgumentException().isThrownBy(() -> searchBatch(EAST, threshold));
  }

  @Test
  void shouldLeaveTheBuffersAloneWhenOneQueryOfABatchIsBad() {
    index.add(EAST, "east");
    index.search(EAST, 0.5, hits);
    float[][] queries = {EAST, {1, Float.NaN, 0}};
    List<Hits<String>> outs = List.of(hits, new Hits<>());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(queries, new double[] {0.5, 0.5}, outs));
    assertThat(hits.size()).isEqualTo(1);
  }

  @Test
  void shouldRejectABatchWhosePartsDoNotFit() {
    float[][] two = {EAST, EAST};
    double[] thresholds = {0.5, 0.5};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(two, thresholds, List.of(hits, hits)))
        .withMessageContaining("distinct");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(two, thresholds, List.of(hits)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(two, new double[1], List.of(hits, new Hits<>())));
    index.search(new float[0][], new double[0], List.of());
  }

  @Test
  void shouldRejectSizesOutsideTheirRange() {
    for (int dimension : new int[] {-1, 0, 4097}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new SimilarityIndex<>(dimension, Kernels.best(), 1))
          .withMessageContaining("1 to 4096");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SimilarityIndex<>(1, Kernels.best(), 0));
    assertThat(new SimilarityIndex<>(4096, Kernels.best(), 1).dimension()).isEqualTo(4096);
  }

  @Test
  void shouldServeOneBufferToIndexesOfDifferentDimensions() {
    SimilarityIndex<String> wide = new SimilarityIndex<>(300, Kernels.best(), 1000);
    float[] fingerprint = new Samples(1).gaussian(300);
    for (int i = 0; i < 500; i++) {
      wide.add(fingerprint, "wide");
    }
    index.add(EAST, "narrow");
    for (int round = 0; round < 3; round++) {
      wide.search(fingerprint, 1, hits);
      assertThat(hits.size()).isEqualTo(500);
      index.search(EAST, 1, hits);
      assertThat(hits.size()).isEqualTo(1);
    }
  }

  @Test
  void shouldHoldMemoryInProportionToItsRows() {
    int n = 40 * 256;
    long row = 128 * 4 + 8;
    SimilarityIndex<Integer> large = new SimilarityIndex<>(128, Kernels.best(), n);
    float[] fingerprint = new Samples(1).gaussian(128);
    List<Row<Integer>> rows = new ArrayList<>();
    assertThat(large.bytes()).isZero();
    for (int i = 0; i < n; i++) {
      rows.add(large.add(fingerprint, i));
      assertThat(large.bytes()).isBetween((i + 1) * row, Math.min(2 * (i + 8), i + 256) * row);
    }
    for (int i = 0; i < n; i++) {
      if (i % 256 != 7) {
        large.remove(rows.get(i));
      }
    }
    assertThat(large.size()).isEqualTo(40);
    assertThat(large.bytes()).as("sparse segments merge").isBetween(40 * row, 2 * 40 * row);
  }

  private void searchBatch(float[] query, double threshold) {
    index.search(new float[][] {query}, new double[] {threshold}, List.of(hits));
  }
}
