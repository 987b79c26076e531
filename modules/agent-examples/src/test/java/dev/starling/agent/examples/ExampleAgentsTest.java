/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.Peer;
import dev.starling.agent.sdk.testing.AgentHarness;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ExampleAgentsTest {
  @Test
  void everyExampleIsFoundAsHostsFindThem() {
    assertThat(ServiceLoader.load(Agent.class).stream().map(ServiceLoader.Provider::type))
        .containsExactlyInAnyOrder(TextStatistics.class, DriftDetector.class, Panel.class);
  }

  @Test
  void aTextIsCounted() {
    try (AgentHarness harness = AgentHarness.start(new TextStatistics())) {
      JsonObject result =
          harness.task("count", JsonObject.of("text", "The cat saw the dog. The dog ran!"));

      assertThat(result.getInteger("words")).isEqualTo(8);
      assertThat(result.getInteger("distinct")).isEqualTo(5);
      assertThat(result.getInteger("sentences")).isEqualTo(2);
      assertThat(result.getJsonArray("frequent").getString(0)).isEqualTo("the");
    }
  }

  @Test
  void theDescriptionIsCountedWhereThereIsNoText() {
    try (AgentHarness harness = AgentHarness.start(new TextStatistics())) {
      assertThat(harness.task("one two three", new JsonObject()).getInteger("words")).isEqualTo(3);
      assertThat(harness.task("one two", JsonObject.of("text", 7)).getInteger("words"))
          .isEqualTo(2);
    }
  }

  @Test
  void aValueFarFromTheUsualIsTold() {
    try (AgentHarness harness = AgentHarness.start(new DriftDetector())) {
      for (int i = 0; i < 40; i++) {
        harness.outcome(JsonObject.of("value", 100 + i % 5));
      }
      assertThat(harness.emitted()).isEmpty();
      harness.outcome(JsonObject.of("value", 500));

      assertThat(harness.emitted()).hasSize(1);
      assertThat(harness.emitted().getFirst().payload().getDouble("value")).isEqualTo(500);
      assertThat(harness.emitted().getFirst().payload().getDouble("usual"))
          .isCloseTo(102, within(2.0));
      assertThat(harness.emitted().getFirst().derivedFrom()).containsExactly("outcome-41");
    }
  }

  @Test
  void whatHasNoValueIsPassedOver() {
    try (AgentHarness harness = AgentHarness.start(new DriftDetector())) {
      harness.outcome(JsonObject.of("text", "nothing to measure"));
      harness.outcome(JsonObject.of("value", "x"));
      assertThat(harness.emitted()).isEmpty();
    }
  }

  @Test
  void aPanelHandsOnWhatOthersAnswerAndWhoHadNoAnswer() {
    Peer wise = new Peer("wise", 0.9);
    Peer dumb = new Peer("dumb", 0.8);
    try (AgentHarness harness =
        AgentHarness.start(new Panel())
            .withPeers(wise, dumb)
            .answering(
                (peer, question) -> peer.equals(wise) ? JsonObject.of("said", question) : null)) {
      JsonArray opinions = harness.task("why?", new JsonObject()).getJsonArray("opinions");

      assertThat(opinions.getJsonObject(0).getJsonObject("answer").getString("said"))
          .isEqualTo("why?");
      assertThat(opinions.getJsonObject(1).getString("failed")).isEqualTo("no answer");
      assertThat(harness.progress()).containsExactly(10.0);
    }
  }

  @Test
  void aPanelFailsWhereNobodyIsThere() {
    try (AgentHarness harness = AgentHarness.start(new Panel())) {
      assertThatThrownBy(() -> harness.task("why?", new JsonObject()))
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("nobody who takes tasks is about why?");
    }
  }
}
