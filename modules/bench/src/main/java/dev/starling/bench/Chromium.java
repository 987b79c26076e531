/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A headless Chromium, driven over its own debugging protocol. One caller at a time. */
public final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerProcess process;
  private final Path profile;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

  private Chromium(ServerProcess process, Path profile, URI debugger) throws IOException {
    this.process = process;
    this.profile = profile;
    this.socket = await(client.newWebSocketBuilder().buildAsync(debugger, new Listener(waiting)));
  }

  /** Starts {@code binary}, or the first Chromium on the path where it is null. */
  public static Chromium start(@Nullable String binary, Places places) throws IOException {
    Files.createDirectories(places.work());
    Path profile = Files.createTempDirectory(places.work(), "chromium-");
    List<String> command =
        new ArrayList<>(
            List.of(
                binary == null ? find() : binary,
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-background-timer-throttling",
                "--disable-backgrounding-occluded-windows",
                "--disable-renderer-backgrounding"));
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("--no-sandbox"); // Chromium refuses its sandbox to root
    }
    command.add("about:blank");
    ServerProcess process = ServerProcess.start("chromium", command, Map.of(), places.work());
    try {
      return new Chromium(process, profile, debugger(process, profile));
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }

  /** A new tab showing {@code page}. */
  public Tab open(URI page) throws IOException {
    ObjectNode target = JSON.createObjectNode().put("url", page.toString());
    String id = call("Target.createTarget", target, null).path("targetId").asText();
    ObjectNode attach = JSON.createObjectNode().put("targetId", id).put("flatten", true);
    String session = call("Target.attachToTarget", attach, null).path("sessionId").asText();
    return new Tab(id, session);
  }

  /** The browser's name and version. */
  public String version() throws IOException {
    return call("Browser.getVersion", JSON.createObjectNode(), null).path("product").asText();
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    process.close();
    try (var files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A leftover under target/ harms nobody.
    }
  }

  /** One tab. */
  public final class Tab {
    private final String target;
    private final String session;

    private Tab(String target, String session) {
      this.target = target;
      this.session = session;
    }

    /** Starts an expression; completes with its value, awaited where it is a promise. */
    public CompletableFuture<JsonNode> evaluateAsync(String expression) {
      ObjectNode parameters =
          JSON.createObjectNode()
              .put("expression", expression)
              .put("awaitPromise", true)
              .put("returnByValue", true);
      return send("Runtime.evaluate", parameters, session)
          .thenApply(result -> {
            JsonNode failure = result.path("exceptionDetails");
            if (!failure.isMissingNode()) {
              throw new IllegalStateException("in the page: " + failure);
            }
            return result.path("result").path("value");
          });
    }

    /** The value of an expression. */
    public JsonNode evaluate(String expression) throws IOException {
      return await(evaluateAsync(expression));
    }

    /** Closes it. */
    public void close() throws IOException {
      call("Target.closeTarget", JSON.createObjectNode().put("targetId", target), null);
    }
  }

  private JsonNode call(String method, ObjectNode parameters, @Nullable String session)
      throws IOException {
    return await(send(method, parameters, session));
  }

  private CompletableFuture<JsonNode> send(
      String method, ObjectNode parameters, @Nullable String session) {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    if (session != null) {
      message.put("sessionId", session);
    }
    return socket.sendText(message.toString(), true).thenCompose(sent -> answer);
  }

  /** Waits for an answer of the browser, for a minute. */
  public static <T> T await(CompletableFuture<T> future) throws IOException {
    try {
      return future.get(CALL_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("Chromium did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static URI debugger(ServerProcess process, Path profile) throws IOException {
    Path file = profile.resolve("DevToolsActivePort");
    boolean written = Waiting.until(() -> !process.alive() || lines(file).size() >= 2, START_LIMIT);
    List<String> lines = lines(file);
    if (!written || lines.size() < 2) {
      throw new IOException("Chromium did not start; it said:\n" + process.tail());
    }
    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String find() throws IOException {
    for (String name : NAMES) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return candidate.toString();
        }
      }
    }
    throw new IOException("no Chromium on the PATH: name one with --chromium");
  }

  private static final class Listener implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonNode>> waiting;
    private final StringBuilder text = new StringBuilder();

    private Listener(Map<Integer, CompletableFuture<JsonNode>> waiting) {
      this.waiting = waiting;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        answer(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void answer(String message) {
      try {
        JsonNode answer = JSON.readTree(message);
        CompletableFuture<JsonNode> future = waiting.remove(answer.path("id").asInt());
        if (future == null) {
          return;
        }
        if (answer.has("error")) {
          future.completeExceptionally(new IOException(answer.path("error").toString()));
        } else {
          future.complete(answer.path("result"));
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
