/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.ChatService;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent of the mesh's own on a node whose operator named a language model. */
class WrittenSynthesisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ABOUT = "bakes rye bread";

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final ChatService model = new ChatService();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    model.close();
  }

  private NodeProcess node() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), ChatService.KEY + "\n");
    return NodeProcess.start(
        "--set", "agents.model.url=" + model.url(),
        "--set", "agents.model.name=small",
        "--set", "agents.model.secret-file=" + key);
  }

  private QisClient baker(NodeProcess node, String id) {
    QisClient client = QisClient.connect(vertx, node.agentPort(), "/");
    JsonObject register = JsonObject.of("type", "register", "agent_id", id, "profile", ABOUT);
    assertThat(client.send(register).next("registered").getString("agent_id")).isEqualTo(id);
    return client;
  }

  private static String spawn(NodeProcess node) {
    JsonObject request = JsonObject.of("kind", "researcher", "profile", ABOUT);
    NodeProcess.Answer answer = node.post("/api/agents", request.encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    String agentId = answer.json().getString("agentId");
    eventually(
        "it is known what it is about",
        PATIENCE,
        () -> node.get("/api/agents/" + agentId).json().getInteger("dimension") > 0);
    return agentId;
  }

  /** The next synthesis of an agent that reaches another. */
  private static JsonObject synthesis(QisClient client, String writer) {
    return client
        .next(
            one ->
                "incoming_outcome".equals(one.getString("type"))
                    && one.getJsonObject("packet").getString("source_agent").equals(writer),
            "a synthesis of " + writer)
        .getJsonObject("packet");
  }

  private static void backendIs(NodeProcess node, String agentId, String backend) {
    eventually(
        agentId + " says " + backend,
        PATIENCE,
        () -> {
          JsonObject state = node.get("/api/agents/" + agentId).json().getJsonObject("state");
          return state != null && backend.equals(state.getString("backend"));
        });
  }

  @Test
  void theModelWritesWhatAgentsSayTogetherAndSentencesAreTakenWhereItFails() throws IOException {
    model.says("Rye wants an hour more.");
    try (NodeProcess node = node().awaitReady()) {
      QisClient asa = baker(node, "asa");
      QisClient bo = baker(node, "bo");
      QisClient reader = baker(node, "reader");
      String writer = spawn(node);
      backendIs(node, writer, "model:small");

      List<String> told =
          List.of(
              asa.emit("The rye was raw inside.").getString("outcome_id"),
              asa.emit("The rye needs longer.").getString("outcome_id"),
              bo.emit("An hour more helped the rye.").getString("outcome_id"));

      JsonObject packet = synthesis(reader, writer);
      assertThat(packet.getJsonObject("payload").getString("text"))
          .isEqualTo("Rye wants an hour more.");
      assertThat(packet.getJsonObject("payload").getString("synthesis")).isEqualTo("model:small");
      assertThat(packet.getJsonArray("derived_from")).isEqualTo(new JsonArray(told));
      assertThat(model.heads())
          .containsExactly("POST /v1/chat/completions Bearer " + ChatService.KEY);
      assertThat(model.questions().getFirst().encode()).contains("An hour more helped the rye.");

      model.answers(500);
      asa.emit("The crust of the rye burned.");
      bo.emit("The rye crust was black.");
      asa.emit("A lid keeps the rye crust pale.");
      JsonObject payload = synthesis(reader, writer).getJsonObject("payload");
      assertThat(payload.getString("fallback")).isEqualTo("refused");
      backendIs(node, writer, "extractive");
    }
  }
}
