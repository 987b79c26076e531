/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A host's streams on one side, and on the other a node that forgets sessions when it is told. */
class McpRelayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final PipedOutputStream host = new PipedOutputStream();
  private final HttpClient client = HttpClient.newHttpClient();

  /** The sessions that the node knows. */
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();

  /** What streams wait for until they end. */
  private final List<CountDownLatch> streams = new CopyOnWriteArrayList<>();

  /** What came: the method of HTTP or of the message, the session, and the resource if any. */
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private HttpServer node;
  private Future<Integer> code;
  private int lastSession;

  @BeforeEach
  void start() throws IOException {
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.setExecutor(threads);
    node.createContext("/mcp", this::answer);
    node.start();
    NodeOptions at = new NodeOptions();
    NodeOptions _ =
        CommandLine.populateCommand(at, "--url", "http://127.0.0.1:" + node.getAddress().getPort());
    McpHostStreams streams =
        new McpHostStreams(
            new PipedInputStream(host), new PrintWriter(out, true), new PrintWriter(err, true));
    code = threads.submit(() -> new McpRelay(at, client, streams, McpRelay.SILENCE).run());
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
    assertThat(code.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
    forget();
    client.close();
    node.stop(0);
    threads.close();
  }

  /** The node knows no session any more, and ends their streams. */
  private void forget() {
    sessions.clear();
    streams.forEach(CountDownLatch::countDown);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String id = exchange.getRequestHeaders().getFirst("mcp-session-id");
      String method = exchange.getRequestMethod();
      if (method.equals("POST")) {
        post(exchange, new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      } else if (!isKnown(id)) {
        heard.add(method + " of nobody");
        exchange.sendResponseHeaders(404, -1);
      } else if (method.equals("DELETE")) {
        heard.add("DELETE " + id);
        forget();
        exchange.sendResponseHeaders(204, -1);
      } else {
        heard.add("GET " + id);
        stream(exchange);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isKnown(@Nullable String id) {
    return id != null && sessions.contains(id);
  }

  private void stream(HttpExchange exchange) throws IOException, InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    streams.add(over);
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    body.write(": \n\n".getBytes(UTF_8));
    body.flush();
    over.await();
  }

  private void post(HttpExchange exchange, JsonObject message) throws IOException {
    String method = message.getString("method");
    String id = exchange.getRequestHeaders().getFirst("mcp-session-id");
    JsonObject result = new JsonObject();
    if (method.equals("initialize")) {
      id = begin(exchange);
      result.put("protocolVersion", "2025-11-25");
    } else if (!isKnown(id)) {
      heard.add(method + " of nobody");
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    String uri = message.getJsonObject("params", new JsonObject()).getString("uri", "");
    heard.add((method + " " + id + " " + uri).strip());
    switch (method) {
      case "tools/call" -> waits(exchange);
      case "prompts/get" -> events(exchange).write("data: {oops\n\n".getBytes(UTF_8));
      default -> answer(exchange, message, id, result);
    }
  }

  private static OutputStream events(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("content-type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  /** Never answers, until its client is gone. */
  private void waits(HttpExchange exchange) throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    try {
      OutputStream body = events(exchange);
      do {
        body.write(": \n\n".getBytes(UTF_8));
        body.flush();
      } while (!over.await(20, TimeUnit.MILLISECONDS));
    } catch (IOException e) {
      heard.add("the wait was broken off");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(
      HttpExchange exchange, JsonObject message, @Nullable String id, JsonObject result)
      throws IOException {
    if (!message.containsKey("id")) {
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    JsonObject answer = new JsonObject().put("jsonrpc", "2.0").put("id", message.getValue("id"));
    byte[] bytes = answer.put("result", result.put("session", id)).encode().getBytes(UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private synchronized String begin(HttpExchange exchange) {
    String id = "s" + ++lastSession;
    sessions.add(id);
    exchange.getResponseHeaders().set("mcp-session-id", id);
    return id;
  }

  private void send(JsonObject message) throws IOException {
    host.write((message.put("jsonrpc", "2.0").encode() + "\n").getBytes(UTF_8));
    host.flush();
  }

  /** Sends a request and waits for its answer; the session that it was answered in. */
  private String ask(int id, String method, String uri) throws IOException {
    send(
        new JsonObject()
            .put("id", id)
            .put("method", method)
            .put("params", new JsonObject().put("uri", uri)));
    eventually("request " + id + " is answered", PATIENCE, () -> answer(id).isPresent());
    return answer(id).orElseThrow();
  }

  private Optional<String> answer(int id) {
    return out.toString()
        .lines()
        .map(JsonObject::new)
        .filter(one -> Integer.valueOf(id).equals(one.getValue("id")))
        .map(one -> one.getJsonObject("result").getString("session"))
        .findFirst();
  }

  private void hears(String what) {
    eventually("the node hears " + what, PATIENCE, () -> heard.contains(what));
  }

  private boolean isTold(String uri) {
    return out.toString()
        .lines()
        .anyMatch(line -> line.contains("resources/updated") && line.contains(uri));
  }

  @Test
  void aSessionThatIsLostIsBegunAnewWithWhatWasFollowed() throws Exception {
    assertThat(ask(1, "initialize", "")).isEqualTo("s1");
    assertThat(ask(2, "resources/subscribe", "mesh://agents")).isEqualTo("s1");
    assertThat(ask(3, "resources/subscribe", "mesh://tasks/t")).isEqualTo("s1");
    assertThat(ask(4, "resources/unsubscribe", "mesh://tasks/t")).isEqualTo("s1");
    hears("GET s1");
    sessions.clear();
    assertThat(ask(5, "tools/list", "")).isEqualTo("s2");
    assertThat(heard)
        .containsSubsequence(
            "tools/list of nobody",
            "initialize s2",
            "notifications/initialized s2",
            "resources/subscribe s2 mesh://agents",
            "tools/list s2")
        .doesNotContain("resources/subscribe s2 mesh://tasks/t");
    assertThat(isTold("mesh://agents")).isTrue();
    assertThat(isTold("mesh://tasks/t")).isFalse();
    assertThat(err.toString()).contains("the node has lost the session");
  }

  @Test
  void aHostThatOnlyListensGetsAnotherSessionTooAndIsAnsweredInIt() throws Exception {
    ask(1, "initialize", "");
    ask(2, "resources/subscribe", "mesh://agents");
    hears("GET s1");
    forget();
    hears("GET s2");
    assertThat(isTold("mesh://agents")).isTrue();
    assertThat(ask(3, "ping", "")).isEqualTo("s2");
    assertThat(lastSession).isEqualTo(2);
  }

  @Test
  void aHostThatBeginsTwiceFollowsNothingAndHasOneStream() throws Exception {
    ask(1, "initialize", "");
    ask(2, "resources/subscribe", "mesh://agents");
    hears("GET s1");
    assertThat(ask(3, "initialize", "")).isEqualTo("s2");
    forget();
    hears("GET s3");
    assertThat(heard).doesNotContain("resources/subscribe s3 mesh://agents");
    assertThat(heard.stream().filter("GET s3"::equals)).hasSize(1);
  }

  private static JsonObject waiting(int id) {
    JsonObject arguments = new JsonObject().put("wait_ms", 20_000);
    return new JsonObject()
        .put("id", id)
        .put("method", "tools/call")
        .put("params", new JsonObject().put("name", "outcome_poll").put("arguments", arguments));
  }

  private static JsonObject cancelled(int id) {
    return new JsonObject()
        .put("method", "notifications/cancelled")
        .put("params", new JsonObject().put("requestId", id));
  }

  private long count(String what) {
    return heard.stream().filter(what::equals).count();
  }

  @Test
  void messagesReachTheNodeInTheHostsOrderAndBeforeTheEnd() throws Exception {
    ask(1, "initialize", "");
    List<String> sent = new ArrayList<>();
    for (int i = 2; i < 60; i++) {
      JsonObject params = new JsonObject().put("uri", "mesh://agents/" + i);
      send(new JsonObject().put("id", i).put("method", "resources/read").put("params", params));
      sent.add("resources/read s1 mesh://agents/" + i);
    }
    host.close();
    hears("DELETE s1");
    sent.add("DELETE s1");
    assertThat(heard)
        .filteredOn(one -> one.startsWith("resources/read") || one.startsWith("DELETE"))
        .isEqualTo(sent);
  }

  @Test
  void aCallThatWaitsHoldsNobodyUpAndIsBrokenOffWhereItIsTakenBack() throws Exception {
    ask(1, "initialize", "");
    send(waiting(2));
    hears("tools/call s1");
    assertThat(ask(3, "ping", "")).isEqualTo("s1");
    send(cancelled(2));
    hears("the wait was broken off");
    send(waiting(4));
    send(cancelled(4));
    send(cancelled(5));
    assertThat(ask(6, "ping", "")).isEqualTo("s1");
    eventually(
        "nothing waits any more",
        PATIENCE,
        () -> count("tools/call s1") == count("the wait was broken off"));
    assertThat(out.toString()).doesNotContain("\"id\":2", "\"id\":4", "cancelled");
  }

  @Test
  void aPingPassesByWhatTheNodeIsSlowWith() throws Exception {
    ask(1, "initialize", "");
    JsonObject slow = new JsonObject().put("name", "agent_spawn");
    send(new JsonObject().put("id", 2).put("method", "tools/call").put("params", slow));
    hears("tools/call s1");
    assertThat(ask(3, "ping", "")).isEqualTo("s1");
    send(cancelled(2));
  }

  @Test
  void aStreamThatEndsWithoutAnAnswerIsToldToTheHost() throws Exception {
    ask(1, "initialize", "");
    send(new JsonObject().put("id", 2).put("method", "prompts/get"));
    eventually("it is answered", PATIENCE, () -> out.toString().contains("answer broke off"));
    assertThat(out.toString()).contains("\"id\":2");
    assertThat(err.toString()).contains("passed over an event");
  }

  @Test
  void whatIsFollowedMayHaveChangedWhenAStreamIsOpenedAnew() throws Exception {
    ask(1, "initialize", "");
    ask(2, "resources/subscribe", "mesh://agents");
    hears("GET s1");
    assertThat(isTold("mesh://agents")).isFalse();
    streams.forEach(CountDownLatch::countDown);
    eventually("there is another one", PATIENCE, () -> count("GET s1") == 2);
    eventually("the host is told", PATIENCE, () -> isTold("mesh://agents"));
    assertThat(lastSession).isEqualTo(1);
  }

  @Test
  void theSessionEndsWithTheHost() throws Exception {
    ask(1, "initialize", "");
    host.close();
    hears("DELETE s1");
  }

  @Test
  void aLineThatIsNoMessageIsPassedOver() throws Exception {
    ask(1, "initialize", "");
    host.write("hello\n\n[1]\n".getBytes(UTF_8));
    assertThat(ask(2, "ping", "")).isEqualTo("s1");
    assertThat(err.toString()).contains("passed over a line that is no JSON object");
  }
}
