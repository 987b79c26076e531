/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelcontextprotocol.client.transport.ServerParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code scripts/starling}, run as a person runs it: the distribution that it builds, its flags of
 * the JVM, no class path of the test's.
 */
final class StarlingScript implements AutoCloseable {
  /** Long enough for the first call to build. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Pattern READY =
      Pattern.compile(
          "starling ready: .*?https?://[^:]+:(\\d+)/(?: agents wss?://[^:]+:(\\d+)/)? .*");

  private final long startedAt = System.nanoTime();
  private final Process process;
  private final List<String> out = Collections.synchronizedList(new ArrayList<>());
  private final List<String> err = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Ready> ready = new CompletableFuture<>();
  private final List<Thread> readers;

  /**
   * That a node was ready: after how long, having used how much CPU, and where it listens; the last
   * is 0 for a node that takes no agents.
   */
  record Ready(Duration wall, Duration cpu, int httpPort, int agentPort) {}

  /** How a command ended, and all that it printed. */
  record Ended(int code, List<String> out, List<String> err) {}

  private StarlingScript(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("STARLING_"));
    builder.environment().put("STARLING_JAVA_HOME", System.getProperty("java.home"));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    readers =
        List.of(
            Thread.ofVirtual()
                .name("script-out")
                .start(() -> read(process.inputReader(UTF_8), out)),
            Thread.ofVirtual()
                .name("script-err")
                .start(() -> read(process.errorReader(UTF_8), err)));
  }

  /** Starts the script with these arguments. */
  static StarlingScript start(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script().toString()));
    command.addAll(List.of(arguments));
    return new StarlingScript(command);
  }

  /** Runs the script to its end. */
  static Ended run(String... arguments) {
    try (StarlingScript script = start(arguments)) {
      return script.end(PATIENCE);
    }
  }

  /** The script with these arguments, as hosts of MCP start programs. */
  static ServerParameters program(String... arguments) {
    return ServerParameters.builder(script().toString())
        .args(arguments)
        .env(Map.of("STARLING_JAVA_HOME", System.getProperty("java.home")))
        .build();
  }

  private static Path script() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("scripts/starling"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("no scripts/starling above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder.resolve("scripts/starling");
  }

  private void read(BufferedReader reader, List<String> lines) {
    try (reader) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(
              new Ready(
                  Duration.ofNanos(System.nanoTime() - startedAt),
                  process.info().totalCpuDuration().orElse(Duration.ZERO),
                  Integer.parseInt(matcher.group(1)),
                  matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2))));
        }
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("output ended: " + e);
    }
  }

  /** Waits for the ready line. */
  Ready awaitReady() {
    CompletableFuture<Ready> readyOrEnded =
        ready.applyToEither(
            process.onExit().thenApply(ended -> failed("ended with " + ended.exitValue())),
            one -> one);
    try {
      return readyOrEnded.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not ready: " + out + err, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private Ready failed(String how) {
    throw new AssertionError(how + ": " + out + err);
  }

  /** Asks the process to end (SIGTERM). */
  void terminate() {
    // Not Process.destroy(): that closes the streams as well.
    assertSent(process.toHandle().destroy());
  }

  private static void assertSent(boolean sent) {
    if (!sent) {
      throw new AssertionError("SIGTERM could not be sent");
    }
  }

  /** Waits for the end. */
  Ended end(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + patience + ": " + out + err);
      }
      for (Thread reader : readers) {
        reader.join();
      }
      return new Ended(process.exitValue(), List.copyOf(out), List.copyOf(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
