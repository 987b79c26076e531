/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmissionTest {
  private static Outcome outcome(String id, int hops) {
    return new Outcome(id, "a", 1, null, hops, List.of(), new JsonObject());
  }

  @Test
  void whatIsSaidIsInThePacket() {
    JsonObject packet =
        Emission.of("pods crash").confidence(0.5).about(1, 0.5f).in("two").as("mine").packet();

    assertThat(packet.getJsonObject("payload").getString("text")).isEqualTo("pods crash");
    assertThat(packet.getDouble("confidence")).isEqualTo(0.5);
    assertThat(packet.getJsonArray("fingerprint").getFloat(1)).isEqualTo(0.5f);
    assertThat(packet.getString("space")).isEqualTo("two");
    assertThat(packet.getString("outcome_id")).isEqualTo("mine");
    assertThat(packet.getDouble("timestamp")).isPositive();
  }

  @Test
  void whatIsNotSaidIsNotThere() {
    assertThat(Emission.of("x").packet().fieldNames())
        .containsExactlyInAnyOrder("payload", "timestamp");
  }

  @Test
  void aSynthesisNamesItsParentsAndIsOneDeeperThanTheDeepest() {
    Emission emission =
        Emission.of("x").from(outcome("o-1", 0), outcome("o-2", 3)).from(outcome("o-1", 0));

    assertThat(emission.derivedFrom()).containsExactly("o-1", "o-2");
    assertThat(emission.packet().getInteger("hops")).isEqualTo(4);
  }

  @Test
  void aConfidenceOutOfRangeIsRefused() {
    assertThatThrownBy(() -> Emission.of("x").confidence(1.5))
        .hasMessage("confidence is from 0 to 1, not 1.5");
  }

  @Test
  void anOutcomeSaysItsWordsWhereverTheyStand() {
    assertThat(new Outcome("o", "a", 1, null, 0, List.of(), JsonObject.of("payload", "hi")).text())
        .isEqualTo("hi");
    assertThat(
            new Outcome(
                    "o",
                    "a",
                    1,
                    null,
                    0,
                    List.of(),
                    JsonObject.of("payload", JsonObject.of("insight", "so", "n", 1)))
                .text())
        .isEqualTo("so");
    assertThat(outcome("o", 0).text()).isEmpty();
    assertThat(outcome("o", 0).fingerprint()).isEmpty();
  }
}
