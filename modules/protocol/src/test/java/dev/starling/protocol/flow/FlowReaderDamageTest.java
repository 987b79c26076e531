/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.protocol.Damage;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.session.ClientMessageReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages of the console's dialect that were cut off or damaged on their way. */
final class FlowReaderDamageTest {

  /** A number that was cut off may be out of range before its message is found to have no end. */
  @Test
  void everyTruncationIsRefused() {
    for (String text : FlowReading.VALID) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int end = 0; end < bytes.length; end++) {
        int cut = end;
        RefusalException refusal =
            catchThrowableOfType(RefusalException.class, () -> FlowReading.read(bytes, 0, cut));
        assertThat(refusal).as("%s cut to %s bytes", text, end).isNotNull();
        if (!"sampleRate".equals(refusal.details().get("field"))) {
          assertThat(refusal.code())
              .as("%s cut to %s bytes", text, end)
              .isEqualTo(ErrorCode.INVALID_JSON);
        }
        assertThat(JsonMessages.idOf(bytes, 0, cut)).isNull();
      }
    }
  }

  /** Stock Jackson is the second opinion on what is JSON. */
  @Test
  void aDamagedMessageIsReadOrRefusedButNeverAFault() {
    Random random = new Random(3030);
    Map<ErrorCode, Integer> refusals = new EnumMap<>(ErrorCode.class);
    int read = 0;
    for (int i = 0; i < 40_000; i++) {
      String original = FlowReading.VALID.get(i % FlowReading.VALID.size());
      byte[] damaged = Damage.damaged(original.getBytes(StandardCharsets.UTF_8), random);
      ErrorCode code = refusalOf(damaged);
      JsonMessages.idOf(damaged, 0, damaged.length);
      if (code == null) {
        read++;
      } else {
        refusals.merge(code, 1, Integer::sum);
      }
      requireSecondOpinion(code, damaged);
    }
    assertThat(read).isGreaterThan(2000);
    assertThat(refusals)
        .containsOnlyKeys(
            ErrorCode.INVALID_JSON,
            ErrorCode.UNKNOWN_TYPE,
            ErrorCode.INVALID_MESSAGE,
            ErrorCode.INVALID_FINGERPRINT,
            ErrorCode.UNKNOWN_EVENT);
  }

  private static void requireSecondOpinion(@Nullable ErrorCode code, byte[] damaged) {
    boolean whole =
        code == null || code == ErrorCode.UNKNOWN_TYPE || code == ErrorCode.UNKNOWN_EVENT;
    boolean broken = code == ErrorCode.INVALID_JSON;
    boolean isObject = JsonTree.isObject(damaged);
    if ((whole && !isObject) || (broken && isObject)) {
      throw new AssertionError((code == null ? "read: " : code + ": ") + Damage.shown(damaged));
    }
  }

  private static @Nullable ErrorCode refusalOf(byte[] bytes) {
    try {
      ClientMessageReader.read(bytes, 0, bytes.length);
      return null;
    } catch (RefusalException e) {
      return e.code();
    } catch (RuntimeException e) {
      throw new AssertionError(Damage.shown(bytes), e);
    }
  }
}
