/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {
  private static final List<Kernels> SETS = List.of(Kernels.scalar(), Kernels.simd());
  private static final int[] COUNTS = {0, 1, 2, 3, 4, 5, 7, 8, 11};
  private static final float UNTOUCHED = -7777;

  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 207, 384, 768, 1536, 4096
      })
  void shouldStayWithinTheErrorBoundOfTheExactProductInEveryDimension(int d) {
    for (int count : COUNTS) {
      for (int offset : new int[] {0, 1, 13}) {
        for (int queryCount = 1; queryCount <= Kernels.MAX_QUERIES; queryCount++) {
          verifyDots(d, count, offset, queryCount);
        }
      }
    }
  }

  /** The rows end where the array ends, and infinities around query and rows would show. */
  private static void verifyDots(int d, int count, int offset, int queryCount) {
    Samples samples = new Samples(31L * d + count);
    float[] rows = new float[offset + count * d];
    Arrays.fill(rows, 0, offset, Float.POSITIVE_INFINITY);
    System.arraycopy(samples.gaussian(count * d), 0, rows, offset, count * d);
    float[][] queries = new float[Kernels.MAX_QUERIES][];
    for (int j = 0; j < queryCount; j++) {
      queries[j] = Arrays.copyOf(samples.gaussian(d), d + j);
      Arrays.fill(queries[j], d, d + j, Float.POSITIVE_INFINITY);
    }
    for (Kernels kernels : SETS) {
      float[][] out = new float[Kernels.MAX_QUERIES][];
      for (int j = 0; j < queryCount; j++) {
        out[j] = new float[count + 1];
        Arrays.fill(out[j], UNTOUCHED);
        kernels.dots(queries[j], d, rows, offset, count, out[j]);
        verifyOne(queries[j], d, rows, offset, count, out[j]);
        Arrays.fill(out[j], UNTOUCHED);
      }
      kernels.dots(queries, queryCount, d, rows, offset, count, out);
      for (int j = 0; j < queryCount; j++) {
        verifyOne(queries[j], d, rows, offset, count, out[j]);
      }
    }
  }

  private static void verifyOne(
      float[] query, int d, float[] rows, int offset, int count, float[] out) {
    float[] q = Arrays.copyOf(query, d);
    for (int i = 0; i < count; i++) {
      float[] row = Arrays.copyOfRange(rows, offset + i * d, offset + (i + 1) * d);
      double norms = Math.sqrt(Fingerprints.squaredNorm(q) * Fingerprints.squaredNorm(row));
      double bound = d * 0x1p-24 / (1 - d * 0x1p-24) * norms;
      assertThat((double) out[i]).isCloseTo(Fingerprints.dot(q, row), within(bound));
    }
    assertThat(out[count]).isEqualTo(UNTOUCHED);
  }

  @Test
  void shouldMultiplySmallWholeNumbersExactly() {
    float[] query = new float[19];
    float[] rows = new float[5 * 19];
    for (int k = 0; k < 19; k++) {
      query[k] = k + 1;
    }
    for (int k = 0; k < rows.length; k++) {
      rows[k] = k / 19 + 1;
    }
    for (Kernels kernels : SETS) {
      float[] out = new float[5];
      kernels.dots(query, 19, rows, 0, 5, out);
      assertThat(out).as(kernels.description()).containsExactly(190, 380, 570, 760, 950);
    }
  }

  @Test
  void shouldRejectArraysThatAreTooShort() {
    for (Kernels kernels : SETS) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> kernels.dots(new float[3], 4, new float[8], 0, 2, new float[2]));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> kernels.dots(new float[4], 4, new float[8], 1, 2, new float[2]));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> kernels.dots(new float[4], 4, new float[8], 0, 2, new float[1]));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> kernels.dots(new float[4], 0, new float[8], 0, -1, new float[1]));
    }
  }

  @Test
  void shouldRejectTooFewOrTooManyQueries() {
    float[][] five = new float[5][4];
    for (Kernels kernels : SETS) {
      for (int queryCount : new int[] {0, 5}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> kernels.dots(five, queryCount, 4, new float[4], 0, 1, five))
            .withMessageContaining("1 to 4");
      }
    }
  }

  @Test
  void shouldDescribeWhatRuns() {
    assertThat(Kernels.scalar().description()).isEqualTo("scalar");
    assertThat(Kernels.simd().description()).matches("simd \\d+-bit float");
    assertThat(Kernels.best()).isSameAs(Kernels.best());
    assertThat(Kernels.best().description()).matches("simd \\d+-bit float|scalar: .+");
  }
}
