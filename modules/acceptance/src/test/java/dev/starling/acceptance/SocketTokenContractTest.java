/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TokenSigner;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, by which token, for how long and as whom. */
class SocketTokenContractTest extends SocketContract {
  private static final int REFUSED = 4000;

  static Stream<Arguments> badTokens() {
    String other = TokenSigner.ofSecret(Tokens.SECRET + "x").sign(Tokens.claims("eve"), null);
    return Stream.of(
        Arguments.of("no token at all", "nonsense", "malformed"),
        Arguments.of("expired", Tokens.brief("eve", -1), "expired"),
        Arguments.of("signed with another key", other, "signature"),
        Arguments.of(
            "changed after it was signed", Tokens.forged(Tokens.claims("eve")), "signature"),
        Arguments.of("unsigned", Tokens.unsigned(Tokens.claims("eve"), "none"), "algorithm"),
        Arguments.of(
            "unsigned in capitals", Tokens.unsigned(Tokens.claims("eve"), "NONE"), "algorithm"),
        Arguments.of(
            "of HS256 without a signature",
            Tokens.unsigned(Tokens.claims("eve"), "HS256"),
            "signature"),
        Arguments.of(
            "of an algorithm without a key",
            Tokens.unsigned(Tokens.claims("eve"), "RS256"),
            "algorithm"),
        Arguments.of(
            "for somebody else",
            Tokens.sign(Tokens.claims("eve").put("aud", "another-mesh")),
            "audience"),
        Arguments.of(
            "not valid yet",
            Tokens.sign(Tokens.claims("eve").put("nbf", Tokens.secondsFromNow(600))),
            "not-yet-valid"),
        Arguments.of(
            "with permissions that are no list",
            Tokens.sign(Tokens.claims("eve").put("permissions", "admin")),
            "claims"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void aBadTokenClosesWith4000AndSaysWhyWhereverItIsShown(String why, String token, String fault) {
    String reason = "authentication failed: " + fault;
    for (Door door : List.of(Door.GUARDED, Door.OPEN)) {
      for (String path : List.of("/ws", "/ws/qis")) {
        // By hand: a client of Vert.x may miss the code of a socket that closes as it opens.
        Frame close = raw(door, path + "?token=" + token).readClose();
        assertThat(close.closeCode()).as(why).isEqualTo(REFUSED);
        assertThat(close.closeReason()).as(why).isEqualTo(reason);
        QisClient client = connect(door, path);
        client.send(FlowClient.message("auth").put("token", token));
        assertThat(client.closeCode()).as(why).isEqualTo(REFUSED);
        assertThat(client.closeReason()).as(why).isEqualTo(reason);
        assertThat(client.pending())
            .noneMatch(one -> "authenticated".equals(one.getString("type")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/ws/voice", "/ws/agents", "/ws/analytics"})
  void aGoodTokenIsAnsweredWithWhoItIsForWhatItAllowsAndUntilWhen(String path) {
    String token =
        Tokens.sign(
            Tokens.claims("alice")
                .put("exp", 4_000_000_000L)
                .put("permissions", List.of("observe", "emit", "of-a-later-build")));
    JsonObject byQuery = connect(Door.GUARDED, path + "?token=" + token).next("authenticated");
    assertThat(byQuery.encode())
        .isEqualTo(
            "{\"type\":\"authenticated\",\"subject\":\"alice\","
                + "\"permissions\":[\"observe\",\"emit\"],\"expiresAt\":4000000000000}");
    JsonObject byMessage = open(Door.GUARDED, path).show(token);
    byMessage.remove("id");
    assertThat(byMessage).isEqualTo(byQuery);
  }

  @Test
  void aTokenWithoutPermissionsHasAllButAdmin() {
    JsonObject reply = open(Door.GUARDED, "/ws").show(Tokens.of("alice"));
    assertThat(ThreeNodes.strings(reply.getJsonArray("permissions")))
        .containsExactly("observe", "emit", "graph", "settings", "agents", "voice", "analytics");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws/qis", "/"})
  void anAgentWithATokenInItsAddressHearsNothingBeforeItsRegistration(String path) {
    RawWebSocket socket = raw(Door.GUARDED, path + "?token=" + Tokens.of("alice"));
    socket.sendText("{\"type\":\"register\",\"fingerprint\":[1,0]}");
    assertThat(socket.readText()).startsWith("{\"type\":\"registered\"");
  }

  @Test
  void aSessionThatShowsNoTokenInTimeIsClosedWith4000() {
    waitsForSeconds();
    long start = System.nanoTime();
    QisClient web = connect(Door.GUARDED, "/ws");
    QisClient agent = connect(Door.GUARDED, "/");
    assertThat(agent.closeCode()).isEqualTo(REFUSED);
    assertThat(agent.closeReason()).isEqualTo("authentication failed: no token within 1 s");
    assertThat(web.isClosed()).isFalse();
    assertThat(web.closeCode()).isEqualTo(REFUSED);
    assertThat(web.closeReason()).isEqualTo("authentication failed: no token within 4 s");
    assertThat(System.nanoTime() - start).isGreaterThan(3_900_000_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'ping'}",
        "{'type':'subscribe','events':['settings_updated']}",
        "{'type':'unsubscribe','events':[]}",
        "{'type':'settings','path':'test.value','value':1}",
        "{'type':'settings_batch','updates':[{'path':'test.value','value':1}]}",
        "{'type':'graph_interaction','action':'node_selected','nodeId':'nobody'}",
        "{'type':'agent_control','action':'pause','agentId':'a'}",
        "{'type':'voice_command','command':'spawn a researcher'}",
        "{'type':'voice_start','sampleRate':16000}",
        "{'type':'voice_stop'}",
        "{'type':'register','fingerprint':[1,0]}",
        "{'type':'outcome','packet':{}}",
        "{'type':'query','fingerprint':[1,0]}"
      })
  void withoutATokenNothingButAuthIsDone(String message) {
    FlowClient client = open(Door.GUARDED, "/ws");
    JsonObject error = client.refused(new JsonObject(message.replace('\'', '"')), "FORBIDDEN");
    assertThat(error.getJsonObject("details").getString("reason")).isEqualTo("unauthenticated");
  }

  @Test
  void aSessionIsToldNothingBeforeItIsKnownAndThenWhatItsEndpointShows() {
    String path = "test." + fresh("unseen");
    FlowClient stranger = open(Door.GUARDED, "/ws");
    FlowClient known = open(Door.GUARDED, "/ws?token=" + Tokens.of("alice"));
    FlowClient writer = console(Door.GUARDED);
    writer.set(path, 1);
    known.socket().next(one -> path.equals(one.getString("path")), "the change");
    assertThat(stranger.socket().pending()).isEmpty();
    stranger.show(Tokens.of("bob"));
    assertThat(stranger.socket().pending()).isEmpty();
    assertThat(stranger.events()).hasSize(4);
    writer.set(path, 2);
    assertThat(stranger.socket().next("settings_updated").getInteger("value")).isEqualTo(2);
  }

  @Test
  void aTokenThatExpiresEndsItsSessionUnlessAFreshOneCameBefore() {
    waitsForSeconds();
    String brief = Tokens.brief("alice", 3);
    QisClient expires = connect(Door.GUARDED, "/ws?token=" + brief);
    FlowClient refreshed = open(Door.GUARDED, "/ws?token=" + brief);
    JsonObject reply = refreshed.show(Tokens.of("alice"));
    assertThat(reply.getLong("expiresAt")).isGreaterThan(System.currentTimeMillis() + 600_000);
    assertThat(expires.closeCode()).isEqualTo(REFUSED);
    assertThat(expires.closeReason()).isEqualTo("authentication failed: expired");
    refreshed.socket().settle();
    assertThat(refreshed.events()).hasSize(4);
  }

  @Test
  void aSessionCannotBecomeAnothersNorGoOnWithABadToken() {
    FlowClient alices = open(Door.GUARDED, "/ws?token=" + Tokens.of("alice"));
    JsonObject error =
        alices.refused(FlowClient.message("auth").put("token", Tokens.of("bob")), "FORBIDDEN");
    assertThat(error.getJsonObject("details").getString("reason")).isEqualTo("subject");
    assertThat(alices.show(Tokens.of("alice")).getString("subject")).isEqualTo("alice");
    alices.socket().send(FlowClient.message("auth").put("token", Tokens.brief("alice", -1)));
    assertThat(alices.socket().closeCode()).isEqualTo(REFUSED);
  }

  @Test
  void aRefreshTakesAwayWhatTheNewTokenDoesNotAllow() {
    FlowClient client = open(Door.GUARDED, "/ws?token=" + Tokens.of("alice"));
    client.show(Tokens.only("alice", List.of(Permission.EMIT)));
    assertThat(client.events()).isEmpty();
    client.refused(FlowClient.setting("test.value", 1), "FORBIDDEN");
    client.show(Tokens.of("alice"));
    assertThat(client.events()).hasSize(4);
  }

  @Test
  void thePublicKeyOfTheMessageMustBeThatOfTheTokenWhereBothHaveOne() {
    String token = Tokens.sign(Tokens.claims("alice").put("pubkey", "key-1"));
    JsonObject auth = FlowClient.message("auth").put("token", token);
    assertThat(open(Door.GUARDED, "/ws").ask(auth).getString("type")).isEqualTo("authenticated");
    JsonObject same = auth.copy().put("pubkey", "key-1");
    assertThat(open(Door.GUARDED, "/ws").ask(same).getString("type")).isEqualTo("authenticated");
    JsonObject onlyMessage =
        FlowClient.message("auth").put("token", Tokens.of("alice")).put("pubkey", "key-2");
    assertThat(open(Door.GUARDED, "/ws").ask(onlyMessage).getString("type"))
        .isEqualTo("authenticated");
    QisClient other = connect(Door.GUARDED, "/ws");
    other.send(auth.copy().put("pubkey", "key-2"));
    assertThat(other.closeCode()).isEqualTo(REFUSED);
    assertThat(other.closeReason()).isEqualTo("authentication failed: pubkey");
  }

  private static List<JsonObject> messagesThatNeed(Permission permission) {
    String messages =
        switch (permission) {
          case OBSERVE -> "{'type':'subscribe','events':[]} {'type':'query','fingerprint':[1]}";
          case EMIT -> "{'type':'register','fingerprint':[1]} {'type':'outcome','packet':{}}";
          case GRAPH -> "{'type':'graph_interaction','action':'node_selected','nodeId':'nobody'}";
          case SETTINGS ->
              "{'type':'settings','path':'test.value','value':1}"
                  + " {'type':'settings_batch','updates':[{'path':'test.value','value':1}]}";
          case AGENTS -> "{'type':'agent_control','action':'stop','agentId':'a'}";
          case VOICE ->
              "{'type':'voice_command','command':'help'} {'type':'voice_start','sampleRate':16000}"
                  + " {'type':'voice_stop'}";
          case ANALYTICS, ADMIN -> "";
        };
    return Arrays.stream(messages.split(" (?=\\{)"))
        .filter(message -> !message.isEmpty())
        .map(message -> new JsonObject(message.replace('\'', '"')))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Permission.class)
  void whatNeedsAPermissionIsRefusedWithoutItByItsNameAndDoneWithIt(Permission permission) {
    FlowClient lacks = open(Door.GUARDED, "/ws?token=" + Tokens.without(permission));
    FlowClient has = open(Door.GUARDED, "/ws?token=" + Tokens.only("has", List.of(permission)));
    for (JsonObject message : messagesThatNeed(permission)) {
      JsonObject error = lacks.refused(message, "FORBIDDEN");
      assertThat(error.getJsonObject("details").getString("permission"))
          .isEqualTo(permission.word());
      assertThat(has.ask(message).getString("code")).isNotEqualTo("FORBIDDEN");
    }
    assertThat(lacks.events().isEmpty()).isEqualTo(permission == Permission.OBSERVE);
  }

  @Test
  void anAgentsIdIsItsSubjectsAlone() {
    List<Door> mesh = doors.meshOf(Door.GUARDED);
    String id = fresh("contested");
    QisClient first = connect(Door.GUARDED, "/ws/qis?token=" + Tokens.of("alice"));
    first.register(id, 1, 0);
    for (Door door : mesh) {
      FlowClient bobs = open(door, "/ws/qis?token=" + Tokens.of("bob"));
      JsonObject register = FlowClient.message("register").put("agent_id", id);
      bobs.refused(register, "AGENT_ID_TAKEN");
    }
    QisClient second = connect(mesh.getLast(), "/ws/qis?token=" + Tokens.of("alice"));
    second.register(id, 1, 0);
    JsonObject moved = FlowClient.requireError(first.next("error"), "AGENT_MOVED");
    assertThat(moved.containsKey("id")).isFalse();
    FlowClient.requireError(
        first.send(FlowClient.message("outcome").put("packet", new JsonObject())).next("error"),
        "NOT_REGISTERED");
    first.close();
    QisClient emitter = connect(Door.GUARDED, "/ws/qis?token=" + Tokens.of("carol"));
    emitter.register(fresh("emitter"), 1, 0);
    eventually(
        "the agent is reached where it is now",
        SOON,
        () -> ThreeNodes.named(emitter.emit("p", 1, 0)).contains(id));
    assertThat(second.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("p");
  }
}
