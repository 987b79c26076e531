/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.testing.AgentHarness;
import dev.starling.agents.model.LanguageModel;
import dev.starling.agents.model.ModelOf;
import dev.starling.testkit.ChatService;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The mesh's own agents with a language model, which is a service on a socket. */
class ModelSynthesisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final ChatService service = new ChatService();

  @AfterEach
  void close() {
    LocalMesh.await(vertx.close());
    service.close();
  }

  private Writer writer(Duration timeout) {
    return Writer.of(
        Optional.of(
            new LanguageModel(
                vertx, ModelOf.service(service, timeout, 2), new SimpleMeterRegistry())));
  }

  private AgentHarness researcher() {
    return AgentHarness.start(new SynthesisAgent(Role.RESEARCHER, writer(Duration.ofSeconds(30))));
  }

  private static void hear(AgentHarness agent, int from, int to) {
    for (int i = from; i < to; i++) {
      JsonObject packet =
          JsonObject.of(
              "fingerprint",
              JsonArray.of(1, 0),
              "payload",
              JsonObject.of("text", "The cache evicts key " + i + "."));
      agent.outcome(new Outcome("o-" + i, "a" + i % 2, 0.9, 0.8, 0, List.of(), packet));
    }
  }

  private static Emission next(AgentHarness agent, int count) {
    eventually("it emits", PATIENCE, () -> agent.emitted().size() == count);
    return agent.emitted().getLast();
  }

  @Test
  void theModelWritesWhatTheOutcomesSayTogether() {
    service.says("Keys are evicted.");
    try (AgentHarness agent = researcher()) {
      hear(agent, 0, 3);
      Emission synthesis = next(agent, 1);
      assertThat(synthesis.payload().getString("text")).isEqualTo("Keys are evicted.");
      assertThat(synthesis.payload().getString("synthesis")).isEqualTo("model:small");
      assertThat(synthesis.payload().containsKey("fallback")).isFalse();
      assertThat(synthesis.derivedFrom()).containsExactly("o-0", "o-1", "o-2");
      assertThat(agent.backends()).isEmpty();
      JsonArray messages = service.questions().getFirst().getJsonArray("messages");
      assertThat(messages.getJsonObject(0).getString("content")).contains("researcher");
      assertThat(messages.getJsonObject(1).getString("content"))
          .contains("- The cache evicts key 0.\n- The cache evicts key 1.");
    }
  }

  @Test
  void whereTheModelFailsTheAgentWritesByItselfAndSaysSoUntilItAnswersAgain() {
    service.answers(500);
    try (AgentHarness agent = researcher()) {
      hear(agent, 0, 3);
      JsonObject first = next(agent, 1).payload();
      assertThat(first.getString("text")).contains("The cache evicts key 0.");
      assertThat(first.getString("synthesis")).isEqualTo("extractive");
      assertThat(first.getString("fallback")).isEqualTo("refused");
      assertThat(agent.backends()).containsExactly("extractive");

      service.says("Keys are evicted.");
      hear(agent, 3, 6);
      assertThat(next(agent, 2).payload().getString("synthesis")).isEqualTo("model:small");
      assertThat(agent.backends()).containsExactly("extractive", "model:small");
    }
  }

  @Test
  void aSlowModelIsNotWaitedForAndNothingIsLost() {
    try (AgentHarness agent =
        AgentHarness.start(new SynthesisAgent(Role.RESEARCHER, writer(Duration.ofMillis(200))))) {
      hear(agent, 0, 3);
      Emission synthesis = next(agent, 1);
      assertThat(synthesis.payload().getString("fallback")).isEqualTo("late");
      assertThat(synthesis.derivedFrom()).containsExactly("o-0", "o-1", "o-2");
    }
  }

  @Test
  void whatComesWhileTheModelWritesIsToldNext() {
    try (AgentHarness agent = researcher()) {
      hear(agent, 0, 3);
      eventually("the model is asked", PATIENCE, () -> service.questions().size() == 1);
      hear(agent, 3, 9);
      assertThat(agent.emitted()).isEmpty();
      service.release("First.");
      assertThat(next(agent, 1).derivedFrom()).containsExactly("o-0", "o-1", "o-2");
      eventually("the model is asked again", PATIENCE, () -> service.questions().size() == 2);
      service.release("Second.");
      Emission second = next(agent, 2);
      assertThat(second.payload().getString("text")).isEqualTo("Second.");
      assertThat(second.derivedFrom()).hasSize(9);
    }
  }

  @Test
  void theModelAlsoAnswersTasks() {
    service.says("It evicts keys.");
    try (AgentHarness agent = researcher()) {
      hear(agent, 0, 1);
      JsonObject answer = agent.task("what about the cache?", new JsonObject());
      assertThat(answer)
          .isEqualTo(
              JsonObject.of("text", "It evicts keys.", "outcomes", 1, "synthesis", "model:small"));
      assertThat(service.questions().getFirst().encode()).contains("what about the cache?");
    }
  }

  @Test
  void outcomesWithoutWordsAreNoMatterForAModel() {
    try (AgentHarness agent = researcher()) {
      for (int i = 0; i < 3; i++) {
        JsonObject packet = JsonObject.of("fingerprint", JsonArray.of(1, 0));
        agent.outcome(new Outcome("o-" + i, "a" + i, 0.9, 0.8, 0, List.of(), packet));
      }
      assertThat(next(agent, 1).payload().getString("synthesis")).isEqualTo("extractive");
      assertThat(service.questions()).isEmpty();
    }
  }
}
