/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.nio.charset.StandardCharsets;

/** What the tests of both dialects share: what is said of bad messages. */
public final class Refusals {
  private Refusals() {}

  /** What {@code text} is refused with, whichever dialect it is of. */
  public static RefusalException refusal(String text) {
    RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> read(text));
    assertThat(refusal).as(text).isNotNull();
    return refusal;
  }

  /** Fails unless {@code text} is refused as no JSON, and why is said. */
  public static void requireInvalidJson(String text) {
    RefusalException refusal = refusal(text);
    assertThat(refusal.text()).as(text).isEqualTo("invalid JSON");
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
    assertThat(String.valueOf(refusal.details().get("reason"))).as(text).isNotBlank();
  }

  /** Fails unless {@code text} is refused for one field with exactly these words. */
  public static void requireRefused(
      String text, ErrorCode code, String field, String expected, String came) {
    RefusalException refusal = refusal(text);
    assertThat(refusal.code()).as(text).isEqualTo(code);
    assertThat(refusal.details())
        .containsExactly(entry("field", field), entry("expected", expected), entry("came", came));
    assertThat(refusal.text()).isEqualTo(field + ": expected " + expected + ", got " + came);
  }

  private static ClientMessage read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ClientMessageReader.read(bytes, 0, bytes.length);
  }
}
