/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.Audio;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.VoiceMessage;
import dev.starling.protocol.mesh.VoiceMessage.Command;
import dev.starling.protocol.mesh.VoiceMessage.Hush;
import dev.starling.protocol.mesh.VoiceMessage.Listen;
import dev.starling.protocol.mesh.VoiceMessage.Listening;
import dev.starling.protocol.mesh.VoiceMessage.Response;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients ask of roles, over real sockets and the real bus; the test plays the roles. */
class RoleMessagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Vertx CLIENTS = Vertx.vertx();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<PhysicsMessage> physics;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<AgentsMessage> agents;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<VoiceMessage> voice;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway("gateway", "router", "physics", "agents", "voice");
    String node = gateway.mesh().nodeId();
    ScriptedRouter.serve(gateway.mesh(), node);
    physics =
        ScriptedRole.serve(
            gateway.mesh(), "physics", Addresses.physics(node), RoleMessagesTest::moved);
    agents =
        ScriptedRole.serve(
            gateway.mesh(), "agents", Addresses.agents(node), RoleMessagesTest::controlled);
    voice =
        ScriptedRole.serve(
            gateway.mesh(), "voice", Addresses.voice(node), RoleMessagesTest::understood);
    port = http(gateway);
    for (String agent : List.of("a", "x")) {
      LocalMesh.await(
          gateway
              .mesh()
              .bus()
              .request(Addresses.gateway(node), AgentScene.enrol(agent, false), PATIENCE));
    }
  }

  @BeforeEach
  void play() {
    physics.play(RoleMessagesTest::moved);
    agents.play(RoleMessagesTest::controlled);
    voice.play(RoleMessagesTest::understood);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    LocalMesh.await(CLIENTS.close());
  }

  private static int http(TestGateway of) {
    GatewayConfig config =
        TestGateway.onLoops(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)), 2);
    return LocalMesh.await(of.start(config).httpPort());
  }

  private static Future<? extends MeshMessage> moved(PhysicsMessage asked) {
    return Future.succeededFuture(new Interacted(0));
  }

  private static Future<? extends MeshMessage> controlled(AgentsMessage asked) {
    return Future.succeededFuture(new Controlled(((Control) asked).agentId(), "paused"));
  }

  private static Future<? extends MeshMessage> understood(VoiceMessage asked) {
    return Future.succeededFuture(
        asked instanceof Command
            ? new Response(RawJson.of("{\"intent\":\"Help\",\"success\":true}"), "/tts/1.wav")
            : new Listening(asked instanceof Listen));
  }

  private static QisClient connect(String path) {
    return QisClient.connect(CLIENTS, port, path);
  }

  private static JsonObject message(String type) {
    return new JsonObject().put("type", type);
  }

  private static JsonObject act(NodeAction action, String node) {
    return message("graph_interaction").put("action", action.word()).put("nodeId", node);
  }

  private static JsonObject drag(String node, double x) {
    JsonObject position = new JsonObject().put("x", x).put("y", 0).put("z", 0);
    return act(NodeAction.NODE_DRAG, node).put("position", position);
  }

  private static JsonObject command(String text) {
    return message("voice_command").put("command", text);
  }

  private static List<JsonObject> everyOperation() {
    return List.of(
        act(NodeAction.NODE_PIN, "n"),
        message("agent_control").put("action", "pause").put("agentId", "a"),
        command("help"),
        message("voice_start").put("sampleRate", 16_000),
        message("voice_stop"));
  }

  /** But for what goes to the gateway that holds an agent. */
  private static List<JsonObject> everyOperationOfARole() {
    List<JsonObject> asked = new ArrayList<>(everyOperation());
    asked.removeIf(one -> one.getString("type").equals("agent_control"));
    asked.add(message("agent_spawn").put("kind", "baker"));
    asked.add(message("task_submit").put("description", "knead"));
    asked.add(message("task_cancel").put("taskId", "t"));
    return asked;
  }

  private static final Map<String, String> ROLES =
      Map.of(
          "graph_interaction", "physics",
          "agent_control", "agents",
          "agent_spawn", "agents",
          "task_submit", "tasks",
          "task_cancel", "tasks",
          "voice_command", "voice",
          "voice_start", "voice",
          "voice_stop", "voice");

  /** What the simulator was told, in words. */
  private static List<String> story() {
    return physics.heard().stream()
        .filter(Interact.class::isInstance)
        .map(Interact.class::cast)
        .map(did ->
            did.action().word()
                + " "
                + did.node()
                + (did.position() == null ? "" : " " + did.position().x()))
        .toList();
  }

  private static String key(NodeAction action, String node) {
    return action.word() + " Key[key=" + node + "]";
  }

  private static void eventuallyTold(int times) {
    eventually("the simulator is told", PATIENCE, () -> story().size() >= times);
  }

  @Test
  void whatAClientDoesArrivesInOrderWithItsSessionAndIsNotAnswered() {
    try (QisClient client = connect("/ws/qis")) {
      for (int i = 0; i < 300; i++) {
        client.send(act(oneOfTwo(i), "n" + i));
      }
      client.settle();
      eventuallyTold(300);
      for (int i = 0; i < 300; i++) {
        assertThat(story().get(i)).isEqualTo(key(oneOfTwo(i), "n" + i));
      }
      assertThat(client.pending()).isEmpty();
      assertThat(sessions()).hasSize(1).allMatch(id -> id.startsWith(gateway.mesh().nodeId()));
    }
  }

  private static NodeAction oneOfTwo(int turn) {
    return turn % 2 == 0 ? NodeAction.NODE_PIN : NodeAction.NODE_UNPIN;
  }

  private static Set<String> sessions() {
    return physics.heard().stream()
        .filter(Interact.class::isInstance)
        .map(did -> ((Interact) did).session())
        .collect(Collectors.toSet());
  }

  @Test
  void everySessionHasAnIdOfItsOwnWhicheverLoopServesIt() {
    Set<QisClient> clients = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      clients.add(connect(i % 2 == 0 ? "/ws/voice" : "/ws/qis"));
    }
    clients.forEach(client -> client.send(act(NodeAction.NODE_PIN, "n")));
    eventuallyTold(8);
    assertThat(sessions()).hasSize(8);
    clients.forEach(QisClient::close);
  }

  @Test
  void aDraggedNodeMovesOnToWhereItIsByNowAndStopsThere() {
    physics.hold();
    try (QisClient client = connect("/ws/voice")) {
      client.send(drag("n", 1));
      for (int i = 2; i <= 50; i++) {
        client.send(drag("n", i));
      }
      client.settle();
      assertThat(story()).hasSizeLessThanOrEqualTo(1);
      client.send(act(NodeAction.NODE_DRAG_END, "n"));
      eventuallyTold(3);
      physics.release();
      client.settle();
      assertThat(story())
          .containsExactly(
              key(NodeAction.NODE_DRAG, "n") + " 1.0",
              key(NodeAction.NODE_DRAG, "n") + " 50.0",
              key(NodeAction.NODE_DRAG_END, "n"));
    }
  }

  @Test
  void theLastMoveArrivesOnceTheOneBeforeItWasTaken() {
    physics.hold();
    try (QisClient client = connect("/ws/voice")) {
      for (int i = 1; i <= 5; i++) {
        client.send(drag("n", i));
      }
      client.settle();
      physics.release();
      eventuallyTold(2);
      client.send(drag("n", 6));
      eventuallyTold(3);
      assertThat(story())
          .extracting(told -> told.substring(told.lastIndexOf(' ') + 1))
          .containsExactly("1.0", "5.0", "6.0");
    }
  }

  @Test
  void theMoveOfAnotherNodeTakesNoMoveAway() {
    physics.hold();
    try (QisClient client = connect("/ws/voice")) {
      client.send(drag("a", 1)).send(drag("a", 2)).send(drag("b", 1)).send(drag("b", 2));
      client.send(act(NodeAction.NODE_DRAG_END, "b"));
      eventuallyTold(4);
      assertThat(story())
          .containsExactly(
              key(NodeAction.NODE_DRAG, "a") + " 1.0",
              key(NodeAction.NODE_DRAG, "a") + " 2.0",
              key(NodeAction.NODE_DRAG, "b") + " 2.0",
              key(NodeAction.NODE_DRAG_END, "b"));
      physics.release();
    }
  }

  @Test
  void whatWaitedInASessionThatEndedIsNotSentAndNobodyElseNotices() {
    physics.hold();
    double faults = gateway.count("starling.gateway.refusals", "code", "internal");
    try (QisClient leaver = connect("/ws/voice");
        QisClient other = connect("/ws/voice")) {
      leaver.send(drag("n", 1)).send(drag("n", 2)).settle();
      eventuallyTold(1);
      LocalMesh.await(leaver.socket().close());
      eventually(
          "the session ended",
          PATIENCE,
          () -> gateway.mesh().status().figures().getOrDefault("sessions", 0L) == 1);
      physics.release();
      other.send(act(NodeAction.NODE_PIN, "n"));
      eventuallyTold(2);
      other.settle();
      assertThat(story())
          .containsExactly(key(NodeAction.NODE_DRAG, "n") + " 1.0", key(NodeAction.NODE_PIN, "n"));
    }
    assertThat(gateway.count("starling.gateway.refusals", "code", "internal")).isEqualTo(faults);
  }

  @Test
  void anAgentsHostHearsWhatIsToBeDoneAndWhoGaveAnIdHearsThatItIs() {
    try (QisClient client = connect("/ws/qis")) {
      JsonObject restart = message("agent_control").put("action", "restart").put("agentId", "x");
      client.send(restart);
      eventually("it is heard", PATIENCE, () -> agents.heard().size() == 1);
      client.settle();
      assertThat(client.pending()).isEmpty();
      JsonObject done = client.send(restart.put("id", 1)).next("agent_controlled");
      assertThat(done)
          .isEqualTo(
              message("agent_controlled").put("agentId", "x").put("status", "paused").put("id", 1));
      Control control = new Control("x", ControlAction.RESTART, "");
      assertThat(agents.heard()).containsExactly(control, control);
    }
  }

  @Test
  void anAgentThatNobodyHoldsIsNotFound() {
    try (QisClient client = connect("/ws")) {
      client.send(message("agent_control").put("action", "stop").put("agentId", "nobody"));
      JsonObject error = client.next("error");
      assertThat(error.getString("code")).isEqualTo("AGENT_NOT_FOUND");
      assertThat(error.getJsonObject("details").getString("agentId")).isEqualTo("nobody");
      assertThat(agents.heard()).isEmpty();
    }
  }

  @Test
  void whatARoleRefusesComesBackInItsOwnWordsWithTheMessagesId() {
    physics.play(asked ->
        Future.failedFuture(
            RefusalException.ofField(ErrorCode.NODE_NOT_FOUND, "nodeId", "a node", "n")));
    agents.play(asked ->
        Future.failedFuture(
            new RefusalException(
                ErrorCode.TIMEOUT, "the agent is silent", Map.of("operation", "agent_control"))));
    voice.play(asked ->
        Future.failedFuture(RefusalException.unavailable("voice", "the model is loading")));
    try (QisClient client = connect("/ws")) {
      List<JsonObject> errors =
          everyOperation().stream()
              .limit(3)
              .map(asked -> client.send(asked.put("id", "id-" + asked.getString("type"))))
              .map(sent -> sent.next("error"))
              .toList();
      assertThat(errors)
          .extracting(error -> error.getString("id"), error -> error.getString("code"))
          .containsExactly(
              tuple("id-graph_interaction", "NODE_NOT_FOUND"),
              tuple("id-agent_control", "TIMEOUT"),
              tuple("id-voice_command", "UNAVAILABLE"));
      assertThat(errors.get(0).getJsonObject("details").getString("field")).isEqualTo("nodeId");
      assertThat(errors.get(1).getString("message")).isEqualTo("the agent is silent");
      assertThat(errors.get(2).getString("message")).isEqualTo("voice: the model is loading");
      assertThat(errors.get(2).getJsonObject("details").getString("role")).isEqualTo("voice");
    }
  }

  @Test
  void aFaultOfARoleIsTheMeshsFaultAndTheSessionLivesOn() {
    voice.play(asked -> Future.failedFuture(new IllegalStateException("a secret of the house")));
    try (QisClient client = connect("/ws/voice")) {
      JsonObject error = client.send(command("help").put("id", 7)).next("error");
      assertThat(error.getString("code")).isEqualTo("INTERNAL");
      assertThat(error.getInteger("id")).isEqualTo(7);
      assertThat(error.encode()).doesNotContain("secret");
      client.settle();
    }
  }

  @Test
  void aRoleThatDoesNotAnswerIsATimeOutOfWhatWasAskedWhileTheSessionGoesOn() {
    Supplier<Future<? extends MeshMessage>> never = () -> Promise.<MeshMessage>promise().future();
    physics.play(asked -> never.get());
    agents.play(asked -> never.get());
    voice.play(asked -> never.get());
    try (QisClient client = connect("/ws")) {
      long since = System.nanoTime();
      everyOperation().forEach(asked -> client.send(asked.put("id", asked.getString("type"))));
      client.settle();
      for (int i = 0; i < everyOperation().size(); i++) {
        JsonObject error = client.next("error");
        String operation = error.getString("id");
        assertThat(error.getString("code")).isEqualTo("TIMEOUT");
        assertThat(error.getJsonObject("details").getMap())
            .containsExactlyInAnyOrderEntriesOf(
                Map.of("operation", operation, "role", String.valueOf(ROLES.get(operation))));
        assertThat(error.getString("message")).startsWith(operation + ": ").contains("5 s");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - since))
          .isGreaterThan(Duration.ofMillis(4_900));
      client.settle();
      assertThat(client.pending()).isEmpty();
    }
  }

  @Test
  void aRoleThatIsMissingOrDoesNotServeIsNamed() {
    try (TestGateway bare = new TestGateway("gateway", "router", "physics", "voice")) {
      ScriptedRouter.serve(bare.mesh(), bare.mesh().nodeId());
      try (QisClient client = QisClient.connect(CLIENTS, http(bare), "/ws")) {
        for (JsonObject asked : everyOperationOfARole()) {
          String operation = asked.getString("type");
          JsonObject error = client.send(asked.put("id", operation)).next("error");
          String role = String.valueOf(ROLES.get(operation));
          assertThat(error.getString("id")).isEqualTo(operation);
          assertThat(error.getString("code")).isEqualTo("UNAVAILABLE");
          assertThat(error.getJsonObject("details").getString("role")).isEqualTo(role);
          assertThat(error.getString("message"))
              .isEqualTo(
                  Set.of("agents", "tasks").contains(role)
                      ? role + ": no node of the mesh runs this role"
                      : role + ": does not serve now; try again");
        }
      }
    }
  }

  @Test
  void whatIsSaidArrivesWithWhoSaysItAndWhatTheyMay() {
    try (QisClient client = connect("/ws/voice")) {
      client
          .send(command("help").put("sessionId", "talk").put("audioData", "UklGRg=="))
          .next("voice_response");
      Command heard = (Command) voice.heard().getFirst();
      assertThat(heard.command()).isEqualTo("help");
      assertThat(heard.conversation()).isEqualTo("talk");
      assertThat(heard.subject()).isEmpty();
      assertThat(heard.permissions()).contains("voice", "graph").doesNotContain("admin");
      assertThat(heard.audio()).isEqualTo(new Audio("RIFF".getBytes(US_ASCII), ""));
    }
  }

  @Test
  void anAnswerHasTheFieldsOfTheReference() {
    try (QisClient client = connect("/ws/voice")) {
      client.send(command("help").put("sessionId", "talk").put("id", "x")).next("voice_response");
      assertThat(client.lastTexts().getLast())
          .isEqualTo(
              "{\"type\":\"voice_response\",\"sessionId\":\"talk\","
                  + "\"response\":{\"intent\":\"Help\",\"success\":true},"
                  + "\"audioResponse\":{\"available\":true,\"url\":\"/tts/1.wav\"},\"id\":\"x\"}");
      voice.play(asked -> Future.succeededFuture(new Response(RawJson.of("{}"), null)));
      client.send(command("help")).next("voice_response");
      assertThat(client.lastTexts().getLast())
          .isEqualTo(
              "{\"type\":\"voice_response\",\"sessionId\":null,\"response\":{},"
                  + "\"audioResponse\":{\"available\":false,\"url\":null}}");
    }
  }

  @Test
  void streamedSpeechBeginsAndEndsForItsSession() {
    try (QisClient client = connect("/ws/voice")) {
      client.send(message("voice_start").put("sampleRate", 16_000).put("sessionId", "talk"));
      client.send(message("voice_stop"));
      eventually("both are heard", PATIENCE, () -> voice.heard().size() == 2);
      Listen listen = (Listen) voice.heard().getFirst();
      assertThat(listen.conversation()).isEqualTo("talk");
      assertThat(listen.sampleRate()).isEqualTo(16_000);
      assertThat(((Hush) voice.heard().getLast()).session()).isEqualTo(listen.session());
      client.settle();
      assertThat(client.pending()).isEmpty();
    }
  }
}
