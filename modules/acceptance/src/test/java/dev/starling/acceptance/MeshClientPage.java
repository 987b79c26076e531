/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The page {@code mesh-client-page.html}, with the JavaScript client that a gateway publishes.
 * Clients are globals of the page under the names that they are made with.
 */
final class MeshClientPage implements AutoCloseable {
  private final Chromium.Window window;

  MeshClientPage(Chromium chromium, PageServer pages, int httpPort) {
    window = chromium.open(pages.url("mesh-client-page.html?gateway=http://127.0.0.1:" + httpPort));
    window.await("the client", "window.isReady");
  }

  /** Makes a client; the options are JavaScript. */
  void make(String name, String options) {
    window.run("newClient(arguments[0], %s)".formatted(options), name);
  }

  /** Makes a client, which must connect. */
  void connect(String name, String options) {
    make(name, options);
    ask(name + ".connect()");
  }

  /** What a promise is kept with; null as JSON is. */
  JsonObject ask(String promise) {
    JsonObject settled = settled(promise);
    assertThat(settled.fieldNames()).as(settled.encode()).containsExactly("value");
    return settled;
  }

  /** The error of the client that a promise is rejected with. */
  JsonObject refusal(String promise) {
    JsonObject settled = settled(promise);
    assertThat(settled.fieldNames()).as(settled.encode()).containsExactly("refused");
    JsonObject refused = settled.getJsonObject("refused");
    assertThat(refused.getBoolean("isMeshError")).isTrue();
    assertThat(refused.getString("name")).isEqualTo("MeshError");
    assertThat(refused.getString("message")).isNotBlank();
    return refused;
  }

  private JsonObject settled(String promise) {
    return new JsonObject(String.valueOf(window.run("return settled(%s)".formatted(promise))));
  }

  void run(String script) {
    window.run(script);
  }

  void await(String what, String expression) {
    window.await(what, expression);
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

  /** The states that a client went through. */
  List<String> states(String name) {
    return list(name + ".heard.state.map(({ state }) => state)").stream()
        .map(String.class::cast)
        .toList();
  }

  /** The last state that a client told of, with what it told. */
  JsonObject lastState(String name) {
    return object(name + ".heard.state.at(-1)");
  }

  JsonObject object(String expression) {
    return window.object(expression);
  }

  /** Waits until a client has heard so many messages of a type. */
  List<JsonObject> awaitHeard(String name, String type, int count) {
    String heard = name + ".heard." + type;
    await(count + " " + type, "%s?.length >= %d".formatted(heard, count));
    return list(heard).stream().map(JsonObject.class::cast).toList();
  }

  /** Goes to another page. */
  void leave() {
    window.show("about:blank");
  }

  /** Comes back to this page as it was, where the browser kept it. */
  void comeBack() {
    window.goBack();
  }

  @Override
  public void close() {
    leave();
  }
}
