/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class AgentProfileTest {
  @Test
  void aProfileSaysAllThatWasSaidOfIt() {
    AgentProfile profile =
        AgentProfile.of("coder")
            .named("Ünal")
            .about("rust and async code")
            .atLeast(0.5)
            .withDerived()
            .can("rust", "async")
            .tasks(3)
            .backedBy("rules");

    assertThat(profile.kind()).isEqualTo("coder");
    assertThat(profile.name()).isEqualTo("Ünal");
    assertThat(profile.about()).isEqualTo("rust and async code");
    assertThat(profile.threshold()).isEqualTo(0.5);
    assertThat(profile.acceptsDerived()).isTrue();
    assertThat(profile.capabilities()).containsExactly("rust", "async");
    assertThat(profile.tasks()).isEqualTo(3);
    assertThat(profile.backend()).isEqualTo("rules");
  }

  @Test
  void wordsAndAFingerprintTakeEachOthersPlace() {
    AgentProfile words = AgentProfile.of("a").about("rust");
    AgentProfile numbers = words.about(1, 0).in("two");

    assertThat(numbers.about()).isNull();
    assertThat(numbers.fingerprint()).containsExactly(1, 0);
    assertThat(numbers.space()).isEqualTo("two");
    assertThat(numbers.about("go").fingerprint()).isNull();
    assertThat(numbers.about("go").space()).isNull();
  }

  @Test
  void aFingerprintCannotBeChangedFromOutside() {
    float[] values = {1, 0};
    AgentProfile profile = AgentProfile.of("a").about(values);
    values[0] = 5;

    assertThat(profile.fingerprint()).containsExactly(1, 0);
  }

  @Test
  void whatTheMeshWouldRefuseIsRefusedAtOnce() {
    AgentProfile profile = AgentProfile.of("a");
    assertThatThrownBy(() -> AgentProfile.of(" ")).hasMessage("a kind has 1 to 64 characters");
    assertThatThrownBy(() -> profile.named("x".repeat(65)))
        .hasMessage("a name has 1 to 64 characters");
    assertThatThrownBy(() -> profile.tasks(-1)).hasMessage("tasks is from 0 to 1000");
    assertThatThrownBy(() -> profile.atLeast(2)).hasMessage("threshold is from -1 to 1");
    assertThatThrownBy(() -> profile.about(Float.NaN))
        .hasMessage("a fingerprint has finite numbers");
    assertThatThrownBy(() -> profile.about(new float[0]))
        .hasMessage("a fingerprint has 1 to 4096 numbers");
    assertThatThrownBy(() -> profile.can(Collections.nCopies(33, "x").toArray(String[]::new)))
        .hasMessage("an agent has at most 32 capabilities");
  }
}
