/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {

  @Test
  void everyCodeKeepsItsNumberForEver() {
    String pinned =
        """
        1000 INVALID_JSON
        1001 UNKNOWN_TYPE
        1002 INVALID_MESSAGE
        1003 NOT_REGISTERED
        1004 INVALID_FINGERPRINT
        1005 INVALID_CONFIDENCE
        1006 AGENT_ID_TAKEN
        1007 AGENT_MOVED
        1008 AGENT_NOT_FOUND
        1009 AGENT_FAILURE
        1010 NODE_NOT_FOUND
        1011 TASK_NOT_FOUND
        1012 UNKNOWN_EVENT
        1013 INVALID_SETTING
        1014 FORBIDDEN
        1015 RATE_LIMITED
        1016 TIMEOUT
        1017 UNAVAILABLE
        1018 V1_ID_RANGE
        1019 SSSP_SOURCES_BUSY
        1020 OUTCOMES_LOST
        1021 INTERNAL\
        """;

    assertThat(
            Arrays.stream(ErrorCode.values())
                .map(code -> code.number() + " " + code)
                .collect(Collectors.joining("\n")))
        .isEqualTo(pinned);
  }

  @Test
  void noTwoCodesShareANumber() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
  }

  @Test
  void everyNumberLeadsBackToItsCode() {
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ErrorCode.of(code.number())).isEqualTo(code);
    }
  }

  @Test
  void aNumberOfALaterBuildIsAnInternalError() {
    assertThat(ErrorCode.of(999)).isEqualTo(ErrorCode.INTERNAL);
    assertThat(ErrorCode.of(1022)).isEqualTo(ErrorCode.INTERNAL);
    assertThat(ErrorCode.of(-1)).isEqualTo(ErrorCode.INTERNAL);
  }
}
