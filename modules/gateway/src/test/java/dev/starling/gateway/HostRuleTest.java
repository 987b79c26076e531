/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {
  private static final HostRule RULE = new HostRule("node.example", List.of("Mesh.Example"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST.",
        "127.0.0.1",
        "127.9.8.7",
        "[::1]",
        "::1",
        "[::ffff:127.0.0.1]",
        "node.example",
        "mesh.example",
        "MESH.example.",
        "10.0.0.5"
      })
  void loopbackTheBoundNameAListedOneAndTheAddressReachedAreAllowed(String host) {
    assertThat(RULE.allows(host, "10.0.0.5")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attacker.example",
        "localhost.attacker.example",
        "127.0.0.1.attacker.example",
        "node.example.attacker.example",
        "10.0.0.6",
        "0.0.0.0",
        "[::]",
        "[fd00::1]",
        "[",
        "[]",
        ""
      })
  void otherNamesAreNot(String host) {
    assertThat(RULE.allows(host, "10.0.0.5")).isFalse();
  }

  @Test
  void everyAddressIsNoNameOfAny() {
    for (String bound : List.of("0.0.0.0", "::", "[::]")) {
      HostRule rule = new HostRule(bound, List.of());
      assertThat(rule.allows(bound, "10.0.0.5")).isFalse();
      assertThat(rule.allows("10.0.0.5", "10.0.0.5")).isTrue();
      assertThat(rule.allows("[fd00::5]", "fd00:0:0:0:0:0:0:5%eth0")).isTrue();
    }
  }
}
