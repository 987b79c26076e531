/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.qis.QisReader.Posted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outcomes that are posted by REST. */
final class QisReaderPostedTest {
  @Test
  void anOutcomePostedByRestIsRead() {
    OutcomePacket packet = new OutcomePacket(null, null, List.of(), 0, RawJson.of("\"p\":\"é\""));

    assertThat(posted("{\"packet\":{\"p\":\"é\"}}")).isEqualTo(new Posted(null, packet));
    assertThat(posted("{\"agent_id\":\"a\",\"x\":[1],\"packet\":{\"p\":\"é\"}}"))
        .isEqualTo(new Posted("a", packet));
    assertThat(posted("{\"agent_id\":null,\"packet\":{\"p\":\"é\"}}"))
        .isEqualTo(new Posted(null, packet));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "null", "5", "{", "{\"packet\":{}}x", "{\"packet\":{}", "\"x\""})
  void aPostedBodyThatIsNoObjectIsInvalidJson(String body) {
    RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> posted(body));

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    assertThat(refusal.text()).isEqualTo("invalid JSON");
  }

  @Test
  void aPostedBodyThatIsNotUtf8IsInvalidJson() {
    byte[] body = "{\"packet\":{\"p\":\"é\"}}".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(catchThrowableOfType(RefusalException.class, () -> QisReader.posted(body)).code())
        .isEqualTo(ErrorCode.INVALID_JSON);
  }

  @Test
  void aPostedBodyWithoutAPacketIsRefused() {
    assertThat(catchThrowableOfType(RefusalException.class, () -> posted("{}")).details())
        .containsEntry("field", "packet")
        .containsEntry("came", "nothing");
    assertThat(
            catchThrowableOfType(
                    RefusalException.class, () -> posted("{\"agent_id\":1,\"packet\":{}}"))
                .details())
        .containsEntry("field", "agent_id");
  }

  private static Posted posted(String text) {
    return QisReader.posted(text.getBytes(StandardCharsets.UTF_8));
  }
}
