/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.testing.AgentHarness;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SynthesisAgentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What an agent does after its pause, which the test ends. */
  private final Queue<Runnable> pauses = new ConcurrentLinkedQueue<>();

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

  private static Outcome synthesis(String id, int hops, String... parents) {
    JsonObject packet = JsonObject.of("fingerprint", JsonArray.of(1, 0));
    return new Outcome(id, "by-" + id, 0.9, 0.5, hops, List.of(parents), packet);
  }

  private AgentHarness researcher() {
    return AgentHarness.start(
        new SynthesisAgent(Role.RESEARCHER, new ExtractiveWriter(), this::pause));
  }

  private void pause(Runnable next) {
    Context own = Objects.requireNonNull(Vertx.currentContext());
    pauses.add(() -> own.runOnContext(turn -> next.run()));
  }

  private void endPause() {
    pauses.remove().run();
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
  void aSynthesisOfSynthesesIsNothingNewWhicheverOfThemComesFirst() {
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-1", "a", "One.", null, 1, 0));
      agent.outcome(outcome("o-2", "b", "Two.", null, 1, 0));
      agent.outcome(synthesis("s-1", 1, "o-1", "o-2"));
      agent.outcome(synthesis("s-2", 1, "o-2", "o-1"));
      agent.outcome(synthesis("t-1", 2, "s-1", "s-2"));
      agent.outcome(synthesis("t-2", 2, "s-1", "s-2", "o-1"));
      agent.outcome(synthesis("u-1", 3, "t-1", "t-2"));
      assertThat(agent.emitted()).isEmpty();
    }
    try (AgentHarness agent = researcher()) {
      agent.outcome(synthesis("t-1", 2, "s-1", "s-2"));
      agent.outcome(synthesis("s-2", 1, "o-1", "o-2"));
      agent.outcome(synthesis("s-1", 1, "o-1", "o-2"));
      agent.outcome(outcome("o-1", "a", "One.", null, 1, 0));
      agent.outcome(outcome("o-2", "b", "Two.", null, 1, 0));
      assertThat(agent.emitted()).as("three were there, had one been for its parents").hasSize(1);
    }
  }

  @Test
  void ofALongTextTheBeginningIsKeptAndOfManyOutcomesTheLatestTopics() {
    String lengthy = "The cache is cold. ".repeat(200_000);
    try (AgentHarness agent = researcher()) {
      agent.outcome(outcome("o-0", "a", "Nobody remembers gardening.", null, 0, 1));
      for (int i = 0; i < 3; i++) {
        agent.outcome(outcome("o-" + i, "a" + i, lengthy, null, 1, 0));
      }
      assertThat(agent.emitted().getFirst().payload().getString("text"))
          .startsWith("The cache is cold.");
      Member kept = Member.of(outcome("o-1", "a", lengthy, null, 1, 0), new float[] {1, 0});
      assertThat(kept.text()).hasSize(Member.LONGEST_TEXT);
      assertThat(kept.bytes()).isLessThan(3L * Member.LONGEST_TEXT);
      assertThat(agent.task("gardening", new JsonObject()).getInteger("outcomes")).isEqualTo(1);
      double[] wide = new double[4_096];
      wide[0] = 1;
      for (int topic = 1; topic <= 4; topic++) {
        wide[topic] = 100;
        for (int i = 0; i < Topic.MOST; i++) {
          agent.outcome(outcome("w-" + topic + "-" + i, "a", lengthy, null, wide));
        }
        wide[topic] = 0;
      }
      assertThatThrownBy(() -> agent.task("gardening", new JsonObject()))
          .hasMessageContaining("nothing that it has gathered");
    }
  }

  @Test
  void aTaskIsAnsweredByTheTextsThatShareMostWordsWithIt() {
    try (AgentHarness agent = researcher()) {
      for (int i = 0; i < Topic.MOST; i++) {
        agent.outcome(outcome("c-" + i, "a", "The cache is small: " + i + ".", null, 1, 0));
      }
      for (int i = 0; i < Topic.MOST; i++) {
        agent.outcome(outcome("o-" + i, "a", "The rain came often.", null, 0, 1));
        agent.outcome(outcome("p-" + i, "a", "The rain came often.", null, -1, 0));
      }
      JsonObject answer = agent.task("the small cache", new JsonObject());
      assertThat(answer.getInteger("outcomes")).isEqualTo(Topic.MOST);
      assertThat(answer.getString("text")).contains("The cache is small").doesNotContain("rain");
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
      endPause();
      eventually("all is told", PATIENCE, () -> agent.emitted().size() == 2);
      for (int i = 500; i < 500 + Topic.MOST / 2; i++) {
        agent.outcome(outcome("o-" + i, "a" + i % 7, "Sentence " + i + ".", null, 1, 0));
      }
      assertThat(agent.emitted()).as("before the pause is over").hasSize(2);
      endPause();
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
      endPause();
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
      endPause();
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
