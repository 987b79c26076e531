/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.SnippetPage.ARRAY_BUFFERS;
import static dev.starling.acceptance.SnippetPage.snippet;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
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
 * The snippets of the reference about what travels over a socket, in Chromium, on a page of another
 * origin. No node sends positions yet, so those come from a server of the test.
 */
class ReferenceMessageSnippetsTest {
  private static final String HANDLE =
      "const handled = []; const handleMessage = (m) => handled.push(m);";

  /** Values that are one test's alone. */
  private static final String SETTINGS =
      """
      const settings = [
        { path: "test.number", value: %1$s },
        { path: "test.list", value: ["Überraschung", null, { deep: %1$s }] },
        { path: "visualisation.physics.damping", value: %1$s },
      ];
      """;

  @TempDir private static Path folder;

  private static Vertx vertx;
  private static SnippetSite site;

  private SnippetPage page;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    site = new SnippetSite(folder);
  }

  @AfterAll
  static void stop() {
    site.close();
    vertx.close().await();
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
  void shouldHandleJsonMessages() {
    page.run(snippet("connection"), ARRAY_BUFFERS, HANDLE, snippet("json-messages"));
    page.awaitOpen();
    site.change("test.handled", "by the page");
    page.await("the event", "handled.some(({ path }) => path === 'test.handled')");
    JsonObject event =
        page.list("handled.filter(({ path }) => path === 'test.handled')").getJsonObject(0);
    assertThat(event.getString("type")).isEqualTo("settings_updated");
    assertThat(event.getString("value")).isEqualTo("by the page");
    assertThat(event.getLong("timestamp")).isPositive();
  }

  @Test
  void shouldInflateLargeMessages() {
    page.run(
        ConsolePackages.pako(),
        """
        const inflated = [];
        const { inflate } = pako;
        pako = { ...pako, inflate: (data) => (inflated.push(inflate(data)), inflated.at(-1)) };
        const ws = new WebSocket('ws://localhost:3030/ws?compression=zlib');
        """,
        snippet("compression"));
    page.awaitOpen();
    String value = "long ".repeat(1_000);
    site.change("test.long", value);
    page.await("the message", "inflated.length === 1");
    JsonObject event = new JsonObject(page.text("new TextDecoder().decode(inflated[0])"));
    assertThat(event.getString("path")).isEqualTo("test.long");
    assertThat(event.getString("value")).isEqualTo(value);
    assertThat(page.list("seen.received")).contains("[object Blob]");

    page.run("ws.send(JSON.stringify({ type: 'ping', timestamp: 1 }));");
    page.awaitReceived("pong", 1);
    assertThat(page.text("inflated.length")).isEqualTo("1");
  }

  @Test
  void shouldChangeSettingsByOneMessageEach() {
    page.run(SETTINGS.formatted(0.75), snippet("connection"), ARRAY_BUFFERS);
    page.awaitOpen();
    page.run(snippet("several-messages"));
    assertChanged();
    assertThat(page.sent("settings")).hasSize(3);
  }

  @Test
  void shouldChangeSettingsByOneBatch() {
    page.run(SETTINGS.formatted(0.5), snippet("connection"), ARRAY_BUFFERS);
    page.awaitOpen();
    page.run(snippet("one-batch"));
    assertChanged();
    assertThat(page.sent("settings_batch")).hasSize(1);
  }

  /** Each change is confirmed once, to the session that made it, and in force. */
  private void assertChanged() {
    page.awaitReceived("settings_updated", 3);
    page.run("ws.send(JSON.stringify({ type: 'ping', timestamp: 1 }));");
    page.awaitReceived("pong", 1);
    JsonArray expected = page.list("settings");
    JsonArray confirmed = new JsonArray();
    for (JsonObject each : page.received("settings_updated")) {
      confirmed.add(JsonObject.of("path", each.getString("path"), "value", each.getValue("value")));
      assertThat(each.getValue("value")).isEqualTo(site.setting(each.getString("path")));
    }
    assertThat(confirmed).isEqualTo(expected);
  }

  @Test
  void shouldRunTheTestClient() {
    page.run(snippet("test-client"), "testWebSocket();");
    page.await("both answers", "seen.logged.filter(([word]) => word === 'Received:').length >= 2");
    assertThat(page.logged().getFirst()).isEqualTo("Connected");
    List<JsonObject> answers =
        page.logged().stream()
            .skip(1)
            .map(line -> new JsonObject(line.substring("Received: ".length())))
            .toList();
    assertThat(answers.stream().map(answer -> answer.getString("type")))
        .containsExactly("pong", "settings_updated");
    assertThat(answers.getFirst().getLong("timestamp"))
        .isEqualTo(page.sent("ping").getFirst().getLong("timestamp"));
    assertThat(answers.getLast().getString("path")).isEqualTo("test.value");
    assertThat(answers.getLast().getInteger("value")).isEqualTo(123);
    assertThat(site.setting("test.value")).isEqualTo(123);
  }

  @Test
  void shouldParsePositionFrames() {
    try (FrameServer frames = FrameServer.start(vertx)) {
      page.run(
          snippet("parser"),
          "const updates = []; const updateVisualization = (nodes) => updates.push(nodes);",
          "const ws = new WebSocket('%s');".formatted(frames.url()),
          ARRAY_BUFFERS,
          snippet("binary-messages"));
      page.awaitOpen();
      page.run("ws.send('a frame'); ws.send('another');");
      page.await("the frames", "updates.length === 2");
      JsonArray nodes = new JsonArray(FrameServer.NODES);
      assertThat(page.list("updates")).isEqualTo(JsonArray.of(nodes, nodes));
    }
  }

  @Test
  void shouldApplyPositionFrames() {
    try (FrameServer frames = FrameServer.start(vertx)) {
      page.run(
          snippet("parser"),
          """
          const calls = [];
          const updateNodePosition = (...given) => calls.push(['position', ...given]);
          const updateAgentVisualization = (...given) => calls.push(['agent', ...given]);
          """,
          "const ws = new WebSocket('%s');".formatted(frames.url()),
          ARRAY_BUFFERS,
          snippet("parser-usage"));
      page.awaitOpen();
      page.run("ws.send('a frame');");
      page.await("the frame", "calls.length === 3");
      JsonArray nodes = new JsonArray(FrameServer.NODES);
      JsonObject agent = nodes.getJsonObject(0);
      JsonObject other = nodes.getJsonObject(1);
      assertThat(page.list("calls"))
          .isEqualTo(
              JsonArray.of(
                  JsonArray.of("position", 5, agent.getJsonObject("position")),
                  JsonArray.of("agent", 5, agent),
                  JsonArray.of("position", 32_767, other.getJsonObject("position"))));
    }
  }

  @Test
  void shouldRunTheReactHook() {
    page.runModule(snippet("react-hook") + "window.mount(useWebSocket, 'ws://localhost:3030/ws');");
    assertHookWorks();
    page.call("window.unmount()");
    page.await("the end", "sockets.every((socket) => socket.readyState === WebSocket.CLOSED)");
  }

  @Test
  void shouldRunThePublishedHookInItsPlace() {
    page.call(
        """
        return load(arguments[0]).then(({ useWebSocket }) => mount(useWebSocket, arguments[1]));
        """,
        site.url() + "/client/react.js",
        "ws://localhost:3030/ws");
    assertHookWorks();
    page.call("window.unmount()");
    page.await("the end", "sockets.every((socket) => socket.readyState === WebSocket.CLOSED)");
    assertThat(page.text("sockets.length")).isEqualTo("1");
  }

  private void assertHookWorks() {
    page.await(
        "connected", "document.querySelector('output')?.textContent.startsWith('connected')");
    assertThat(page.text("reactVersion")).startsWith("19.");
    page.call("hook.sendMessage({ type: 'ping', timestamp: 41 })");
    page.await("the message", "hook.lastMessage?.includes('\"timestamp\":41')");
    assertThat(new JsonObject(page.text("hook.lastMessage")).getString("type")).isEqualTo("pong");
    assertThat(page.text("document.querySelector('output').textContent")).contains("\"pong\"");
  }
}
