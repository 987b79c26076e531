/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Passes messages between a host and {@code /mcp} of a node until the host ends. They are sent in
 * the host's order, each on a virtual thread, since some wait. Where the node has lost the session,
 * such as after it was started anew, the relay begins another one as the host did and follows what
 * it followed, and the host notices only that it has to register again.
 */
final class McpRelay {
  /** A node that says nothing for so long, which is three of its pings and more, is gone. */
  static final Duration SILENCE = Duration.ofSeconds(100);

  private static final String PATH = "mcp";
  private static final String SESSION = "mcp-session-id";
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final int UNKNOWN_SESSION = 404;

  /** Of a request that names no session. */
  private static final int NO_MCP = 404;

  private static final int REFUSED = -32000;

  private final NodeOptions node;
  private final HttpClient client;
  private final McpHostStreams host;
  private final McpEvents events;
  private final ReentrantLock beginning = new ReentrantLock();
  private final McpFollowed followed = new McpFollowed();
  private volatile @Nullable Session session;
  private final CountDownLatch over = new CountDownLatch(1);

  /** Whether the host heard a stream before; of the thread that listens. */
  private boolean hasListened;

  /**
   * What was agreed on with the node.
   *
   * @param first the host's own request that began it
   */
  private record Session(String id, String version, JsonObject first) {}

  /**
   * A relay.
   *
   * @param silence after which a stream of the node is taken for dead
   */
  McpRelay(NodeOptions node, HttpClient client, McpHostStreams host, Duration silence) {
    this.node = node;
    this.events = new McpEvents(silence, host::log);
    this.client = client;
    this.host = host;
  }

  /** Relays until the host ends; the exit code. */
  int run() throws IOException, InterruptedException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    McpTurns turns = new McpTurns(threads, LONGEST_ANSWER, this::pass);
    try {
      boolean isHeard = false;
      for (String line = host.read(); line != null; line = host.read()) {
        JsonObject message = McpEvents.decoded(line);
        if (message == null) {
          host.log("passed over a line that is no JSON object");
        } else if ("initialize".equals(message.getValue("method"))) {
          int code = begin(message);
          if (code != 0) {
            return code;
          }
          if (!isHeard) {
            threads.execute(this::listen);
            isHeard = true;
          }
        } else if ("notifications/cancelled".equals(message.getValue("method"))) {
          cancel(turns, message);
        } else {
          turns.take(message);
        }
      }
      turns.settle(LAST_ANSWERS);
      end();
      threads.shutdown();
      boolean _ = threads.awaitTermination(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
      return 0;
    } finally {
      over.countDown();
      threads.shutdownNow();
    }
  }

  private static void cancel(McpTurns turns, JsonObject message) {
    if (message.getValue("params") instanceof JsonObject params) {
      Object id = params.getValue("requestId");
      if (id != null) {
        turns.cancel(id);
      }
    }
  }

  /** Begins as the host wants it; the exit code where that cannot be. */
  private int begin(JsonObject first) throws IOException, InterruptedException {
    followed.clear();
    try {
      HttpResponse<InputStream> answer = post(first, null);
      if (answer.statusCode() == 401 || answer.statusCode() == 403) {
        String body = text(answer);
        host.write(error(first, "the node refuses the token, or wants one"));
        host.log(node.denied(answer.uri(), answer.statusCode(), body, "observe"));
        return Main.FAILED;
      }
      if (answer.statusCode() == NO_MCP) {
        String why = answer.uri() + " is no MCP server: that node has no gateway";
        text(answer);
        host.write(error(first, why));
        host.log(why);
        return Main.FAILED;
      }
      JsonObject told = take(first, answer);
      if (told != null) {
        host.write(told);
      }
      return 0;
    } catch (IOException e) {
      host.write(error(first, node.silent(e)));
      throw e;
    }
  }

  /** Takes note of a session that began; what the host is to be told of it. */
  private @Nullable JsonObject take(JsonObject first, HttpResponse<InputStream> answer)
      throws IOException {
    JsonObject told = McpEvents.decoded(text(answer));
    String id = answer.headers().firstValue(SESSION).orElse(null);
    if (told != null && id != null && told.getValue("result") instanceof JsonObject result) {
      session = new Session(id, result.getString("protocolVersion", ""), first);
    }
    return told == null ? error(first, "HTTP status " + answer.statusCode()) : own(first, told);
  }

  /** An error about no request in particular is one about this. */
  private static JsonObject own(JsonObject request, JsonObject answer) {
    return answer.getValue("id") == null && answer.containsKey("error")
        ? answer.put("id", request.getValue("id"))
        : answer;
  }

