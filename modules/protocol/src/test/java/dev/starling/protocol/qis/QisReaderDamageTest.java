/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.protocol.Damage;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonMessages;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages that were cut off or damaged on their way. */
final class QisReaderDamageTest {
  private static final List<String> VALID =
      List.of(
          "{\"type\":\"ping\",\"timestamp\":1750000000000,\"id\":\"p-1\"}",
          "{\"id\":17,\"type\":\"register\",\"agent_id\":\"é😀\\u0041\",\"fingerprint\":"
              + "[0.25, -1.5e-3, 123456789.123456789123],\"space\":\"s\",\"threshold\":0.9,"
              + "\"meta\":{\"a\":[1,{\"b\":null}]},\"accept_derived\":true}",
          "{\"type\":\"query\",\"profile\":\"quoted \\\"text\\\"\",\"limit\":25}",
          "{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"o-1\",\"fingerprint\":[1,0,-0.5],"
              + "\"payload\":{\"deep\":[[1.5,true],{\"x\":\"y\"}]},\"confidence\":0.85,"
              + "\"timestamp\":1.75e9,\"source_agent\":{\"a\":1},\"derived_from\":[\"a\",\"b\"],"
              + "\"hops\":2,\"extra\":false},\"id\":\"x\"}",
          "{\"future\":[{\"type\":\"ping\"}],\"type\":\"telepathy\"}");

  @Test
  void everyTruncationIsInvalidJson() {
    for (String text : VALID) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int end = 0; end < bytes.length; end++) {
        int cut = end;
        RefusalException refusal =
            catchThrowableOfType(RefusalException.class, () -> QisReading.read(bytes, 0, cut));
        assertThat(refusal).as(text.substring(0, Math.min(end, text.length()))).isNotNull();
        assertThat(refusal.text()).isEqualTo("invalid JSON");
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(JsonMessages.idOf(bytes, 0, cut)).isNull();
      }
    }
  }

  /** Stock Jackson is the second opinion on what is JSON. */
  @Test
  void aDamagedMessageIsReadOrRefusedButNeverAFault() {
    Random random = new Random(8765);
    Map<ErrorCode, Integer> refusals = new EnumMap<>(ErrorCode.class);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] original = VALID.get(i % VALID.size()).getBytes(StandardCharsets.UTF_8);
      byte[] damaged = Damage.damaged(original, random);
      ErrorCode code = refusalOf(damaged);
      JsonMessages.idOf(damaged, 0, damaged.length);
      if (code == null) {
        read++;
      } else {
        refusals.merge(code, 1, Integer::sum);
      }
      boolean whole = code == null || code == ErrorCode.UNKNOWN_TYPE;
      boolean broken = code == ErrorCode.INVALID_JSON;
      boolean isObject = JsonTree.isObject(damaged);
      if ((whole && !isObject) || (broken && isObject)) {
        throw new AssertionError((code == null ? "read: " : code + ": ") + Damage.shown(damaged));
      }
    }
    assertThat(read).isGreaterThan(1000);
    assertThat(refusals)
        .containsOnlyKeys(
            ErrorCode.INVALID_JSON,
            ErrorCode.UNKNOWN_TYPE,
            ErrorCode.INVALID_MESSAGE,
            ErrorCode.INVALID_FINGERPRINT,
            ErrorCode.INVALID_CONFIDENCE);
  }

  private static @Nullable ErrorCode refusalOf(byte[] bytes) {
    try {
      QisReading.read(bytes, 0, bytes.length);
      return null;
    } catch (RefusalException e) {
      return e.code();
    } catch (RuntimeException e) {
      throw new AssertionError(Damage.shown(bytes), e);
    }
  }
}
