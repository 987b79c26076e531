/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginRuleTest {
  private static final OriginRule RULE = new OriginRule(List.of("https://app.example:8443"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://mesh.example",
        "https://MESH.example:443",
        "https://app.example:8443",
        "HTTPS://App.example:8443",
        "http://localhost:5173",
        "https://127.0.0.1",
        "http://[::1]:8080"
      })
  void theSameHostLoopbackAndListedOriginsAreAllowed(String origin) {
    assertThat(RULE.allows(origin, true, "mesh.example", -1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://mesh.example",
        "https://mesh.example:8443",
        "https://app.example",
        "http://app.example:8443",
        "https://mesh.example.attacker.example",
        "https://attacker.example",
        "https://localhost.attacker.example",
        "https://localhost@attacker.example",
        "https://mesh.example/",
        "null",
        "",
        "file://",
        "//mesh.example",
        "mesh.example",
        "*",
        "https://[::1"
      })
  void othersAreNot(String origin) {
    assertThat(RULE.allows(origin, true, "mesh.example", -1)).isFalse();
  }

  @Test
  void aPortThatTheHostNamesIsThePagesToo() {
    assertThat(RULE.allows("http://mesh.example:3030", false, "mesh.example", 3030)).isTrue();
    assertThat(RULE.allows("http://mesh.example", false, "mesh.example", 3030)).isFalse();
    assertThat(RULE.allows("http://mesh.example", false, "mesh.example", 80)).isTrue();
  }

  @Test
  void pagesOfNoOriginAndEveryPageMayBeListed() {
    assertThat(new OriginRule(List.of("null")).allows("null", true, "mesh.example", -1)).isTrue();
    OriginRule every = new OriginRule(List.of("*"));
    assertThat(every.allows("https://attacker.example", true, "mesh.example", -1)).isTrue();
    assertThat(every.allows("null", true, "mesh.example", -1)).isTrue();
  }
}