  /** Sends a message, for whose answer there is so much time left. */
  private void pass(JsonObject message, Duration left) {
    try {
      if (!left.isPositive()) {
        throw new HttpTimeoutException("it did not answer what came before");
      }
      Session mine = session;
      HttpResponse<InputStream> answer = post(message, mine, left);
      if (answer.statusCode() == UNKNOWN_SESSION && mine != null && !isOver()) {
        text(answer);
        answer = post(message, again(mine), left);
      }
      relay(message, answer);
    } catch (IOException e) {
      lost(message, node.silent(e));
    } catch (RuntimeException e) {
      lost(message, "the message could not be sent: " + e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lost(JsonObject message, String why) {
    if (!Thread.currentThread().isInterrupted()) {
      host.log("a message was lost: " + why);
      unanswered(message, why);
    }
  }

  private void unanswered(JsonObject message, String why) {
    if (isRequest(message)) {
      host.write(error(message, why));
    }
  }

  private static boolean isRequest(JsonObject message) {
    return message.containsKey("id") && message.containsKey("method");
  }

  /** The session that takes the place of one that the node does not know any more. */
  private @Nullable Session again(Session lost) throws IOException, InterruptedException {
    beginning.lockInterruptibly();
    try {
      if (lost.equals(session)) {
        host.log("the node has lost the session; beginning another one");
        take(lost.first(), post(lost.first(), null));
        if (!lost.equals(session)) {
          goOn();
        }
      }
      return session;
    } finally {
      beginning.unlock();
    }
  }

  /** Does in a session that has begun anew what was done in the one before. */
  private void goOn() throws IOException, InterruptedException {
    JsonObject begun =
        new JsonObject().put("jsonrpc", "2.0").put("method", "notifications/initialized");
    text(post(begun, session));
    for (String uri : followed.all()) {
      text(post(McpFollowed.request(uri), session));
      // What became of it in between nobody knows.
      host.write(McpFollowed.updated(uri));
    }
  }

  private void relay(JsonObject message, HttpResponse<InputStream> answer) throws IOException {
    if (isStream(answer)) {
      relay(message, answer.body());
      return;
    }
    String body = text(answer);
    if (!isRequest(message)) {
      return;
    }
    JsonObject told = McpEvents.decoded(body);
    if (told != null && told.containsKey("result")) {
      followed.granted(message);
    }
    host.write(
        told != null && told.containsKey("jsonrpc")
            ? own(message, told)
            : error(message, "HTTP status " + answer.statusCode() + " " + body));
  }

  /** Passes on what is told before an answer, and the answer; where none comes it says so. */
  private void relay(JsonObject message, InputStream stream) {
    AtomicBoolean isAnswered = new AtomicBoolean();
    try {
      events.read(
          stream,
          told -> {
            if (!told.containsKey("method")) {
              isAnswered.set(true);
            }
            host.write(told);
          });
    } catch (IOException e) {
      host.log("an answer of the node broke off: " + e);
    }
    if (!isAnswered.get() && !Thread.currentThread().isInterrupted()) {
      unanswered(message, "the node's answer broke off");
    }
  }

  private static boolean isStream(HttpResponse<InputStream> answer) {
    return answer.headers().firstValue("content-type").orElse("").startsWith("text/event-stream");
  }

  private static JsonObject error(JsonObject request, String text) {
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("id", request.getValue("id"))
        .put("error", new JsonObject().put("code", REFUSED).put("message", text));
  }

  private static String text(HttpResponse<InputStream> answer) throws IOException {
    try (InputStream body = answer.body()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  /** Passes on what the node tells by itself, for as long as the host is there. */
  private void listen() {
    try {
      do {
        Session mine = session;
        if (mine != null) {
          hear(mine);
        }
      } while (!over.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOver() {
    return over.getCount() == 0;
  }

  private void hear(Session mine) throws InterruptedException {
    try {
      HttpRequest request = named(mine).header("accept", "text/event-stream").GET().build();
      HttpResponse<InputStream> stream = client.send(request, BodyHandlers.ofInputStream());
      if (isStream(stream)) {
        heard();
        events.read(stream.body(), host::write);
        return;
      }
      text(stream);
      if (stream.statusCode() == UNKNOWN_SESSION && !isOver()) {
        Session _ = again(mine);
      }
    } catch (IOException | RuntimeException e) {
      if (!isOver()) {
        host.log("the node's stream broke off: " + e.getMessage());
      }
    }
  }

  /** A stream is open; what became of resources since the one before it broke off nobody knows. */
  private void heard() {
    if (hasListened) {
      followed.all().forEach(uri -> host.write(McpFollowed.updated(uri)));
    }
    hasListened = true;
  }

  private HttpResponse<InputStream> post(JsonObject message, @Nullable Session within)
      throws IOException, InterruptedException {
    return post(message, within, LONGEST_ANSWER);
  }

  private HttpResponse<InputStream> post(
      JsonObject message, @Nullable Session within, Duration patience)
      throws IOException, InterruptedException {
    HttpRequest request =
        named(within)
            .timeout(patience)
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(message.encode()))
            .build();
    return client.send(request, BodyHandlers.ofInputStream());
  }

  private HttpRequest.Builder named(@Nullable Session within) {
    HttpRequest.Builder request = node.request(PATH);
    return within == null
        ? request
        : request.header(SESSION, within.id()).header("mcp-protocol-version", within.version());
  }

  /** The host is gone; so is its session. */
  private void end() throws InterruptedException {
    over.countDown();
    Session mine = session;
    if (mine == null) {
      return;
    }
    try {
      text(
          client.send(
              named(mine).timeout(LAST_ANSWERS).DELETE().build(), BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      host.log("the session could not be ended: " + e);
    }
  }
}
