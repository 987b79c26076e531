/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.DoubleStream;

/** The reference's JavaScript agent, in a window of Chromium, on a page of another origin. */
final class BrowserAgent implements ForeignAgent {
  private final Chromium.Window window;
  private final String id;
  private final double[] fingerprint;

  /** Loads the page {@code reference-page.html} and lets the agent connect. */
  BrowserAgent(Chromium.Window window, String url, String id, double... fingerprint) {
    this.window = window;
    this.id = id;
    this.fingerprint = fingerprint;
    window.run(
        "join(arguments[0], arguments[1], arguments[2])",
        url,
        id,
        DoubleStream.of(fingerprint).boxed().toList());
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public double[] fingerprint() {
    return fingerprint.clone();
  }

  @Override
  public void emit(String payload, double confidence) {
    window.run("agent.emitOutcome(arguments[0], arguments[1])", payload, confidence);
  }

  @Override
  public void send(String text) {
    window.run("agent.ws.send(arguments[0])", text);
  }

  /** What its callback was given. */
  JsonArray outcomes() {
    return window.list("outcomes");
  }

  @Override
  public List<JsonObject> sent() {
    return messages("frames.sent");
  }

  @Override
  public List<JsonObject> received() {
    return messages("frames.received");
  }

  private List<JsonObject> messages(String list) {
    return window.list(list).stream().map(text -> new JsonObject(String.valueOf(text))).toList();
  }

  @Override
  public void close() {
    window.run("agent.ws.onclose = null; agent.ws.close()");
  }
}
