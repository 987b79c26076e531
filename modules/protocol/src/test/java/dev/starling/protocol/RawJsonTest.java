/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class RawJsonTest {

  @Test
  void itEqualsWhatHasTheSameBytes() {
    assertThat(RawJson.of("{\"a\":\"é\"}"))
        .isEqualTo(new RawJson("{\"a\":\"é\"}".getBytes(StandardCharsets.UTF_8)))
        .hasSameHashCodeAs(RawJson.of("{\"a\":\"é\"}"))
        .isNotEqualTo(RawJson.of("{ \"a\":\"é\"}"))
        .hasToString("{\"a\":\"é\"}");
  }

  @Test
  void aCopyDoesNotChangeWithWhatItWasCopiedFrom() {
    byte[] bytes = "[12]".getBytes(StandardCharsets.UTF_8);
    RawJson copy = RawJson.copyOf(bytes, 1, 3);
    bytes[1] = '9';

    assertThat(copy).hasToString("12");
  }
}
