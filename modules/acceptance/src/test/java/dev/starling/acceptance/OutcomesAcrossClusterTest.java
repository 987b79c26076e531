/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.acceptance.ThreeNodes.objects;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess.Answer;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An outcome reaches exactly the agents that match it, whichever gateways they are on. */
@ExtendWith(CalmMesh.class)
class OutcomesAcrossClusterTest {
  private static final double THRESHOLD = 0.75;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ThreeNodes mesh;

  OutcomesAcrossClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  /** An agent as the brute-force oracle sees it. */
  private record Agent(String id, double[] fingerprint, QisClient client) {
    double similarity(Agent other) {
      double dot = 0;
      double mine = 0;
      double theirs = 0;
      if (fingerprint.length != other.fingerprint.length) {
        return 0;
      }
      for (int i = 0; i < fingerprint.length; i++) {
        dot += fingerprint[i] * other.fingerprint[i];
        mine += fingerprint[i] * fingerprint[i];
        theirs += other.fingerprint[i] * other.fingerprint[i];
      }
      return dot / Math.sqrt(mine * theirs);
    }

    double rounded(Agent other) {
      return Math.round(similarity(other) * 1e4) / 1e4;
    }
  }

  @Test
  void shouldReachExactlyTheMatchesOnEveryGateway() {
    List<Agent> agents = crowd(24, new Random(7));
    for (Agent emitter : agents) {
      List<String> expected = matchesOf(emitter, agents);
      JsonObject ack = emitter.client().emit("from " + emitter.id());
      assertThat(ack.getString("status")).isEqualTo("routed");
      assertThat(named(ack)).as("matches of %s", emitter.id()).isEqualTo(expected);
      assertThat(ack.getInteger("matches_found")).isEqualTo(expected.size());
    }
    fence(agents);
    for (Agent receiver : agents) {
      List<String> expected =
          agents.stream()
              .filter(emitter -> matchesOf(emitter, agents).contains(receiver.id()))
              .map(emitter -> "from " + emitter.id())
              .toList();
      assertThat(payloads(receiver.client()))
          .as("what %s received", receiver.id())
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /** Agents in clusters, of two dimensions, spread over the gateways. */
  private List<Agent> crowd(int size, Random random) {
    List<double[]> centres = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      centres.add(random.doubles(i % 2 == 0 ? 16 : 24, -1, 1).toArray());
    }
    List<Agent> agents = new ArrayList<>();
    while (agents.size() < size) {
      double[] near = centres.get(agents.size() % centres.size()).clone();
      for (int i = 0; i < near.length; i++) {
        near[i] += random.nextGaussian() * 0.35;
      }
      Agent agent = new Agent("agent-" + agents.size(), near, mesh.connect(agents.size() % 3));
      if (agents.stream().anyMatch(other -> Math.abs(other.similarity(agent) - 0.75) < 1e-4)) {
        continue;
      }
      JsonObject registered = agent.client().register(agent.id(), near);
      agents.add(agent);
      assertThat(registered.getInteger("agent_count")).isEqualTo(agents.size());
    }
    return agents;
  }

  private static List<String> matchesOf(Agent emitter, List<Agent> agents) {
    return agents.stream()
        .filter(other -> !other.id().equals(emitter.id()) && emitter.similarity(other) >= THRESHOLD)
        .sorted(
            Comparator.comparingDouble((Agent other) -> -emitter.rounded(other))
                .thenComparing(Agent::id))
        .map(Agent::id)
        .toList();
  }

  /**
   * Sends something from every agent to every agent and waits for it: since outcomes of one emitter
   * arrive in order, nothing sent before is under way any more.
   */
  private static void fence(List<Agent> agents) {
    for (Agent emitter : agents) {
      for (Agent receiver : agents) {
        if (!emitter.id().equals(receiver.id())) {
          String mark = "fence " + emitter.id() + " " + receiver.id();
          assertThat(named(emitter.client().emit(mark, receiver.fingerprint())))
              .contains(receiver.id());
          receiver.client().next(message -> mark.equals(payload(message)), mark);
        }
      }
    }
  }

  private static String payload(JsonObject message) {
    return message.getJsonObject("packet", new JsonObject()).getString("payload", "");
  }

  private static List<String> payloads(QisClient client) {
    return client.pending().stream()
        .filter(message -> "incoming_outcome".equals(message.getString("type")))
        .map(OutcomesAcrossClusterTest::payload)
        .filter(payload -> !payload.startsWith("fence"))
        .toList();
  }

  @Test
  void shouldNameEquallySimilarAgentsByTheirIds() {
    mesh.agent(2, "b", 1, 0.25, 0);
    mesh.agent(1, "c", 2, 0.5, 0);
    mesh.agent(0, "a", 4, 1, 0);
    mesh.agent(1, "nearest", 1, 0, 0);
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      QisClient emitter = mesh.agent(place, "emitter-" + place, 0, 0, 1);
      assertThat(named(emitter.emit("ties", 1, 0, 0))).containsExactly("nearest", "a", "b", "c");
    }
  }

