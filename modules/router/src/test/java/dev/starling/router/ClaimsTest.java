/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.vectors.Kernels;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private long micros = 1_000_000;
  private int forgotten;

  private final AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 100);
  private final Claims claims =
      new Claims(directory, new RoutingSettings(Samples.config()), () -> micros, () -> forgotten++);

  private static Claim claim(String agentId) {
    return new Claim(agentId, "", "g1", null, 0);
  }

  private static Claim claim(String agentId, String space, int dimension) {
    return new Claim(agentId, "", "g1", space, dimension);
  }

  @Test
  void numbersFollowTheClockAndNeverFall() {
    assertThat(claims.grant(claim("a")).number()).isEqualTo(1_000_000);
    micros += 5;
    assertThat(claims.grant(claim("a")).number()).isEqualTo(1_000_005);
    assertThat(claims.grant(claim("b")).number()).isEqualTo(1_000_006);
    micros = 17;
    assertThat(claims.grant(claim("c")).number()).isEqualTo(1_000_007);
  }

  @Test
  void aNumberExceedsWhateverTheIdWasClaimedWithBefore() {
    directory.add(Samples.agent(2_000_000, "g2", "a", 1, 0));
    Claimed claimed = claims.grant(claim("a"));
    assertThat(claimed.number()).isGreaterThan(2_000_000);
    assertThat(claims.grant(claim("b")).number()).isGreaterThan(claimed.number());
  }

  @Test
  void theHolderIsNamedWithItsRegistration() {
    directory.add(Samples.agent(7, "g2", "a", 1, 0));
    Claimed taken = claims.grant(claim("a"));
    assertThat(taken.holder()).isEqualTo("g2");
    assertThat(taken.holderKey()).isEqualTo(7);
    Claimed free = claims.grant(claim("b"));
    assertThat(free.holder()).isNull();
    assertThat(free.holderKey()).isZero();
  }

  @Test
  void anIdThatAnotherSubjectHoldsIsTaken() {
    Registration registration =
        new Registration(
            1, new Registration.Claim(1, "g2"), "a", "alice", Fingerprint.of(1), 0.75, false);
    directory.add(new Agent(registration, "g2", 1));
    assertThatThrownBy(() -> claims.grant(new Claim("a", "bob", "g1", null, 0)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.AGENT_ID_TAKEN))
        .hasMessageContaining("agent_id");
    assertThat(claims.grant(new Claim("a", "alice", "g1", null, 0)).holder()).isEqualTo("g2");
  }

  @Test
  void anIdThatWasGrantedIsTakenUntilItsRegistrationComesOrDoesNot() {
    assertThat(isGranted("a", "alice")).isTrue();
    assertThat(isGranted("a", "bob")).isFalse();
    assertThat(isGranted("a", "alice")).isTrue();
    micros += Claims.PENDING_MICROS + 2;
    assertThat(isGranted("a", "bob")).isTrue();
    assertThat(isGranted("a", "alice")).isFalse();
  }

  @Test
  void anIdThatWasHeldAndGivenBackIsFreeAtOnce() {
    assertThat(isGranted("a", "alice")).isTrue();
    Agent held = Samples.agent(micros, "g1", "a", 1, 0);
    directory.add(held);
    directory.remove(held);
    assertThat(isGranted("a", "bob")).isTrue();
  }

  @Test
  void whoeverIsGrantedTooMuchAtOnceIsForgottenFirstAndThatIsCounted() {
    for (int i = 0; i <= Claims.MOST_PENDING; i++) {
      assertThat(isGranted("a" + i, "alice")).isTrue();
    }
    assertThat(forgotten).isEqualTo(1);
    assertThat(isGranted("a0", "bob")).isTrue();
    assertThat(isGranted("a" + Claims.MOST_PENDING, "bob")).isFalse();
  }

  private boolean isGranted(String agentId, String subject) {
    try {
      claims.grant(new Claim(agentId, subject, "g1", null, 0));
      return true;
    } catch (RefusalException refusal) {
      assertThat(refusal.code()).isEqualTo(ErrorCode.AGENT_ID_TAKEN);
      return false;
    }
  }

  @Test
  void aSpaceThatHasAnotherDimensionIsRefused() {
    directory.add(Samples.agent(1, "g2", "a", 1, 0));
    assertThatThrownBy(() -> claims.grant(claim("b", "2", 3)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_FINGERPRINT))
        .hasMessageContaining("expected 2 numbers");
    assertThat(claims.grant(claim("b", "2", 2)).holder()).isNull();
    assertThat(claims.grant(claim("b", "other", 3)).holder()).isNull();
  }

  @Test
  void theThresholdIsTheSpacesOwn() {
    assertThat(claims.grant(claim("a")).threshold()).isEqualTo(0.75);
    assertThat(claims.grant(claim("a", "2", 2)).threshold()).isEqualTo(0.75);
    assertThat(claims.grant(claim("a", "strict", 2)).threshold()).isEqualTo(0.9);
  }
}
