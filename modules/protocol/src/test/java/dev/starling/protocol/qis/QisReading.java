/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowClientMessage;
import dev.starling.protocol.session.ClientMessage;
import dev.starling.protocol.session.ClientMessageReader;
import java.nio.charset.StandardCharsets;

/** What the tests of {@link QisReader} share: messages as text, and what is said of bad ones. */
final class QisReading {
  private QisReading() {}

  static QisClientMessage read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return read(bytes, 0, bytes.length);
  }

  static QisClientMessage read(byte[] bytes, int from, int to) {
    return switch (ClientMessageReader.read(bytes, from, to)) {
      case ClientMessage.Qis(QisClientMessage message) -> message;
      case ClientMessage.Flow(FlowClientMessage other) ->
          throw new AssertionError("of the other dialect: " + other);
    };
  }

  static String packet(String members) {
    return "{\"type\":\"outcome\",\"packet\":{" + members + "}}";
  }

  static RefusalException refusal(String text) {
    RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> read(text));
    assertThat(refusal).as(text).isNotNull();
    return refusal;
  }

  static void requireInvalidJson(String text) {
    RefusalException refusal = refusal(text);
    assertThat(refusal.text()).as(text).isEqualTo("invalid JSON");
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    assertThat(String.valueOf(refusal.details().get("reason"))).as(text).isNotBlank();
  }

  static void requireRefused(
      String text, ErrorCode code, String field, String expected, String came) {
    RefusalException refusal = refusal(text);
    assertThat(refusal.code()).as(text).isEqualTo(code);
    assertThat(refusal.details())
        .containsExactly(entry("field", field), entry("expected", expected), entry("came", came));
    assertThat(refusal.text()).isEqualTo(field + ": expected " + expected + ", got " + came);
  }
}
