/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A child process that ends with its {@link #close} or with this JVM, whichever comes first,
 * together with what it started itself. Thread-safe.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Set<ServerProcess> LIVE = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> LIVE.forEach(ServerProcess::close), "bench-children"));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private ServerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a command; what it prints goes to {@code directory/name.log}, and it runs in {@code
   * directory}.
   */
  static ServerProcess start(
      String name, List<String> command, Map<String, String> environment, Path directory)
      throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process =
        builder
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    ServerProcess server = new ServerProcess(name, process, log);
    LIVE.add(server);
    return server;
  }

  /** Waits until the port takes connections; ends the process and throws where it does not. */
  void awaitPort(int port) throws IOException {
    boolean accepted =
        Waiting.until(() -> !process.isAlive() || accepts(port), READY_LIMIT) && process.isAlive();
    if (!accepted) {
      String said = tail();
      close();
      throw new IOException(name + " did not open port " + port + "; it said:\n" + said);
    }
  }

  /** The process and all below it. */
  List<ProcessHandle> tree() {
    List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
    all.addAll(process.descendants().toList());
    return all;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The last lines it printed. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  @Override
  public void close() {
    if (!LIVE.remove(this)) {
      return;
    }
    List<ProcessHandle> all = tree();
    all.forEach(ProcessHandle::destroy);
    if (!Waiting.until(() -> all.stream().noneMatch(ProcessHandle::isAlive), GRACE)) {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** A port that nobody listens on at this moment. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Runs a command to its end and returns what it printed; throws where it fails or takes too long.
   */
  public static String run(List<String> command, Path directory, Duration limit)
      throws IOException {
    return run(command, Map.of(), directory, limit);
  }

  /** As above, with more in its environment. */
  public static String run(
      List<String> command, Map<String, String> environment, Path directory, Duration limit)
      throws IOException {
    Path out = Files.createTempFile("bench", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      Process process =
          builder
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String text = Files.readString(out);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(out);
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
