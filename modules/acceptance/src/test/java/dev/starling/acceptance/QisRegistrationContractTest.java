/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.Eventually;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an agent registers, under which id, and who holds an id that two want. */
class QisRegistrationContractTest extends QisContract {
  @Test
  void aRegistrationWithoutAnIdGetsOneMadeByTheMesh() {
    JsonObject reply = client().register(null, 1, 0);
    assertThat(UUID.fromString(reply.getString("agent_id")).version()).isEqualTo(4);
    assertThat(reply.getInteger("agent_count")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"agent_id\":null", "\"agent_id\":\"\""})
  void anEmptyIdCountsAsNone(String id) {
    JsonObject reply =
        client().send("{\"type\":\"register\"," + id + ",\"fingerprint\":[1]}").next("registered");
    assertThat(UUID.fromString(reply.getString("agent_id"))).isNotNull();
  }

  @Test
  void registeredHasTheReferencesFieldsFirstAndInItsOrder() {
    RawWebSocket socket = raw();
    socket.sendText(
        "{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1,0],"
            + "\"meta\":{\"env\":\"browser\",\"userAgent\":\"x\"}}");
    assertThat(socket.readText())
        .isEqualTo(
            "{\"type\":\"registered\",\"agent_id\":\"a\",\"agent_count\":1,"
                + "\"similarity_threshold\":0.75,\"gateway\":\""
                + node.nodeId()
                + "\"}");
  }

  @Test
  void agentCountCountsEveryAgentOnce() {
    assertThat(client().register("a", 1, 0).getInteger("agent_count")).isEqualTo(1);
    QisClient second = client();
    assertThat(second.register("b", 1, 0).getInteger("agent_count")).isEqualTo(2);
    assertThat(second.register("b", 0, 1).getInteger("agent_count")).isEqualTo(2);
    assertThat(client().register("c").getInteger("agent_count")).isEqualTo(3);
  }

  @Test
  void theSameIdAgainUpdatesTheRegistration() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("agent", 1, 0);
    agent.register("agent", 0, 1);
    assertThat(emitter.emit("old", 1, 0).getInteger("matches_found")).isZero();
    assertThat(routedTo(emitter.emit("new", 0, 1))).isEqualTo(List.of("agent"));
    agent.next("incoming_outcome");
    assertNothingWaits(agent);
  }

  @Test
  void anotherIdRemovesTheFirst() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("first", 1, 0);
    assertThat(agent.register("second", 1, 0).getInteger("agent_count")).isEqualTo(2);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("second"));
  }

  @Test
  void anAgentThatClosesItsSocketIsGoneFromTheNextOutcomeOn() {
    QisClient emitter = agent("emitter");
    agent("leaver", 1, 0).close();
    Eventually.eventually(
        "the leaver is gone",
        Duration.ofSeconds(5),
        () -> emitter.emit("p", 1, 0).getInteger("matches_found") == 0);
  }

  @Test
  void oneIdFromTwoSessionsBelongsToTheLater() {
    QisClient emitter = agent("emitter");
    QisClient first = agent("shared", 1, 0);
    QisClient second = client();
    assertThat(second.register("shared", 1, 0).getInteger("agent_count")).isEqualTo(2);
    JsonObject moved = refusal(first, "AGENT_MOVED");
    assertThat(moved.getJsonObject("details").getString("agent_id")).isEqualTo("shared");
    first.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1,0]}}");
    refusal(first, "NOT_REGISTERED");
    emitter.emit("p", 1, 0);
    second.next("incoming_outcome");
    assertNothingWaits(first);
    first.close();
    first.closeCode();
    assertThat(client().register("after", 0, 1).getInteger("agent_count")).isEqualTo(3);
    assertThat(emitter.emit("p", 1, 0).getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("shared"));
    second.next("incoming_outcome");
  }

  @Test
  void aSessionThatLostItsIdMayTakeItBack() {
    QisClient first = agent("shared", 1, 0);
    QisClient second = agent("shared", 1, 0);
    refusal(first, "AGENT_MOVED");
    first.register("shared", 1, 0);
    refusal(second, "AGENT_MOVED");
    assertThat(agent("emitter").emit("p", 1, 0).getInteger("matches_found")).isEqualTo(1);
    first.next("incoming_outcome");
    assertNothingWaits(second);
  }
}
