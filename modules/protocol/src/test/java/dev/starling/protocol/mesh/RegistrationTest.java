/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.mesh.Registration.Claim;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RegistrationTest {
  private static final Fingerprint PRINT = Fingerprint.of(1, 2);
  private static final Registration BASE =
      new Registration(1, new Claim(5, "g"), "a", "s", PRINT, 0.75, false);

  @Test
  void theHigherClaimIsTheGreater() {
    assertThat(new Claim(2, "a")).isGreaterThan(new Claim(1, "z"));
    assertThat(new Claim(Long.MAX_VALUE, "a")).isGreaterThan(new Claim(Long.MIN_VALUE, "a"));
  }

  @Test
  void ofClaimsWithOneNumberTheGreaterGatewayIsTheGreater() {
    assertThat(new Claim(1, "b")).isGreaterThan(new Claim(1, "a"));
    assertThat(new Claim(1, "a")).isEqualByComparingTo(new Claim(1, "a"));
  }

  @Test
  void replicasOfOneRegistrationHaveOneDigest() {
    Registration replica =
        new Registration(1, new Claim(5, "g"), "a", "s", Fingerprint.of(1, 2), 0.75, false);

    assertThat(replica.digest()).isEqualTo(BASE.digest());
  }

  @Test
  void whateverRoutingDependsOnChangesTheDigest() {
    List<Registration> others =
        List.of(
            BASE,
            new Registration(2, new Claim(5, "g"), "a", "s", PRINT, 0.75, false),
            new Registration(1, new Claim(6, "g"), "a", "s", PRINT, 0.75, false),
            new Registration(1, new Claim(5, "g"), "b", "s", PRINT, 0.75, false),
            new Registration(1, new Claim(5, "g"), "a", "s", Fingerprint.of(2, 1), 0.75, false),
            new Registration(1, new Claim(5, "g"), "a", "s", null, 0.75, false),
            new Registration(1, new Claim(5, "g"), "a", "s", PRINT, 0.8, false));

    assertThat(others.stream().map(Registration::digest)).doesNotHaveDuplicates();
  }

  @Test
  void noTwoOfManyRegistrationsHaveOneDigest() {
    Set<Long> digests = new HashSet<>();
    for (long key = 1; key <= 100_000; key++) {
      digests.add(new Registration(key, new Claim(key, "g"), "a", "", null, 1, false).digest());
    }

    assertThat(digests).hasSize(100_000);
  }
}
