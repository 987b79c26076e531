/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Outcome ids: made or kept, and a second copy of the same outcome goes nowhere. */
class QisOutcomeIdContractTest extends QisContract {
  @Test
  void aMissingOutcomeIdIsMadeAndIsTheSameInAckAndPush() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter");
    String made = emitter.emit("p", 1, 0).getString("outcome_id");
    assertThat(UUID.fromString(made).version()).isEqualTo(4);
    assertThat(agent.next("incoming_outcome").getJsonObject("packet").getString("outcome_id"))
        .isEqualTo(made);
    assertThat(emitter.emit("p", 1, 0).getString("outcome_id")).isNotEqualTo(made);
  }

  @Test
  void theClientsOutcomeIdIsKept() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter", 1, 0);
    emitter.send(outcome(new JsonObject().put("outcome_id", "mine \u00e9")));
    assertThat(emitter.next("outcome_ack").getString("outcome_id")).isEqualTo("mine \u00e9");
    assertThat(agent.next("incoming_outcome").getJsonObject("packet").getString("outcome_id"))
        .isEqualTo("mine \u00e9");
  }

  @Test
  void theSameOutcomeAgainIsADuplicateWithTheFirstResult() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter", 1, 0);
    JsonObject outcome = outcome(new JsonObject().put("outcome_id", "twice"));
    JsonObject first = emitter.send(outcome).next("outcome_ack");
    agent("late", 1, 0);
    JsonObject second = emitter.send(outcome).next("outcome_ack");
    assertThat(second).isEqualTo(first.copy().put("status", "duplicate"));
    agent.next("incoming_outcome");
    assertNothingWaits(agent);
  }

  @Test
  void theSameOutcomeIdOfAnotherSourceIsNoDuplicate() {
    QisClient agent = agent("agent", 1, 0);
    JsonObject outcome = outcome(new JsonObject().put("outcome_id", "shared"));
    for (String source : List.of("one", "two")) {
      QisClient emitter = agent(source, 1, 0);
      assertThat(emitter.send(outcome).next("outcome_ack").getString("status")).isEqualTo("routed");
      assertThat(agent.next("incoming_outcome").getJsonObject("packet").getString("source_agent"))
          .isEqualTo(source);
    }
  }
}
