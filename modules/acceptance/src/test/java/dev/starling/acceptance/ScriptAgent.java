/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;

/** An agent written in another language, in a process of its own. */
final class ScriptAgent implements ForeignAgent {
  private final String id;
  private final double[] fingerprint;
  private final Process process;
  private final Writer commands;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private ScriptAgent(String id, double[] fingerprint, List<String> command) {
    this.id = id;
    this.fingerprint = fingerprint;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commands = process.outputWriter(UTF_8);
    Thread.ofVirtual().name("agent-out").start(this::listen);
  }

  /** An agent on Debian's {@code python3-websockets}, registered with this fingerprint. */
  static ScriptAgent python(String url, String id, double... fingerprint) {
    return new ScriptAgent(
        id, fingerprint, List.of(python(), script("agent.py"), url, id, json(fingerprint)));
  }

  /** The same, not registered. */
  static ScriptAgent pythonStranger(String url) {
    return new ScriptAgent("", new double[0], List.of(python(), script("agent.py"), url));
  }

  /** An agent on the WebSocket that Node brings along, registered with this fingerprint. */
  static ScriptAgent node(String url, String id, double... fingerprint) {
    return new ScriptAgent(
        id,
        fingerprint,
        List.of(
            "node",
            "--no-warnings",
            "--experimental-websocket",
            script("agent.mjs"),
            url,
            id,
            json(fingerprint)));
  }

  /** Stops the process without ending it (SIGSTOP). */
  void pause() {
    try {
      int code =
          new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
      assertThat(code).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The Python that has the packages of Debian, where it is Debian. */
  static String python() {
    Path debian = Path.of("/usr/bin/python3");
    return debian.toFile().canExecute() ? debian.toString() : "python3";
  }

  private static String script(String name) {
    URL file = ScriptAgent.class.getResource(name);
    if (file == null) {
      throw new AssertionError("no resource " + name);
    }
    try {
      return Path.of(file.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static String json(double[] numbers) {
    return new JsonArray(DoubleStream.of(numbers).boxed().toList()).encode();
  }

  private void listen() {
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("output ended: " + e);
    }
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
    command(new JsonObject().put("payload", payload).put("confidence", confidence).encode());
  }

  @Override
  public void send(String text) {
    command("=" + text);
  }

  private void command(String line) {
    try {
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new AssertionError("the agent " + id + " ended: " + lines, e);
    }
  }

  @Override
  public List<JsonObject> sent() {
    return messages("> ");
  }

  @Override
  public List<JsonObject> received() {
    return messages("< ");
  }

  private List<JsonObject> messages(String mark) {
    List<JsonObject> messages = new ArrayList<>();
    synchronized (lines) {
      for (String line : lines) {
        if (line.startsWith(mark + "{")) {
          messages.add(new JsonObject(line.substring(mark.length())));
        } else if (!line.startsWith("> ") && !line.startsWith("< ")) {
          throw new AssertionError("the agent " + id + " failed: " + lines);
        }
      }
    }
    return messages;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
