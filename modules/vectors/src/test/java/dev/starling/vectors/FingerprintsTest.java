/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintsTest {
  @Test
  void shouldGiveExactCosinesForWholeNumbers() {
    assertThat(Fingerprints.cosine(new float[] {1, 0, 0, 0, 0}, new float[] {3, 2, 1, 1, 1}))
        .isEqualTo(0.75);
    assertThat(Fingerprints.cosine(new float[] {1, 0}, new float[] {0, 1})).isZero();
    assertThat(Fingerprints.cosine(new float[] {2, 0}, new float[] {-5, 0})).isEqualTo(-1);
  }

  @Test
  void shouldAddFromFirstToLast() {
    float[] ones = {1, 1, 1, 1};
    assertThat(Fingerprints.dot(ones, new float[] {1, 0x1p53f, -0x1p53f, 1})).isEqualTo(1);
    assertThat(Fingerprints.dot(ones, new float[] {0x1p53f, 1, -0x1p53f, 1})).isEqualTo(1);
    assertThat(Fingerprints.dot(ones, new float[] {0x1p53f, -0x1p53f, 1, 1})).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 128, 1536, 4096})
  void shouldGiveExactlyOneForAFingerprintAndItself(int d) {
    for (long seed = 0; seed < 50; seed++) {
      float[] fingerprint = new Samples(seed).gaussian(d);
      assertThat(Fingerprints.cosine(fingerprint, fingerprint)).isEqualTo(1);
      assertThat(Fingerprints.cosine(fingerprint, Samples.times(fingerprint, 90))).isEqualTo(1);
    }
  }

  @Test
  void shouldAgreeWithExactArithmetic() {
    for (long seed = 0; seed < 50; seed++) {
      Samples samples = new Samples(seed);
      float[] a = seed % 2 == 0 ? samples.gaussian(33) : samples.mixedMagnitudes(33);
      float[] b = seed % 4 < 2 ? samples.near(a, 1) : samples.mixedMagnitudes(33);
      assertThat(Fingerprints.cosine(a, b)).isCloseTo(exactCosine(a, b), within(1e-14));
    }
  }

  @Test
  void shouldNeitherOverflowNorVanishAtTheEndsOfTheRange() {
    float[] huge = {Float.MAX_VALUE, Float.MAX_VALUE};
    float[] tiny = {Float.MIN_VALUE, 0};
    assertThat(Fingerprints.cosine(huge, tiny)).isCloseTo(Math.sqrt(0.5), within(1e-15));
    assertThat(Fingerprints.cosine(tiny, tiny)).isEqualTo(1);
    assertThat(Fingerprints.cosine(huge, huge)).isEqualTo(1);
  }

  @Test
  void shouldGiveZeroForAZeroFingerprint() {
    assertThat(Fingerprints.cosine(new float[3], new float[] {1, 2, 3})).isZero();
    assertThat(Fingerprints.isZero(new float[] {0f, -0f})).isTrue();
    assertThat(Fingerprints.isZero(new float[] {0f, -Float.MIN_VALUE})).isFalse();
  }

  @Test
  void shouldNameTheFirstComponentThatIsNotFinite() {
    float[] fine = {1, -Float.MAX_VALUE, Float.MIN_VALUE};
    assertThat(Fingerprints.requireFinite(fine)).isSameAs(fine);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fingerprints.requireFinite(new float[] {1, Float.NaN, 3}))
        .withMessageContaining("NaN at index 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fingerprints.requireFinite(new float[] {Float.NEGATIVE_INFINITY}))
        .withMessageContaining("-Infinity at index 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fingerprints.requireFinite(new float[] {Float.intBitsToFloat(-1)}));
  }

  @Test
  void shouldNameTheExpectedDimension() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fingerprints.requireDimension(new float[2], 3))
        .withMessage("expected a fingerprint of 3 components, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Fingerprints.cosine(new float[2], new float[3]));
  }

  private static double exactCosine(float[] a, float[] b) {
    BigDecimal dot = exactDot(a, b);
    BigDecimal norms = exactDot(a, a).multiply(exactDot(b, b)).sqrt(MathContext.DECIMAL128);
    return dot.divide(norms, MathContext.DECIMAL128).doubleValue();
  }

  private static BigDecimal exactDot(float[] a, float[] b) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int k = 0; k < a.length; k++) {
      sum = sum.add(new BigDecimal(a[k]).multiply(new BigDecimal(b[k])));
    }
    return sum;
  }
}
