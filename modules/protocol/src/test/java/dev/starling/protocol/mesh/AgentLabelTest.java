/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentLabelTest {
  private static AgentLabel of(String meta) {
    return AgentLabel.of(RawJson.of(meta));
  }

  @Test
  void anAgentIsCalledWhatItsMetaSaysWhereverThatStands() {
    assertThat(of("{\"name\":\"Ünal\",\"kind\":\"coder\"}"))
        .isEqualTo(new AgentLabel("Ünal", "coder"));
    assertThat(of("{\"x\":{\"name\":\"no\"},\"y\":[1,{}],\"kind\":\"coder\",\"z\":null}"))
        .isEqualTo(new AgentLabel("", "coder"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":7,\"kind\":{\"kind\":\"x\"}}",
        "{\"name\":[\"x\"],\"kind\":null}",
        "{\"name\":\"\",\"kind\":\"\"}"
      })
  void whatIsNoTextIsNoName(String meta) {
    assertThat(of(meta)).isSameAs(AgentLabel.NONE);
  }

  @Test
  void aLongNameIsCutBetweenCharacters() {
    String fits = "x".repeat(AgentLabel.MOST);
    assertThat(of("{\"name\":\"" + fits + "y\"}").name()).isEqualTo(fits);
    String pair = "x".repeat(AgentLabel.MOST - 1);
    assertThat(of("{\"name\":\"" + pair + "😀\"}").name()).isEqualTo(pair);
  }
}
