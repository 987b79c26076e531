/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.SnippetPage.ARRAY_BUFFERS;
import static dev.starling.acceptance.SnippetPage.snippet;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The snippets of the reference about connections, in Chromium, on a page of another origin, to the
 * letter: their {@code localhost:3030} is a node of this test.
 */
class ReferenceSnippetsTest {
  private static final String QUICKLY = "const clock = hurry(100);";

  @TempDir private static Path folder;

  private static SnippetSite site;

  private SnippetPage page;

  @BeforeAll
  static void start() {
    site = new SnippetSite(folder);
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @BeforeEach
  void openPage() {
    page = site.open();
  }

  @AfterEach
  void leave() {
    page.close();
  }

  @Test
  void shouldConnectAndTellOfItsClose() {
    page.run(snippet("connection"), ARRAY_BUFFERS, snippet("connection-handlers"));
    page.awaitLogged("WebSocket connected");

    page.run("for (let i = 0; i < 21; i++) ws.send('{');");
    page.awaitLogged("WebSocket closed:");
    assertThat(page.received("error")).hasSize(21);
    assertThat(page.logged())
        .containsExactly(
            "WebSocket connected", "WebSocket closed: 4002 too many malformed messages");
  }

  @Test
  void shouldTellOfAConnectionThatFailed() {
    page.run(
        "const ws = new WebSocket('ws://localhost:3030/nowhere');", snippet("connection-handlers"));
    page.awaitLogged("WebSocket closed:");
    assertThat(page.logged())
        .containsExactly("WebSocket error: event error", "WebSocket closed: 1006 ");
  }

  @Test
  void shouldConnectWithATokenInTheAddress() {
    page.run(
        "const jwtToken = '%s';".formatted(site.token()),
        snippet("connection-with-token"),
        ARRAY_BUFFERS,
        snippet("connection-handlers"));
    JsonObject authenticated = page.awaitReceived("authenticated", 1).getFirst();
    assertThat(authenticated.getString("subject")).isEqualTo("alice");
    assertThat(page.logged()).containsExactly("WebSocket connected");
  }

  @Test
  void shouldCloseAForgedTokenInTheAddressWith4000() {
    page.run(
        "const jwtToken = '%s';".formatted(site.forgedToken()),
        snippet("connection-with-token"),
        ARRAY_BUFFERS,
        snippet("connection-handlers"));
    page.awaitLogged("WebSocket closed: 4000 authentication failed");
    assertThat(page.received("authenticated")).isEmpty();
  }

  @Test
  void shouldAuthenticateByTheFirstMessage() {
    page.run(
        "const jwtToken = '%s', nostrPublicKey = 'npub-alice';".formatted(site.token()),
        snippet("connection"),
        ARRAY_BUFFERS,
        snippet("first-message"));
    JsonObject authenticated = page.awaitReceived("authenticated", 1).getFirst();
    assertThat(authenticated.getString("subject")).isEqualTo("alice");
    assertThat(authenticated.getJsonArray("permissions"))
        .contains("settings")
        .doesNotContain("admin");
    assertThat(page.text("ws.readyState === WebSocket.OPEN")).isEqualTo("true");
  }

  @Test
  void shouldCloseAnotherPublicKeyThanTheTokensWith4000() {
    page.run(
        "const jwtToken = '%s', nostrPublicKey = 'npub-mallory';".formatted(site.token()),
        snippet("connection"),
        ARRAY_BUFFERS,
        snippet("connection-handlers"),
        snippet("first-message"));
    page.awaitLogged("WebSocket closed: 4000 authentication failed");
    assertThat(page.sent("auth")).hasSize(1);
    assertThat(page.received("authenticated")).isEmpty();
  }

  @Test
  void shouldKeepTheConnectionAliveUntilItCloses() {
    page.run(QUICKLY, snippet("connection"), ARRAY_BUFFERS, snippet("heartbeat"));
    page.awaitReceived("pong", 3);
    assertThat(page.list("clock.asked")).isEqualTo(JsonArray.of(30_000));
    List<JsonObject> pongs = page.received("pong");
    assertThat(pongs.stream().map(pong -> pong.getLong("timestamp")))
        .containsExactlyElementsOf(
            page.sent("ping").stream()
                .limit(pongs.size())
                .map(ping -> ping.getLong("timestamp"))
                .toList());
    assertThat(pongs).allMatch(pong -> pong.getLong("serverTime") >= pong.getLong("timestamp"));

    page.run("ws.close();");
    page.await("the end of the heartbeat", "clock.cleared.includes(heartbeatInterval)");
  }

  @Test
  void shouldReconnectToANodeThatCameBack() {
    page.run(
        "const clock = hurry(4);",
        snippet("reconnect"),
        "const client = new WebSocketReconnect('ws://localhost:3030/ws'); client.connect();");
    page.awaitOpen();
    site.kill();
    page.await("a try in vain", "clock.asked.length > 1");
    site.restart();
    page.await(
        "the connection", "client.ws.readyState === WebSocket.OPEN && client.attempts === 0");

    JsonArray pauses = page.list("clock.asked");
    for (int i = 0; i < pauses.size(); i++) {
      assertThat(pauses.getInteger(i)).isEqualTo(Math.min(30_000, 1_000 << i));
    }
    assertThat(page.text("sockets.length")).isEqualTo("" + (pauses.size() + 1));
    assertThat(page.text("client.reconnectDelay")).isEqualTo("1000");
    page.run("client.ws.send(JSON.stringify({ type: 'ping', timestamp: 1 }));");
    page.awaitReceived("pong", 1);
  }

  /** No browser gives its error events a code; other WebSockets do. */
  @Test
  void shouldRecoverFromErrorsThatHaveACode() {
    page.run(
        """
        let ws, tries = 0;
        const reconnect = () => { tries++; ws = new WebSocket('ws://localhost:3030/ws'); };
        ws = new WebSocket('ws://localhost:3030/nowhere');
        """,
        ARRAY_BUFFERS,
        snippet("error-recovery"));
    page.awaitLogged("WebSocket error: event error");
    assertThat(page.text("tries")).isEqualTo("0");

    page.run(
        """
        const { onerror } = ws;
        for (const code of [1005, 1006, 4000]) onerror(Object.assign(new Event('error'), { code }));
        """);
    page.awaitOpen();
    assertThat(page.text("tries")).isEqualTo("1");
  }
}
