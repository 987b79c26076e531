/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/**
 * The page {@code snippet-page.html}, which runs the reference's snippets as scripts of its own and
 * keeps what they logged, sent and received.
 */
final class SnippetPage implements AutoCloseable {
  /** What a page adds to the snippets on a socket, and all that it adds. */
  static final String ARRAY_BUFFERS = "ws.binaryType = 'arraybuffer';";

  private final Chromium.Window window;

  SnippetPage(Chromium chromium, PageServer pages) {
    window = chromium.open(pages.url("snippet-page.html"));
    window.await("the page", "window.mount");
  }

  /** A snippet's text, typed anew from the reference without its comments. */
  static String snippet(String name) {
    return Chromium.resource("snippets/" + name + ".js");
  }

  /** Runs scripts one after the other, before the page does anything else. */
  void run(String... scripts) {
    window.run("runScripts(arguments[0])", List.of(scripts));
  }

  /** Runs a script as a module. */
  void runModule(String module) {
    window.run("runModule(arguments[0])", module);
  }

  /** Runs the body of a function; waits for the promise that it returns. */
  void call(String body, Object... arguments) {
    window.run(body, arguments);
  }

  void await(String what, String expression) {
    window.await(what, expression);
  }

  void awaitOpen() {
    await("an open socket", "sockets.at(-1).readyState === WebSocket.OPEN");
  }

  String text(String expression) {
    return window.text(expression);
  }

  /** What an expression is, as JSON; infinity is a text, since JSON has none. */
  JsonArray list(String expression) {
    return new JsonArray(
        window.text(
            "JSON.stringify(%s, (_, value) => value === Infinity ? 'Infinity' : value)"
                .formatted(expression)));
  }

  /** What was logged, its words joined. */
  List<String> logged() {
    return list("seen.logged.map((words) => words.join(' '))").stream()
        .map(String.class::cast)
        .toList();
  }

  void awaitLogged(String beginning) {
    await(
        "the log",
        "seen.logged.some((words) => words.join(' ').startsWith('%s'))".formatted(beginning));
  }

  /** The messages of a type that came, on whichever socket, in their order. */
  List<JsonObject> received(String type) {
    return messages("seen.received", type).toList();
  }

  /** The messages of a type that were sent. */
  List<JsonObject> sent(String type) {
    return messages("seen.sent", type).toList();
  }

  private Stream<JsonObject> messages(String list, String type) {
    return list(list).stream()
        .map(String::valueOf)
        .filter(text -> text.startsWith("{"))
        .map(JsonObject::new)
        .filter(message -> type.equals(message.getString("type")));
  }

  /** Waits until so many messages of a type came. */
  List<JsonObject> awaitReceived(String type, int count) {
    await(
        count + " " + type,
        "seen.received.filter((text) => text.startsWith('{\"type\":\"%s\"')).length >= %d"
            .formatted(type, count));
    return received(type);
  }

  /** Checks that nothing threw, and leaves: its sockets close. */
  @Override
  public void close() {
    JsonArray uncaught = list("seen.uncaught");
    window.show("about:blank");
    assertThat(uncaught).isEmpty();
  }
}
