/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that runs as a child process of this node. It inherits few of the node's variables, so
 * that the node's secrets stay here, and ends with its connection: asked to by the end of its
 * input, then by a signal, then killed, with all that it started.
 */
final class ChildProcess implements LinePipe {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  /** What a program needs to run at all, none of it secret. */
  private static final Set<String> INHERITED =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "TERM",
          "TZ",
          "TMPDIR",
          "TEMP",
          "TMP",
          "SystemRoot",
          "PATHEXT",
          "APPDATA",
          "LOCALAPPDATA",
          "USERPROFILE");

  /** A line that names an error, as programs write before or after where it came from. */
  private static final Pattern COMPLAINT =
      Pattern.compile("(?i)^(?!at ).*(\\w*error\\b|\\w*exception\\b|cannot |not found|denied)");

  private static final int MOST_ERROR_LINE = 4_096;
  private static final int MOST_LAST_WORD = 200;

  /**
   * How long its exit is waited for once it closed its output, and its last error once it exited,
   * for the better reason. Something that it started may keep either open.
   */
  private static final long LAST_WORD_MILLIS = 200;

  private final String name;
  private final Process process;
  private final InputStream input;
  private final Duration grace;
  private final CompletableFuture<String> ended;
  private final CompletableFuture<Void> errorsRead = new CompletableFuture<>();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private volatile @Nullable String lastError;

  /** The last of its errors that says what is wrong, and not only where. */
  private volatile @Nullable String lastComplaint;

  private volatile List<ProcessHandle> family = List.of();

  private ChildProcess(String name, Process process, Duration grace) {
    this.name = name;
    this.process = process;
    this.grace = grace;
    this.input = new BufferedInputStream(process.getInputStream());
    this.ended =
        process
            .onExit()
            .thenCompose(gone ->
                errorsRead
                    .completeOnTimeout(null, LAST_WORD_MILLIS, TimeUnit.MILLISECONDS)
                    .thenApply(read -> exitReason(gone.exitValue())));
  }

  /**
   * Starts the program; blocks for a few ms.
   *
   * @param grace how long it may take to end when it is asked to
   * @throws IOException in words for a person where it cannot be started
   */
  static ChildProcess start(String name, SwarmEndpoint.Stdio endpoint, Duration grace)
      throws IOException {
    Files.createDirectories(endpoint.folder());
    List<String> command = new ArrayList<>();
    command.add(endpoint.command());
    command.addAll(endpoint.arguments());
    ProcessBuilder builder = new ProcessBuilder(command).directory(endpoint.folder().toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(INHERITED);
    environment.putAll(endpoint.environment());
    ChildProcess child = new ChildProcess(name, start(builder), grace);
    Thread.ofPlatform().daemon().name("swarms-errors-" + name).start(child::readErrors);
    return child;
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      String command = builder.command().getFirst();
      throw new IOException("cannot start " + command + ": " + SwarmFailure.reason(e));
    }
  }

  private String exitReason(int code) {
    String complaint = lastComplaint;
    String error = complaint == null ? lastError : complaint;
    return "its process ended with exit code "
        + code
        + (error == null || isClosing.get() ? "" : ", its last words: " + error);
  }

  private void readErrors() {
    Consumer<byte[]> eachLine =
        line -> {
          String text = new String(line, UTF_8).replaceAll("\\p{Cntrl}", " ").strip();
          if (!text.isEmpty()) {
            String word =
                text.length() <= MOST_LAST_WORD ? text : text.substring(0, MOST_LAST_WORD);
            lastError = word;
            if (COMPLAINT.matcher(word).find()) {
              lastComplaint = word;
            }
            LOG.debug("{} says: {}", name, text);
          }
        };
    try (InputStream errors = process.getErrorStream()) {
      LineReader reader = new LineReader(new BufferedInputStream(errors), MOST_ERROR_LINE);
      while (reader.read(eachLine, true)) {
        // Each line is told as it comes.
      }
    } catch (IOException e) {
      LOG.debug("the errors of {} cannot be read any more", name, e);
    } finally {
      errorsRead.complete(null);
    }
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return process.getOutputStream();
  }

  @Override
  public CompletableFuture<String> ended() {
    return ended;
  }

  @Override
  public void broken(IOException cause) {
    CompletableFuture.delayedExecutor(LAST_WORD_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> ended.complete("its process does not talk: " + cause.getMessage()));
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.of(process.pid());
  }

  @Override
  public CompletableFuture<Void> close() {
    if (isClosing.compareAndSet(false, true)) {
      family = process.descendants().toList();
      long millis = grace.toMillis();
      CompletableFuture.delayedExecutor(millis / 2, TimeUnit.MILLISECONDS)
          .execute(process::destroy);
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
          .execute(process::destroyForcibly);
      try {
        // Last, since it waits for a write that the process does not read.
        process.getOutputStream().close();
      } catch (IOException _) {
        // It ended before it could be asked to.
      }
    }
    return process.onExit().thenAccept(gone -> family.forEach(ProcessHandle::destroyForcibly));
  }
}
