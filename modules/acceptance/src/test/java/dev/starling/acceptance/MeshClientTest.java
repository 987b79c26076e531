/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.TokenSigner;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The published client in Chromium, on a page of another origin, and a node that lets nobody in
 * without a token.
 */
class MeshClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final int HOUR = 3600;

  /** As many seconds as a token needs to be shown, renewed and outlived within a short test. */
  private static final int BRIEF = 5;

  @TempDir private static Path folder;

  private static Vertx vertx;
  private static PageServer pages;
  private static Chromium chromium;
  private static Path config;
  private static NodeProcess node;

  private MeshClientPage page;

  @BeforeAll
  static void start() throws IOException {
    vertx = Vertx.vertx();
    config =
        Files.writeString(
            folder.resolve("auth.yaml"),
            "auth: {secret: %s, required: true, leeway: 0ms}".formatted(SECRET));
    node = NodeProcess.start("--config", config.toString());
    pages = PageServer.start();
    chromium = Chromium.start();
    node.awaitReady();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    pages.close();
    node.close();
    vertx.close().await();
  }

  @BeforeEach
  void openPage() {
    page = new MeshClientPage(chromium, pages, node.httpPort());
  }

  @AfterEach
  void leave() {
    page.close();
  }

  private static String url(String path) {
    return "ws://127.0.0.1:" + node.httpPort() + path;
  }

  private static String token(String secret, int seconds, String... permissions) {
    JsonObject claims =
        new JsonObject().put("sub", "ada").put("exp", System.currentTimeMillis() / 1000 + seconds);
    if (permissions.length > 0) {
      claims.put("permissions", new JsonArray(List.of(permissions)));
    }
    return TokenSigner.ofSecret(secret).sign(claims, null);
  }

  private static String good() {
    return token(SECRET, HOUR);
  }

  private static String forged() {
    return token("another " + SECRET, HOUR);
  }

  /** Options of a client on {@code path} with a token, and further ones. */
  private static String options(String path, String token, String more) {
    return "{ url: '%s', token: '%s', %s }".formatted(url(path), token, more);
  }

  /** Makes a client that asks for its token, and is given these in turn. */
  private void makeWithTokens(String name, String... tokens) {
    page.run("window.given = []; window.tokens = " + new JsonArray(List.of(tokens)));
    page.make(
        name,
        """
        { url: '%s', backoff: { base: 20, max: 100 },
          token: async () => (given.push(tokens.shift()), given.at(-1)) }
        """
            .formatted(url("/ws")));
  }

  private void connect(String name, String path) {
    page.connect(name, options(path, good(), ""));
  }

  private static String tokenOfTheCommand() {
    try (NodeProcess command =
        NodeProcess.run(
            "token",
            "--subject",
            "grace",
            "--permissions",
            "observe,settings",
            "--config",
            config.toString())) {
      assertThat(command.exitCode(PATIENCE)).isZero();
      eventually(
          "the token", PATIENCE, () -> command.output().stream().anyMatch(MeshClientTest::isToken));
      return command.output().stream().filter(MeshClientTest::isToken).findFirst().orElseThrow();
    }
  }

  private static boolean isToken(String line) {
    return line.matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
  }

  @Test
  void shouldBeAuthenticatedByMessageAndByQuery() {
    String token = tokenOfTheCommand();
    page.connect("byMessage", options("/ws", token, ""));
    page.connect("byQuery", options("/ws", token, "authentication: 'query'"));
    for (String name : List.of("byMessage", "byQuery")) {
      JsonObject authenticated = page.awaitHeard(name, "authenticated", 1).getFirst();
      assertThat(authenticated.getString("subject")).isEqualTo("grace");
      assertThat(authenticated.getJsonArray("permissions"))
          .isEqualTo(JsonArray.of("observe", "settings"));
      assertThat(authenticated.getLong("expiresAt")).isGreaterThan(System.currentTimeMillis());
      page.ask(name + ".setting('test.by', '" + name + "')");
      assertThat(page.refusal(name + ".agentControl('pause', 'a')").getString("code"))
          .isEqualTo("FORBIDDEN");
    }
  }

  @Test
  void shouldRenewItsTokenOnTheLivingConnection() {
    page.connect("fixed", options("/ws", token(SECRET, BRIEF), ""));
    makeWithTokens("renewing", token(SECRET, BRIEF), good());
    page.ask("renewing.connect()");
    page.await("the end of the other", "fixed.state === 'closed'");
    assertThat(page.lastState("fixed").getInteger("code")).isEqualTo(4000);
    assertThat(page.lastState("fixed").getString("error")).isEqualTo("AUTHENTICATION");

    List<JsonObject> shown = page.awaitHeard("renewing", "authenticated", 2);
    assertThat(shown.getLast().getLong("expiresAt"))
        .isGreaterThan(shown.getFirst().getLong("expiresAt"));
    assertThat(page.text("renewing.state")).isEqualTo("open");
    assertThat(page.states("renewing")).containsExactly("connecting", "open");
    page.ask("renewing.ping()");
  }

  @Test
  void shouldAskForATokenOnTheConsolesPageAndUseItThereForAll() {
    Chromium.Window console =
        chromium.open(
            "http://127.0.0.1:%d/?name=ada&about=rain%%20in%%20Berlin&join=1"
                .formatted(node.httpPort()));
    String asked = "document.getElementById('token-text').textContent";
    String state = "document.querySelector('[data-testid=state]').dataset.state";
    console.await("a question for the token", asked + " === 'This mesh wants a token'");
    console.await("that it joins no mesh", state + " === 'stopped'");
    assertThat(console.text("document.getElementById('error-text').textContent"))
        .startsWith("This mesh lets nobody in without a token.");

    giveToken(console, forged());
    console.await("why it is refused", asked + ".includes('(signature)')");

    giveToken(console, good());
    console.await("that it joined", state + " === 'registered'");
    console.await(
        "a count by REST",
        "document.querySelector('[data-testid=counter-agents]').textContent === '1'");
    assertThat(console.text("document.getElementById('token-form').hidden")).isEqualTo("true");
    assertThat(console.text("Object.values(localStorage).length")).isEqualTo("0");
    console.show("about:blank");
  }

  private static void giveToken(Chromium.Window console, String token) {
    console.run(
        """
        document.getElementById('token').value = arguments[0];
        document.getElementById('token-form').requestSubmit();
        """,
        token);
  }

  @Test
  void shouldLetAnAgentShowAndRenewItsToken() {
    page.run(
        """
        const tokens = ['%s', '%s'];
        window.agent = new mesh.QISBrowserAgent('%s', 'ada', [1, 0], { token: () => tokens.shift() });
        agent.connect();\
        """
            .formatted(token(SECRET, BRIEF), good(), url("/ws/qis")));
    JsonObject ack = page.ask("agent.emitOutcome('first')").getJsonObject("value");
    assertThat(ack.getString("status")).isEqualTo("routed");
    page.connect("outlived", options("/ws", token(SECRET, BRIEF), ""));
    page.await("the end of a session with a brief token", "outlived.state === 'closed'");
    assertThat(page.lastState("outlived").getString("reason"))
        .isEqualTo("authentication failed: expired");
    page.ask("agent.emitOutcome('second')");
    assertThat(page.text("agent.state")).isEqualTo("registered");

    page.run(
        """
        window.refused = [];
        window.stranger = new mesh.QISBrowserAgent('%s', 'eve', [1, 0], {
          token: '%s', onError: ({ code, details }) => refused.push({ error: code, ...details }),
        });
        stranger.connect();\
        """
            .formatted(url("/ws/qis"), forged()));
    page.await("its end", "stranger.state === 'stopped'");
    assertThat(page.list("refused").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("error", "AUTHENTICATION")
                .put("code", 4000)
                .put("reason", "signature"));
    page.run("agent.close()");
  }

  @Test
  void shouldEndWhereItsOnlyTokenIsRefused() {
    page.make("forged", options("/ws", forged(), ""));
    JsonObject refusal = page.refusal("forged.connect()");
    assertThat(refusal.getString("code")).isEqualTo("AUTHENTICATION");
    assertThat(refusal.getInteger("closeCode")).isEqualTo(4000);
    assertThat(page.states("forged")).containsExactly("connecting", "closed");
    assertThat(page.refusal("forged.ping()").getString("code")).isEqualTo("CLOSED");

    page.make("expired", options("/ws", token(SECRET, -1), "authentication: 'query'"));
    assertThat(page.refusal("expired.connect()").getInteger("closeCode")).isEqualTo(4000);
    assertThat(page.states("expired")).containsExactly("connecting", "closed");

    makeWithTokens("stubborn", forged(), forged() + "x", token(SECRET, -1), good());
    assertThat(page.refusal("stubborn.connect()").getString("code")).isEqualTo("AUTHENTICATION");
    assertThat(page.text("given.length")).isEqualTo("3");
  }

  @Test
  void shouldAskForAnotherTokenWhereOneIsRefused() {
    makeWithTokens("insistent", forged(), good());
    page.ask("insistent.connect()");
    assertThat(page.states("insistent")).containsExactly("connecting", "reconnecting", "open");
    assertThat(page.awaitHeard("insistent", "authenticated", 1).getFirst().getString("subject"))
        .isEqualTo("ada");
  }

  /** A page that the browser keeps, frozen, must not hold a connection. */
  @Test
  void shouldLeaveWithItsPageAndComeBackWithIt() {
    connect("client", "/ws");
    connect("witness", "/ws");
    page.leave();
    page.comeBack();
    page.await("the return", "client.heard.state.length > 3 && client.state === 'open'");
    page.await("the other's", "witness.heard.state.length > 3 && witness.state === 'open'");
    assertThat(page.states("client")).containsExactly("connecting", "open", "reconnecting", "open");
    assertThat(page.object("client.heard.state[2]").getString("reason"))
        .isEqualTo("the page was left");
    page.ask("client.setting('test.back', true)");
    page.awaitHeard("witness", "settings_updated", 1);
  }

  @Test
  void shouldChangeSettingsAndTellOtherClients() {
    connect("ada", "/ws");
    connect("grace", "/ws");
    JsonObject confirmed = page.ask("ada.setting('visualisation.physics.springK', 12.5)");
    assertThat(confirmed.getJsonObject("value").getDouble("value")).isEqualTo(12.5);
    JsonObject event = page.awaitHeard("grace", "settings_updated", 1).getFirst();
    assertThat(event.getString("path")).isEqualTo("visualisation.physics.springK");
    assertThat(event.getDouble("value")).isEqualTo(12.5);

    JsonArray batch =
        page.ask(
                """
                ada.settingsBatch([{ path: 'test.a', value: [1, null] }, { path: 'test.b', value: 'ü' }])\
                """)
            .getJsonArray("value");
    assertThat(batch.stream().map(each -> ((JsonObject) each).getString("path")))
        .containsExactly("test.a", "test.b");
    assertThat(page.awaitHeard("grace", "settings_updated", 3).getLast().getString("value"))
        .isEqualTo("ü");

    JsonObject refusal =
        page.refusal(
            """
            ada.settingsBatch([
              { path: 'test.c', value: 1 }, { path: 'visualisation.physics.springk', value: 2 }])\
            """);
    assertThat(refusal.getString("code")).isEqualTo("INVALID_SETTING");
    assertThat(refusal.getJsonObject("details").getString("nearest"))
        .isEqualTo("visualisation.physics.springK");
    page.ask("grace.ping()");
    assertThat(page.awaitHeard("grace", "settings_updated", 3)).hasSize(3);
    assertThat(page.awaitHeard("ada", "settings_updated", 3)).hasSize(3);
  }

  @Test
  void shouldHearTheEventsThatItSubscribedTo() {
    page.run(
        """
        window.isBakersArrival = ({ event, data }) =>
            event === 'agent_joined' && JSON.stringify(data).includes('"baker"');
        """);
    connect("client", "/ws/voice");
    assertThat(
            page.ask("client.subscribe(['system_event', 'outcome_routed'])").getJsonArray("value"))
        .isEqualTo(JsonArray.of("system_event", "outcome_routed"));
    assertThat(page.refusal("client.subscribe('gossip')").getString("code"))
        .isEqualTo("UNKNOWN_EVENT");
    try (QisClient agent = QisClient.connect(vertx, node.httpPort(), "/ws/qis?token=" + good())) {
      agent.register("baker", 1, 0);
      page.await("who came", "client.heard.system_event?.some(isBakersArrival)");
      agent.emit("rye", 1, 0);
      JsonObject routed = page.awaitHeard("client", "outcome_routed", 1).getFirst();
      assertThat(routed.getString("sourceAgent")).isEqualTo("baker");
    }
    assertThat(page.ask("client.unsubscribe('system_event')").getJsonArray("value"))
        .isEqualTo(JsonArray.of("outcome_routed"));
  }

  @Test
  void shouldMeasureTheWayThere() {
    connect("client", "/ws");
    JsonObject pong = page.ask("client.ping()").getJsonObject("value");
    assertThat(pong.getDouble("roundTrip")).isBetween(0.0, 6_000.0);
    assertThat(pong.getLong("serverTime"))
        .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());
    page.await("the heartbeat's own", "client.roundTrip !== null");
  }

  @Test
  void shouldBeToldWhichRoleIsMissing() {
    connect("client", "/ws");
    JsonObject voice = page.refusal("client.voiceCommand({ command: 'spawn a coder' })");
    assertThat(voice.getString("code")).isEqualTo("UNAVAILABLE");
    assertThat(voice.getJsonObject("details").getString("role")).isEqualTo("voice");
  }

  @Test
  void shouldBeToldHowAnAgentIsThatItPausesAndThatNobodyIsCalledSo() {
    connect("client", "/ws");
    try (QisClient agent = QisClient.connect(vertx, node.httpPort(), "/ws/qis?token=" + good())) {
      agent.register("paused-by-page", 1, 0);
      assertThat(page.ask("client.agentControl('pause', 'paused-by-page')").encode())
          .contains("agent_controlled", "paused-by-page", "\"paused\"");
    }
    JsonObject nobody = page.refusal("client.agentControl('pause', 'nobody at all')");
    assertThat(nobody.getString("code")).isEqualTo("AGENT_NOT_FOUND");
  }

  @Test
  void shouldBeToldThatANodeIsNotThere() {
    connect("client", "/ws");
    page.ask("client.select('node_1')");
    JsonObject graph = page.awaitHeard("client", "error", 1).getFirst();
    assertThat(graph.getString("code")).isEqualTo("NODE_NOT_FOUND");
  }

  @Test
  void shouldInflateWhatTheNodeCompresses() {
    for (String compression : List.of("zlib", "deflate")) {
      page.connect(
          compression,
          options("/ws", good(), "compression: '%s', protocol: 2".formatted(compression)));
    }
    connect("writer", "/ws");
    page.ask("writer.setting('test.long', 'long '.repeat(1000))");
    for (String compression : List.of("zlib", "deflate")) {
      JsonObject event = page.awaitHeard(compression, "settings_updated", 1).getFirst();
      assertThat(event.getString("value")).isEqualTo("long ".repeat(1_000));
      assertThat(page.list(compression + ".heard.error")).isEmpty();
    }
  }

  @Test
  void shouldDecodePositionFrames() {
    try (FrameServer frames = FrameServer.start(vertx)) {
      page.run("window.buffers = []");
      page.make("client", "'%s'".formatted(frames.url()));
      page.run("client.on('frame', (buffer) => buffers.push(buffer)); client.connect()");
      page.await("the frame that answers its ping", "client.heard.positions?.length === 1");
      assertThat(page.list("[...client.heard.positions[0].ids]"))
          .isEqualTo(JsonArray.of(5, 32_767));
      assertThat(page.list("[...client.heard.positions[0].isAgent]")).isEqualTo(JsonArray.of(1, 0));
      assertThat(page.list("binary.parseBinaryNodeData(buffers[0])"))
          .isEqualTo(new JsonArray(FrameServer.NODES));
    }
  }
}
