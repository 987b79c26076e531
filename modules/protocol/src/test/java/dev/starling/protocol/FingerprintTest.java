/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FingerprintTest {

  @Test
  void itsSpaceIsItsDimensionByDefault() {
    assertThat(Fingerprint.of(1, 2, 3)).isEqualTo(new Fingerprint("3", new float[] {1, 2, 3}));
    assertThat(Fingerprint.of(1, 2, 3).dimension()).isEqualTo(3);
  }

  @Test
  void itEqualsWhatHasTheSameSpaceAndValues() {
    Fingerprint print = new Fingerprint("a", new float[] {1, 2});

    assertThat(print)
        .isEqualTo(new Fingerprint("a", new float[] {1, 2}))
        .hasSameHashCodeAs(new Fingerprint("a", new float[] {1, 2}))
        .isNotEqualTo(new Fingerprint("b", new float[] {1, 2}))
        .isNotEqualTo(new Fingerprint("a", new float[] {1, 3}))
        .hasToString("Fingerprint[a, 2 dimensions]");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4097})
  void itHasOneTo4096Numbers(int dimension) {
    assertThat(refusal(new float[dimension]).details())
        .containsEntry("expected", "1 to 4096 numbers")
        .containsEntry("came", dimension + " numbers");
    assertThat(new Fingerprint("", new float[1]).dimension()).isEqualTo(1);
    assertThat(new Fingerprint("", new float[4096]).dimension()).isEqualTo(4096);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void everyNumberIsFinite(float odd) {
    assertThat(refusal(0, odd).details()).containsEntry("came", Float.toString(odd));
  }

  private static RefusalException refusal(float... values) {
    RefusalException refusal =
        catchThrowableOfType(RefusalException.class, () -> new Fingerprint("s", values));
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FINGERPRINT);
    return refusal;
  }
}
