/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.AuthConfig.Anonymous;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TestTokens;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.RouterMessage.Change.Removed;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokens give sessions and take from them, while the sockets stay open. */
class SessionTokensTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LOOPS = 2;
  private static final Vertx CLIENTS = Vertx.vertx();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter router;

  private static int port;

  private final List<QisClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    gateway = new TestGateway();
    router = ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    port = start(gateway, Duration.ofMinutes(1));
  }

  private static int start(TestGateway on, Duration unauthenticated) {
    return start(on, unauthenticated, auth(true, Anonymous.REFUSE));
  }

  private static int start(TestGateway on, Duration unauthenticated, AuthConfig auth) {
    GatewayConfig plain = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    EndpointLimits usual = plain.web();
    EndpointLimits limits =
        new EndpointLimits(
            1_000,
            usual.messagesPerMinute(),
            usual.maxMessage(),
            usual.maxPending(),
            usual.outcomeQueue(),
            usual.controlQueue(),
            usual.malformedPerMinute(),
            usual.subscriptions(),
            unauthenticated);
    GatewayConfig config =
        TestGateway.onLoops(
            TestGateway.config(TestGateway.with(plain, plain.access(), limits), auth), LOOPS);
    return LocalMesh.await(on.start(config).httpPort());
  }

  private static AuthConfig auth(boolean required, Anonymous anonymous) {
    return new AuthConfig(
        required,
        anonymous,
        false,
        Optional.of(TestTokens.SECRET),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ZERO,
        Permission.usual());
  }

  @AfterEach
  void leave() {
    clients.forEach(QisClient::close);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    LocalMesh.await(CLIENTS.close());
  }

  private QisClient connect(String path) {
    QisClient client = QisClient.connect(CLIENTS, port, path);
    clients.add(client);
    return client;
  }

  private static JsonObject auth(String token) {
    return new JsonObject().put("type", "auth").put("token", token);
  }

  private static QisClient authenticated(QisClient client, String... permissions) {
    client.send(auth(TestTokens.of("alice", permissions))).next("authenticated");
    return client;
  }

  /**
   * Clients who may hear events, one on each event loop, since loops take turns with connections.
   * What all of them heard was told to every session that there was.
   */
  private List<QisClient> observersOnEachLoop() {
    List<QisClient> observers = new ArrayList<>();
    for (int i = 0; i < LOOPS; i++) {
      observers.add(authenticated(connect("/ws/agents"), "observe"));
    }
    return observers;
  }

  private static String forSeconds(long seconds) {
    return TestTokens.of(
        TestTokens.claims("alice").put("exp", System.currentTimeMillis() / 1000 + seconds));
  }

  private static void publish(int number) {
    gateway
        .mesh()
        .bus()
        .send(
            Addresses.gateway(gateway.mesh().nodeId()),
            new Publish(
                Event.AGENT_STATUS,
                "",
                RawJson.of("{\"type\":\"agent_status\",\"number\":" + number + "}")));
  }

  /** What was published and came. Agents of other tests may be heard of too, as they leave. */
  private static List<JsonObject> statuses(QisClient client) {
    return client.pending().stream()
        .filter(message -> "agent_status".equals(message.getString("type")))
        .toList();
  }

  private static long agents() {
    return agents(gateway);
  }

  private static long agents(TestGateway on) {
    return on.mesh().status().figures().getOrDefault("agents", -1L);
  }

  private static String refusal(QisClient client, String message) {
    JsonObject error = client.send(message).next("error");
    assertThat(error.getString("code")).isEqualTo("FORBIDDEN");
    return String.valueOf(error.getJsonObject("details").getString("reason"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"ping\"}",
        "{\"type\":\"subscribe\",\"events\":[\"agent_status\"]}",
        "{\"type\":\"unsubscribe\",\"events\":[\"agent_status\"]}",
        "{\"type\":\"query\",\"fingerprint\":[1]}",
        "{\"type\":\"register\",\"fingerprint\":[1]}",
        "{\"type\":\"outcome\",\"packet\":{}}",
        "{\"type\":\"settings\",\"path\":\"a.b\",\"value\":1}",
        "{\"type\":\"graph_interaction\",\"action\":\"node_pin\",\"nodeId\":1}",
        "{\"type\":\"agent_control\",\"action\":\"stop\",\"agentId\":\"a\"}",
        "{\"type\":\"voice_command\",\"command\":\"help\"}"
      })
  void nothingButATokenIsTakenFirst(String message) {
    QisClient client = connect("/ws/agents");
    assertThat(refusal(client, message)).isEqualTo("unauthenticated");
    authenticated(client, "observe").settle();
  }

  @Test
  void noEventLeavesBeforeTheTokenCame() {
    List<QisClient> observers = observersOnEachLoop();
    QisClient unknown = connect("/ws/agents");
    assertThat(refusal(unknown, "{\"type\":\"ping\"}")).isEqualTo("unauthenticated");
    publish(1);
    observers.forEach(observer -> observer.next("agent_status"));
    authenticated(unknown, "observe").settle();
    assertThat(statuses(unknown)).isEmpty();
    publish(2);
    assertThat(unknown.next("agent_status").getInteger("number")).isEqualTo(2);
  }

  @Test
  void aTokenInTheAddressIsAnsweredOnWebEndpointsOnly() {
    String token = TestTokens.of("alice", "observe");
    JsonObject answer = connect("/ws?token=" + token).next("authenticated");
    assertThat(answer.getString("subject")).isEqualTo("alice");
    assertThat(answer.getJsonArray("permissions")).isEqualTo(new JsonArray(List.of("observe")));
    assertThat(answer.getLong("expiresAt")).isGreaterThan(System.currentTimeMillis());
    assertThat(connect("/ws/qis?token=" + token).settle().pending()).isEmpty();
  }

  @Test
  void whoeverMayObserveNoMoreHearsNoMoreUntilAnotherTokenAllowsIt() {
    QisClient client = authenticated(connect("/ws/agents"), "observe");
    List<QisClient> observers = observersOnEachLoop();
    authenticated(client, "emit");
    publish(1);
    observers.forEach(observer -> observer.next("agent_status"));
    assertThat(refusal(client, "{\"type\":\"subscribe\",\"events\":[\"agent_status\"]}"))
        .isEqualTo("null");
    assertThat(statuses(client.settle())).isEmpty();
    authenticated(client, "observe");
    publish(2);
    assertThat(client.next("agent_status").getInteger("number")).isEqualTo(2);
  }

  @Test
  void whoeverMayEmitNoMoreIsNoAgentAnyMoreWhicheverLoopServesTheSocket() {
    for (int i = 0; i < 4; i++) {
      router.forget();
      QisClient client = authenticated(connect("/ws/qis"), "emit");
      client.register("agent-" + i, 1);
      assertThat(agents()).isEqualTo(1);
      authenticated(client, "observe");
      assertThat(lost(client, "agent-" + i)).isEqualTo("permission");
      assertThat(refusal(client, "{\"type\":\"outcome\",\"packet\":{}}")).isEqualTo("null");
      eventually("it is registered no more", PATIENCE, () -> agents() == 0);
      eventually("routers are told", PATIENCE, SessionTokensTest::isRemovalTold);
      authenticated(client, "emit");
      assertThat(
              client.send("{\"type\":\"outcome\",\"packet\":{}}").next("error").getString("code"))
          .isEqualTo("NOT_REGISTERED");
      client.register("agent-" + i, 1);
      assertThat(agents()).isEqualTo(1);
      client.close();
      eventually("it is gone", PATIENCE, () -> agents() == 0);
    }
  }

  /** Why a session hears that it is registered no more. */
  private static String lost(QisClient client, String agentId) {
    JsonObject notice = client.next("error");
    assertThat(notice.getString("code")).isEqualTo("NOT_REGISTERED");
    assertThat(notice.containsKey("id")).isFalse();
    assertThat(notice.getJsonObject("details").getString("agent_id")).isEqualTo(agentId);
    return notice.getJsonObject("details").getString("reason");
  }

  @Test
  void anAnonymousAgentIsNoAgentAnyMoreOnceItsSessionIsASubjects() {
    try (TestGateway open = new TestGateway()) {
      ScriptedRouter there = ScriptedRouter.serve(open.mesh(), open.mesh().nodeId());
      int door = start(open, Duration.ofMinutes(1), auth(false, Anonymous.ALLOW));
      try (QisClient client = QisClient.connect(CLIENTS, door, "/ws/qis")) {
        client.register("nobodys", 1);
        client
            .send(auth(TestTokens.of("alice", "emit")).encode())
            .send("{\"type\":\"outcome\",\"packet\":{}}");
        assertThat(client.next("authenticated").getString("subject")).isEqualTo("alice");
        assertThat(lost(client, "nobodys")).isEqualTo("subject");
        assertThat(client.next("error").getString("message"))
            .isEqualTo("register before depositing outcomes");
        eventually("it is gone", PATIENCE, () -> agents(open) == 0);
        assertThat(there.deposits()).isEmpty();
        client.register("nobodys", 1);
        assertThat(agents(open)).isEqualTo(1);
      }
    }
  }

  @Test
  void whoeverShowsAnotherTokenOfTheSameSubjectThatMayEmitStaysRegistered() {
    QisClient client = authenticated(connect("/ws/qis"), "emit");
    client.register("stays", 1);
    authenticated(client, "emit", "observe").settle();
    assertThat(client.pending()).isEmpty();
    assertThat(agents()).isEqualTo(1);
    client.emit("still", 1);
    client.close();
    eventually("it is gone", PATIENCE, () -> agents() == 0);
  }

  private static boolean isRemovalTold() {
    return router.feeds().stream()
        .flatMap(feed -> feed.changes().stream())
        .anyMatch(Removed.class::isInstance);
  }

  @Test
  void aTokenOfAnotherSubjectIsRefusedAndChangesNothing() {
    QisClient client = authenticated(connect("/ws/agents"), "observe");
    assertThat(refusal(client, auth(TestTokens.of("bob", "observe", "admin")).encode()))
        .isEqualTo("subject");
    publish(9);
    client.next("agent_status");
    authenticated(client, "observe");
  }

  @Test
  void aSessionEndsWithItsTokenUnlessANewerOneCame() {
    QisClient renewed = connect("/ws/qis?token=" + forSeconds(2));
    QisClient ending = connect("/ws/qis?token=" + forSeconds(2));
    renewed.send(auth(forSeconds(600))).next("authenticated");
    assertThat(ending.closeCode()).isEqualTo(4000);
    assertThat(ending.closeReason()).isEqualTo("authentication failed: expired");
    assertThat(gateway.count("starling.gateway.unauthenticated", "cause", "expired")).isEqualTo(1);
    renewed.settle();
    assertThat(renewed.isClosed()).isFalse();
  }

  @Test
  void aSessionWithoutATokenEndsAfterItsTimeAndOneThatBroughtItStays() {
    try (TestGateway hasty = new TestGateway()) {
      ScriptedRouter.serve(hasty.mesh(), hasty.mesh().nodeId());
      int there = start(hasty, Duration.ofSeconds(3));
      try (QisClient silent = QisClient.connect(CLIENTS, there, "/ws");
          QisClient known = QisClient.connect(CLIENTS, there, "/ws")) {
        authenticated(known, "observe");
        assertThat(silent.closeCode()).isEqualTo(4000);
        assertThat(silent.closeReason()).isEqualTo("authentication failed: no token within 3 s");
        assertThat(hasty.count("starling.gateway.unauthenticated", "cause", "no-token")).isOne();
        known.settle();
      }
    }
  }
}
