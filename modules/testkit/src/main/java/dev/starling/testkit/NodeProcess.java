/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node in a JVM of its own, started from the test's class path with the flags that {@code
 * scripts/starling up} gives it, and ended with the test, or with the tests' JVM at the latest.
 * Signals go to this process alone, by its id.
 */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Pattern READY =
      Pattern.compile(
          "starling ready: .*?https?://([^:/ ]+):(\\d+)/(?:.*? agents wss?://[^:/ ]+:(\\d+)/)?.*");
  private static final int MOST_LINES = 20_000;

  /** Beside the flags that a node has anyway: many run at a time, and none for long. */
  private static final String MOST_HEAP = "-Xmx256m";

  /**
   * That of what people start, with the cache that makes it start in half the time, where {@code
   * scripts/test} says where they lie; else that of the tests.
   */
  private static final String CLASS_PATH =
      System.getProperty("starling.node.class-path", System.getProperty("java.class.path"));

  private static final Optional<String> CACHE =
      Optional.ofNullable(System.getProperty("starling.node.cache"))
          .filter(file -> Files.exists(Path.of(file)));

  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> output = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Matcher> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> ended;

  private NodeProcess(Process process) {
    this.process = process;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-node"));
    read("node-out", process.getInputStream(), this::noteReady);
    read("node-err", process.getErrorStream(), line -> {});
    this.ended =
        process
            .onExit()
            .thenRun(() ->
                ready.completeExceptionally(
                    new IllegalStateException("the process ended: " + output)));
  }

  /** Starts a node with {@code up} and these arguments, on free ports; does not wait. */
  public static NodeProcess start(String... arguments) {
    return start(List.of(), arguments);
  }

  /** The same with options for its JVM, such as system properties. */
  public static NodeProcess start(List<String> jvmOptions, String... arguments) {
    List<String> command = new ArrayList<>(java("up"));
    command.addAll(1, jvmOptions);
    command.addAll(List.of("--http-port", "0", "--agent-port", "0"));
    command.addAll(List.of(arguments));
    return launch(command);
  }

  /** Runs a command of the {@code starling} program; does not wait. */
  public static NodeProcess run(String... arguments) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of(arguments));
    return launch(command);
  }

  /** Starts the nodes of one mesh, each knowing all of them, and waits until all are ready. */
  public static List<NodeProcess> mesh(int nodes, String... arguments) {
    List<Integer> ports = FreePorts.some(nodes);
    List<NodeProcess> started = new ArrayList<>();
    for (int port : ports) {
      started.add(member(port, ports, arguments));
    }
    started.forEach(NodeProcess::awaitReady);
    return started;
  }

  /** Starts a node of a mesh whose members' cluster ports are {@code all}; does not wait. */
  public static NodeProcess member(int port, List<Integer> all, String... arguments) {
    List<String> given = new ArrayList<>(List.of("--cluster-port", Integer.toString(port)));
    given.add("--join");
    given.add(String.join(",", all.stream().map(one -> "127.0.0.1:" + one).toList()));
    given.addAll(List.of(arguments));
    return start(given.toArray(String[]::new));
  }

  private static List<String> java(String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(NodeFlags.shipped());
    if (CACHE.isPresent()) {
      command.add("-XX:AOTCache=" + CACHE.get());
    }
    command.addAll(List.of(MOST_HEAP, QUICK_START, "-cp", CLASS_PATH, "dev.starling.node.Main"));
    command.addAll(List.of(more));
    return command;
  }

  private static NodeProcess launch(List<String> command) {
    try {
      return new NodeProcess(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(String name, InputStream stream, Consumer<String> line) {
    // Platform threads: a read of a pipe would hold on to a virtual thread's carrier.
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try (var reader =
              new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String next = reader.readLine(); next != null; next = reader.readLine()) {
              if (output.size() < MOST_LINES) {
                output.add(next);
              }
              line.accept(next);
            }
          } catch (IOException e) {
            output.add("output ended: " + e);
          }
        });
  }

  private void noteReady(String line) {
    Matcher matcher = READY.matcher(line);
    if (matcher.matches()) {
      ready.complete(matcher);
    }
  }

  /** Waits for the ready line. */
  public NodeProcess awaitReady() {
    ready();
    return this;
  }

  private Matcher ready() {
    try {
      return ready.get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not ready within " + START + ": " + output, e);
    } catch (Exception e) {
      throw new AssertionError("did not start: " + output, e);
    }
  }

  /** Where HTTP is served. */
  public int httpPort() {
    return Integer.parseInt(ready().group(2));
  }

  /** Where agents connect. */
  public int agentPort() {
    return Integer.parseInt(ready().group(3));
  }

  /** All lines so far, of both streams; a copy. */
  public List<String> output() {
    synchronized (output) {
      return List.copyOf(output);
    }
  }

  /** The operating system's id of the process. */
  public long pid() {
    return process.pid();
  }

  /** GETs a path; the status and the body. */
  public Answer get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    return ask(request);
  }

  /** POSTs JSON; the status and the body. */
  public Answer post(String path, String json) {
    return send("POST", path, json);
  }

  /** PUTs JSON; the status and the body. */
  public Answer put(String path, String json) {
    return send("PUT", path, json);
  }

  /** DELETEs what JSON names; the status and the body. */
  public Answer delete(String path, String json) {
    return send("DELETE", path, json);
  }

  private Answer send(String method, String path, String json) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build();
    return ask(request);
  }

  private Answer ask(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** An HTTP answer. */
  public record Answer(int status, String body) {
    /** The body as a JSON object. */
    public JsonObject json() {
      return new JsonObject(body);
    }
  }

  /** Ends the process at once, as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    exitCode(Duration.ofSeconds(10));
  }

  /** Stops the process without ending it (SIGSTOP). */
  public void pause() {
    signal("STOP");
  }

  /** Lets a stopped process go on (SIGCONT). */
  public void resume() {
    signal("CONT");
  }

  /** Asks the process to end (SIGTERM). */
  public void terminate() {
    signal("TERM");
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      if (code != 0) {
        throw new AssertionError("kill -" + name + " failed with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits for the end; the exit code. */
  public int exitCode(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + patience + ": " + output);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Whether the process runs, stopped or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    ended.join();
  }
}
