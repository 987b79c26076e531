/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CloseCodeTest {

  @Test
  void theNumbersAreThoseOfTheContract() {
    assertThat(Arrays.stream(CloseCode.values()).map(code -> code.code() + " " + code))
        .containsExactly(
            "1001 GOING_AWAY",
            "1002 PROTOCOL_ERROR",
            "1003 UNSUPPORTED_DATA",
            "1007 INVALID_PAYLOAD",
            "1008 POLICY",
            "1009 MESSAGE_TOO_BIG",
            "1011 INTERNAL",
            "1012 SERVICE_RESTART",
            "4000 AUTHENTICATION",
            "4001 RATE_LIMIT",
            "4002 MALFORMED");
  }

  @ParameterizedTest
  @EnumSource(CloseCode.class)
  void everyReasonFitsACloseFrame(CloseCode code) {
    String withCause = code.reason("no token within 86400000 ms");
    assertThat(withCause).startsWith(code.reason());
    assertThat(withCause.getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(CloseCode.LONGEST_REASON);
  }
}
