/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.testing.AgentHarness;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SynthesisAgentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static Outcome outcome(
      String id, String source, String text, @Nullable Double confidence, double... fingerprint) {
    return outcome(id, source, text, confidence, List.of(), fingerprint);
  }

  private static Outcome outcome(
      String id,
      String source,
      String text,
      @Nullable Double confidence,
      List<String> parents,
      double... fingerprint) {
    JsonArray numbers = new JsonArray();
    for (double value : fingerprint) {
      numbers.add(value);
    }
    JsonObject packet =
        JsonObject.of("fingerprint", numbers, "payload", JsonObject.of("text", text));
    int hops = parents.isEmpty() ? 0 : 1;
    return new Outcome(id, source, 0.9, confidence, hops, parents, packet);
  }

  private static AgentHarness researcher() {
    return AgentHarness.start(new SynthesisAgent(Role.RESEARCHER, new ExtractiveWriter()));
  }

  @Test
  void outcomesThatAgreeBecomeOneThatSaysWhatTheyHaveInCommon() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "The cache evicts hot keys.", 1.0, 1, 0));
      agent.outcome(outcome("o-2", "b", "Hot keys are evicted from the cache early.", 0.5, 1, 0.2));
      assertThat(agent.emitted()).isEmpty();
      agent.outcome(outcome("o-3", "a", "Lunch was good.", 0.5, 1, 0.1));

      Emission synthesis = agent.emitted().getFirst();
      assertThat(synthesis.derivedFrom()).containsExactly("o-1", "o-2", "o-3");
      assertThat(synthesis.hops()).isEqualTo(1);
      assertThat(synthesis.payload().getString("text")).contains("cache");
      assertThat(synthesis.payload().getString("synthesis")).isEqualTo("extractive");
      assertThat(synthesis.payload().getJsonArray("sources")).isEqualTo(JsonArray.of("a", "b"));
      JsonArray common = synthesis.packet().getJsonArray("fingerprint");
      assertThat(common.getDouble(1) / common.getDouble(0)).isCloseTo(0.0747, within(0.005));
      assertThat(synthesis.confidence()).isBetween(0.6, 0.76);
    }
  }

  @Test
  void outcomesThatDoNotAgreeAreKeptApart() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "One.", null, 1, 0));
      agent.outcome(outcome("o-2", "b", "Two.", null, 0, 1));
      agent.outcome(outcome("o-3", "c", "Three.", null, -1, 0));
      agent.outcome(outcome("o-4", "c", "Four dimensions.", null, 1, 0, 0));

      assertThat(agent.emitted()).isEmpty();
    }
  }

  @Test
  void whatOneAgentSaysAloneIsNoSynthesis() {
    try (AgentHarness agent = researcher()) {
      for (int i = 0; i < 10; i++) {
        agent.outcome(outcome("o-" + i, "a", "Again.", null, 1, 0));
      }
      assertThat(agent.emitted()).isEmpty();
    }
  }

  @Test
  void whatOthersMadeOfTheSameOutcomesIsNothingNew() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "One.", null, 1, 0));
      agent.outcome(outcome("o-2", "b", "Two.", null, 1, 0));
      for (int i = 0; i < 10; i++) {
        agent.outcome(outcome("s-" + i, "c" + i, "Both.", null, List.of("o-1", "o-2"), 1, 0));
      }
      assertThat(agent.emitted()).isEmpty();
      agent.outcome(outcome("s-x", "d", "More.", null, List.of("o-1", "o-3"), 1, 0));
      assertThat(agent.emitted()).hasSize(1);
    }
  }

  @Test
  void aSynthesisThatOthersBuildOnIsNothingNew() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "One.", null, 1, 0));
      agent.outcome(outcome("o-2", "b", "Two.", null, 1, 0));
      for (int i = 0; i < 10; i++) {
        String before = i == 0 ? "o-2" : "s-" + (i - 1);
        agent.outcome(outcome("s-" + i, "c" + i, "Both.", null, List.of("o-1", before), 1, 0));
      }
      assertThat(agent.emitted()).isEmpty();
    }
  }

  @Test
  void whatIsManySynthesesDeepIsNotBuiltOn() {
    try (AgentHarness agent = researcher()) {
      for (int i = 0; i < 5; i++) {
        JsonObject packet = JsonObject.of("fingerprint", JsonArray.of(1, 0));
        List<String> parents = List.of("o-" + i);
        int hops = SynthesisAgent.DEEPEST;
        agent.outcome(new Outcome("s-" + i, "a" + i, 0.9, 0.5, hops, parents, packet));
      }
      assertThat(agent.emitted()).isEmpty();
      for (int i = 0; i < 3; i++) {
        agent.outcome(outcome("o-" + i, "a" + i, "Sentence.", null, 1, 0));
      }
      assertThat(agent.emitted()).singleElement().extracting(Emission::hops).isEqualTo(1);
    }
  }

  @Test
  void aTopicOfManyOutcomesIsToldOfAgainWhenHalfOfWhatItKeepsIsNew() {
    try (AgentHarness agent = researcher()) {
      for (int i = 0; i < 500; i++) {
        agent.outcome(outcome("o-" + i, "a" + i % 7, "Sentence " + i + ".", null, 1, 0));
      }
      eventually("all is told", PATIENCE, () -> agent.emitted().size() == 2);
      for (int i = 500; i < 500 + Topic.MOST / 2; i++) {
        agent.outcome(outcome("o-" + i, "a" + i % 7, "Sentence " + i + ".", null, 1, 0));
      }
      eventually("it is told again", PATIENCE, () -> agent.emitted().size() == 3);
    }
  }

  @Test
  void manyOutcomesAreToldInFewSyntheses() {
    try (AgentHarness agent = researcher()) {
      for (int i = 0; i < 200; i++) {
        agent.outcome(outcome("o-" + i, "a" + i % 7, "Sentence " + i + ".", null, 1, 0));
      }
      assertThat(agent.emitted()).hasSize(1);
      eventually("the rest is told later", PATIENCE, () -> agent.emitted().size() == 2);
      assertThat(agent.emitted().getLast().derivedFrom()).hasSize(Topic.MOST);
    }
  }

  @Test
  void whatTheMeshRefusedIsToldAgain() {
    try (AgentHarness agent = researcher().refusing(true)) {
      for (int i = 0; i < 3; i++) {
        agent.outcome(outcome("o-" + i, "a" + i, "Sentence " + i + ".", null, 1, 0));
      }
      assertThat(agent.emitted()).isEmpty();
      agent.refusing(false);
      eventually("it is told after all", PATIENCE, () -> agent.emitted().size() == 1);
      assertThat(agent.emitted().getFirst().derivedFrom()).containsExactly("o-0", "o-1", "o-2");
    }
  }

  @Test
  void aTaskIsAnsweredByWhatWasGathered() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "The cache evicts hot keys.", null, 1, 0));
      JsonObject answer = agent.task("what about the cache?", new JsonObject());
      assertThat(answer.getString("text")).isEqualTo("The cache evicts hot keys.");
      assertThatThrownBy(() -> agent.task("gardening", new JsonObject()))
          .hasMessageContaining("nothing that it has gathered");
    }
  }

  @Test
  void aFingerprintOfNothingIsPassedOver() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "Zero.", null, 0, 0));
      agent.outcome(outcome("o-2", "a", "None.", null));
      assertThat(agent.emitted()).isEmpty();
    }
  }
}