  @Test
  void shouldDeliverThePacketWithItsSimilarityAcrossNodes() {
    QisClient receiver = mesh.agent(1, "receiver", 3, 4);
    QisClient emitter = mesh.agent(0, "emitter", 1, 0);
    JsonObject packet =
        new JsonObject()
            .put("outcome_id", "o-1")
            .put("source_agent", "someone else")
            .put("fingerprint", QisClient.array(4, 3))
            .put("payload", new JsonObject().put("text", "grüße 🐦"))
            .put("confidence", 0.5)
            .put("mine", new JsonArray().add(1).add("two"));
    emitter.send(new JsonObject().put("type", "outcome").put("packet", packet));
    assertThat(named(emitter.next("outcome_ack"))).containsExactly("receiver");
    JsonObject push = receiver.next("incoming_outcome");
    assertThat(push.getDouble("similarity")).isEqualTo(0.96);
    JsonObject delivered = push.getJsonObject("packet");
    assertThat(delivered.getString("source_agent")).isEqualTo("emitter");
    for (String field : List.of("outcome_id", "payload", "confidence", "mine")) {
      assertThat(delivered.getValue(field)).as(field).isEqualTo(packet.getValue(field));
    }
    assertThat(delivered.getJsonArray("fingerprint")).hasSize(2);
  }

  @Test
  void shouldAnswerQueriesAlikeOnEveryGateway() {
    mesh.agent(0, "exact", 1, 0, 0, 0);
    mesh.agent(1, "near", 1, 0.5, 0, 0);
    mesh.agent(2, "nearer", 1, 0.25, 0, 0);
    mesh.agent(2, "far", 0, 1, 0, 0);
    mesh.agent(1, "other dimension", 1, 0, 0);
    mesh.agent(1, "zero", 0, 0, 0, 0);
    mesh.agent(0, "nothing");
    JsonObject query =
        new JsonObject()
            .put("type", "query")
            .put("fingerprint", QisClient.array(2, 0, 0, 0))
            .put("limit", 10);
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      JsonObject result = mesh.connect(place).send(query).next("query_result");
      assertThat(named(result)).containsExactly("exact", "nearer", "near");
      assertThat(objects(result.getJsonArray("agents")).getFirst().getDouble("similarity"))
          .isEqualTo(1.0);
    }
  }

  @Test
  void shouldListTheSameAgentsOnEveryNode() {
    List<String> ids = IntStream.range(0, 9).mapToObj(i -> "listed-" + i).toList();
    for (int i = 0; i < ids.size(); i++) {
      mesh.agent(i % 3, ids.get(i), i + 1, 1);
    }
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      int asked = place;
      assertThat(mesh.agentsListedBy(asked)).isEqualTo(ids);
      eventually("the whole mesh is counted", PATIENCE, () -> mesh.countedBy(asked) == ids.size());
    }
  }

  @Test
  void shouldRouteAPostInTheNameOfAnAgentOnAnotherNode() {
    QisClient receiver = mesh.agent(1, "rest-receiver", 0, 1);
    mesh.agent(2, "rest-source", 0, 1);
    JsonObject call =
        new JsonObject()
            .put("agent_id", "rest-source")
            .put("packet", new JsonObject().put("payload", "by REST"));
    Answer answer = mesh.node(0).post("/api/outcomes", call.encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(named(answer.json())).containsExactly("rest-receiver");
    JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getString("source_agent")).isEqualTo("rest-source");
    assertThat(packet.getString("payload")).isEqualTo("by REST");
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      JsonArray recent =
          mesh.node(place).get("/api/outcomes?limit=1").json().getJsonArray("outcomes");
      assertThat(recent.getJsonObject(0).getJsonObject("packet").getString("outcome_id"))
          .isEqualTo(packet.getString("outcome_id"));
    }
  }
}
