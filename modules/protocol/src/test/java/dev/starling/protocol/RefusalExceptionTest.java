/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RefusalExceptionTest {

  @Test
  void aRefusedFieldIsNamedWithWhatWasExpectedAndWhatCame() {
    RefusalException refusal =
        RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "limit", "a number", "a string");

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.text()).isEqualTo("limit: expected a number, got a string");
    assertThat(refusal.details())
        .containsExactly(
            entry("field", "limit"), entry("expected", "a number"), entry("came", "a string"));
  }

  @Test
  void detailsKeepTheirOrderSoThatTheSameRefusalHasTheSameText() {
    Map<String, Object> details = new LinkedHashMap<>();
    for (int i = 20; i > 0; i--) {
      details.put("d" + i, i);
    }

    assertThat(new RefusalException(ErrorCode.INTERNAL, "why", details).details().keySet())
        .containsExactlyElementsOf(details.keySet());
  }

  @Test
  void detailsAreCopied() {
    Map<String, Object> details = new LinkedHashMap<>(Map.of("a", 1));
    RefusalException refusal = new RefusalException(ErrorCode.INTERNAL, "why", details);
    details.put("b", 2);

    assertThat(refusal.details()).containsExactly(entry("a", 1)).isUnmodifiable();
  }

  @Test
  void anUnavailableRoleIsNamed() {
    RefusalException refusal = RefusalException.unavailable("router", "warming up");

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal.text()).isEqualTo("router: warming up");
    assertThat(refusal.details()).containsExactly(entry("role", "router"));
  }

  @Test
  void whatSurelyDidNotHappenIsSaidBesidesAllElse() {
    RefusalException refusal = RefusalException.unavailable("agents", "full");

    assertThat(refusal.isNotMade()).isFalse();
    assertThat(refusal.notMade().isNotMade()).isTrue();
    assertThat(refusal.notMade().text()).isEqualTo("agents: full");
    assertThat(refusal.notMade().details())
        .containsExactly(entry("role", "agents"), entry("made", false));
  }

  @Test
  void itCostsNoStackTrace() {
    assertThat(new RefusalException(ErrorCode.INTERNAL, "why").getStackTrace()).isEmpty();
  }
}
