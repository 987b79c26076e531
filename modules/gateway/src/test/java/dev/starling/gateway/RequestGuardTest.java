/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import dev.starling.testkit.RawWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running gateway lets in and what it turns away before anything else looks at it. */
class RequestGuardTest {
  private static final String HOST = "Host: localhost";
  private static final String FOREIGN = "Origin: https://attacker.example";
  private static final String LISTED = "Origin: https://app.example";
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET / HTTP/1.1",
          HOST,
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
  private static final int REQUESTS = 2_000;
  private static final int SOCKETS = 3;

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int http;
  private static int agents;

  @BeforeAll
  static void startGateway() {
    gateway = new TestGateway();
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    GatewayVerticle verticle =
        gateway.start(
            TestGateway.with(
                usual,
                new HttpAccess(
                    List.of("mesh.example"),
                    List.of("https://app.example"),
                    List.of(AddressRange.parse("127.0.0.0/8").orElseThrow()),
                    Duration.ofSeconds(1),
                    REQUESTS,
                    Optional.empty()),
                TestGateway.limits(SOCKETS)));
    http = LocalMesh.await(verticle.httpPort());
    agents = LocalMesh.await(verticle.agentPort());
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static double refused(String cause) {
    return gateway.count("starling.gateway.http.refused", "cause", cause);
  }

  @ParameterizedTest
  @CsvSource({
    "/,attacker.example",
    "/assets/page.js,attacker.example:3030",
    "/client/qis-browser-agent.js,attacker.example",
    "/health/live,10.0.0.1",
    "/metrics,localhost.attacker.example",
    "/api/mesh,attacker.example"
  })
  void aRequestUnderANameThatIsNotOursIs403(String path, String host) {
    double before = refused("host");
    Answer answer = RawHttp.send(http, "GET", path, "Host: " + host);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.error().getString("code")).isEqualTo("FORBIDDEN");
    assertThat(answer.error().getString("message")).contains("http.allowed-hosts");
    assertThat(refused("host")).isEqualTo(before + 1);
  }

  @Test
  void aSocketUnderANameThatIsNotOursIs403OnBothPorts() {
    for (Answer answer :
        List.of(
            RawHttp.upgrade(http, "/ws/qis", "Host: attacker.example"),
            RawHttp.upgrade(agents, "/", "Host: attacker.example:8765"))) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.error().getJsonObject("details").getString("host"))
          .isEqualTo("attacker.example");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "127.0.0.1:1", "[::1]:3030", "mesh.example", "MESH.EXAMPLE:443"})
  void ourOwnNamesAreTaken(String host) {
    assertThat(RawHttp.send(http, "GET", "/health/live", "Host: " + host).status()).isEqualTo(200);
    assertThat(RawHttp.upgrade(agents, "/", "Host: " + host).status()).isEqualTo(101);
  }

  @Test
  void noHostAndTwoHostsAre400() {
    assertThat(RawHttp.send(http, "GET", "/").error().getString("message")).contains("Host");
    assertThat(RawHttp.send(http, "GET", "/", HOST, "Host: mesh.example").status()).isEqualTo(400);
    assertThat(RawHttp.upgrade(agents, "/").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://attacker.example", "null", "http://mesh.example:1", "file://"})
  void aPageOfAnotherOriginIs403BeforeTheUpgradeAndOnRest(String origin) {
    double before = refused("origin");
    for (Answer answer :
        List.of(
            RawHttp.upgrade(http, "/ws/qis", HOST, "Origin: " + origin),
            RawHttp.upgrade(agents, "/", HOST, "Origin: " + origin),
            RawHttp.send(http, "GET", "/api/mesh", HOST, "Origin: " + origin),
            RawHttp.send(http, "POST", "/api/outcomes", HOST, "Origin: " + origin),
            RawHttp.send(http, "OPTIONS", "/api/outcomes", HOST, "Origin: " + origin))) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.error().getString("message")).contains("http.allowed-origins");
      assertThat(answer.header("access-control-allow-origin")).isEmpty();
      assertThat(answer.header("vary")).contains("origin");
    }
    assertThat(refused("origin")).isEqualTo(before + 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:9", "http://127.0.0.1", "https://app.example"})
  void aPageOfThisMachineOrAListedOneMayConnectAndRead(String origin) {
    assertThat(RawHttp.upgrade(http, "/ws/qis", HOST, "Origin: " + origin).status()).isEqualTo(101);
    Answer answer = RawHttp.send(http, "GET", "/api/mesh", HOST, "Origin: " + origin);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).contains(origin);
    assertThat(answer.header("access-control-allow-credentials")).isEmpty();
    assertThat(answer.header("vary")).contains("origin");
  }

  @Test
  void thePageThatANodeServesUnderItsNameMayConnect() {
    String host = "Host: mesh.example:8080";
    assertThat(RawHttp.upgrade(http, "/ws/qis", host, "Origin: http://mesh.example:8080").status())
        .isEqualTo(101);
    assertThat(RawHttp.upgrade(http, "/ws/qis", host, "Origin: https://mesh.example:8080").status())
        .isEqualTo(403);
  }

  @Test
  void aPreflightTellsWhatAListedPageMaySend() {
    Answer answer =
        RawHttp.send(
            http,
            "OPTIONS",
            "/api/outcomes",
            HOST,
            LISTED,
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization,content-type");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("access-control-allow-origin")).contains("https://app.example");
    assertThat(answer.header("access-control-allow-methods").orElse("")).contains("POST", "DELETE");
    assertThat(answer.header("access-control-allow-headers").orElse(""))
        .contains("authorization", "content-type");
    assertThat(answer.header("access-control-max-age")).isPresent();
  }

  @Test
  void thePublishedClientIsForPagesAnywhere() {
    Answer answer = RawHttp.send(http, "GET", "/client/qis-browser-agent.js", HOST, FOREIGN);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).contains("*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/client/../api/mesh", "/client/%2e%2e/api/mesh", "/client/x/../../api/mesh"})
  void aPathThatLeadsOutOfThePublishedClientIsNotPublished(String path) {
    assertThat(RawHttp.send(http, "GET", path, HOST, FOREIGN).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/assets/page.css", "/api/mesh", "/health/live", "/no/such", "/%zz"})
  void everyAnswerTellsBrowsersToBeCareful(String path) {
    Answer answer = RawHttp.send(http, "GET", path, HOST);
    assertThat(answer.header("x-content-type-options")).contains("nosniff");
    assertThat(answer.header("x-frame-options")).contains("DENY");
    assertThat(answer.header("referrer-policy")).contains("no-referrer");
    assertThat(answer.header("content-security-policy").orElse(""))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(answer.header("strict-transport-security")).isEmpty();
    assertThat(answer.header("server")).isEmpty();
  }

  @Test
  void whatIsNoRequestIsToldSo() {
    Answer line = RawHttp.send(http, "GET", "/" + "x".repeat(10_000), HOST);
    assertThat(line.status()).isEqualTo(414);
    assertThat(line.error().getString("message")).contains("line");
    Answer headers = RawHttp.send(http, "GET", "/", HOST, "X: " + "x".repeat(20_000));
    assertThat(headers.status()).isEqualTo(431);
    Answer garbage = RawHttp.exchange(http, "\u0001\u0002 / HTTP/9\r\nHost: localhost\r\n\r\n");
    assertThat(garbage.status()).isEqualTo(400);
    assertThat(garbage.header("x-content-type-options")).contains("nosniff");
  }

  @Test
  void methodsThatEchoOrTunnelAreRefused() {
    for (int port : List.of(http, agents)) {
      assertThat(RawHttp.send(port, "TRACE", "/", HOST).status()).isEqualTo(405);
      assertThat(RawHttp.send(port, "CONNECT", "/", HOST).status()).isEqualTo(405);
    }
  }

  @Test
  void clearTextStaysAtHttp1() {
    Answer answer =
        RawHttp.send(
            http,
            "GET",
            "/health/live",
            HOST,
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("live");
    Answer prior = RawHttp.exchange(http, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(prior.status()).isEqualTo(501);
  }

  @Test
  void socketsThatAreNoneAreToldWhyInJson() {
    Answer path = RawHttp.upgrade(http, "/ws/other", HOST);
    assertThat(path.status()).isEqualTo(404);
    assertThat(path.error().getString("message"))
        .isEqualTo(
            "path: expected one of /ws, /ws/voice, /ws/agents, /ws/analytics, /ws/qis,"
                + " got /ws/other");
    Answer other = RawHttp.upgrade(agents, "/ws/qis?token=secret", HOST);
    assertThat(other.status()).isEqualTo(404);
    assertThat(other.error().getString("message"))
        .isEqualTo("path: expected / on this port, http.port has the others, got /ws/qis");
    Answer plain = RawHttp.send(http, "GET", "/ws/qis", HOST);
    assertThat(plain.status()).isEqualTo(426);
    assertThat(plain.header("upgrade")).contains("websocket");
  }

  /** Each test of this one has an address of its own, told by a trusted proxy. */
  private static String from(String address) {
    return "X-Forwarded-For: " + address;
  }

  @Test
  void anAddressHasNoMoreSocketsThanItMayUntilOneCloses() throws IOException {
    String client = from("203.0.113.1");
    double before = refused("connections");
    Socket[] open = new Socket[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
      open[i] = upgraded(client);
    }
    Answer more = RawHttp.upgrade(agents, "/", HOST, client);
    assertThat(more.status()).isEqualTo(429);
    assertThat(more.error().getString("code")).isEqualTo("RATE_LIMITED");
    assertThat(more.error().getJsonObject("details").getInteger("limit")).isEqualTo(SOCKETS);
    assertThat(more.header("retry-after")).isPresent();
    assertThat(refused("connections")).isEqualTo(before + 1);
    assertThat(RawHttp.upgrade(agents, "/", HOST, from("203.0.113.2")).status()).isEqualTo(101);
    open[0].close();
    eventually(
        "there is room again",
        Duration.ofSeconds(10),
        () -> RawHttp.upgrade(agents, "/", HOST, client).status() == 101);
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Test
  void aPlainRequestForASocketIsToldToUpgradeItsConnection() {
    String request = String.join("\r\n", "GET /ws HTTP/1.1", HOST, "", "");
    RawHttp.Answer answer = RawHttp.exchange(http, request);
    assertThat(answer.status()).isEqualTo(426);
    assertThat(answer.header("upgrade")).contains("websocket");
    assertThat(answer.header("connection")).contains("Upgrade");
    assertThat(RawHttp.send(http, "GET", "/ws", HOST).header("connection")).contains("close");
  }

  private static Socket upgraded(String header) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), agents);
    socket.setSoTimeout(20_000);
    String request = String.join("\r\n", UPGRADE, "Sec-WebSocket-Version: 13", header, "", "");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
        .isEqualTo("HTTP/1.1 101");
    return socket;
  }

  @Test
  void anUpgradeThatFailsTakesNoPlace() throws IOException {
    String client = from("203.0.113.3");
    for (int i = 0; i < SOCKETS + 1; i++) {
      String request = String.join("\r\n", UPGRADE, "Sec-WebSocket-Version: 7777", client, "", "");
      assertThat(RawHttp.exchange(agents, request).status()).isEqualTo(426);
    }
    upgraded(client).close();
  }

  @Test
  void anAddressThatAsksTooOftenIsToldWhenToAskAgain() {
    String client = from("203.0.113.4");
    Answer first = RawHttp.send(http, "GET", "/api/mesh", HOST, client);
    assertThat(first.header("x-ratelimit-limit")).contains(Integer.toString(REQUESTS));
    assertThat(first.header("x-ratelimit-remaining")).contains(Integer.toString(REQUESTS - 1));
    assertThat(first.header("x-ratelimit-reset")).contains("1");
    Answer last = asMany(client, REQUESTS + 500);
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.error().getString("code")).isEqualTo("RATE_LIMITED");
    assertThat(last.header("x-ratelimit-remaining")).contains("0");
    assertThat(last.header("retry-after")).contains("1");
    assertThat(RawHttp.send(http, "GET", "/health/live", HOST, client).status()).isEqualTo(200);
    assertThat(RawHttp.send(http, "GET", "/metrics", HOST, client).status()).isEqualTo(200);
    assertThat(RawHttp.send(http, "GET", "/api/mesh", HOST, from("203.0.113.5")).status())
        .isEqualTo(200);
  }

  @Test
  void requestsThatBecomeSocketsAreCountedToo() {
    String client = from("203.0.113.6");
    double before = refused("rate");
    asMany(client, REQUESTS + 500);
    Answer answer = RawHttp.upgrade(agents, "/", HOST, client);
    // Some are let through in the time that all this takes.
    for (int i = 0; answer.status() == 101 && i < REQUESTS; i++) {
      asMany(client, 100);
      answer = RawHttp.upgrade(agents, "/", HOST, client);
    }
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.error().getString("message")).contains("requests a minute");
    assertThat(answer.header("retry-after")).isPresent();
    assertThat(refused("rate")).isGreaterThan(before);
  }

  /** Sends many requests on one connection, one behind the other; the last one's answer. */
  private static Answer asMany(String header, int requests) {
    String one = "GET /api/x HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http)) {
      socket.setSoTimeout(20_000);
      String all = (one + "\r\n").repeat(requests) + one + "Connection: close\r\n\r\n";
      Thread.ofVirtual().start(() -> write(socket, all));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      String last = answers.substring(answers.lastIndexOf("HTTP/1.1 "));
      String[] parts = last.split("\r\n\r\n", 2);
      List<String> head = List.of(parts[0].split("\r\n", -1));
      return new Answer(
          Integer.parseInt(head.getFirst().split(" ", 3)[1]),
          head.subList(1, head.size()),
          parts[1]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> beginnings() {
    return List.of(
        String.join("\r\n", "GET / HTTP/1.1", HOST, "X: "),
        String.join(
            "\r\n",
            "POST /api/outcomes HTTP/1.1",
            HOST,
            "Content-Type: application/json",
            "Content-Length: 100000",
            "",
            ""));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void aRequestThatTricklesIsEndedInTime(String beginning) throws IOException {
    double before = refused("slow");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http)) {
      socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
      eventually(
          "the connection is ended though something comes all the time",
          Duration.ofSeconds(20),
          () -> {
            try {
              socket.getOutputStream().write('x');
              return false;
            } catch (IOException ended) {
              return true;
            }
          });
    }
    assertThat(refused("slow")).isEqualTo(before + 1);
  }

  @Test
  void aConnectionBetweenTwoRequestsAndASocketAreNotTrickles() throws Exception {
    String ask = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http);
        RawWebSocket peer = RawWebSocket.connect(agents, "/")) {
      socket.setSoTimeout(20_000);
      double slow = refused("slow");
      try (Socket trickle = new Socket(InetAddress.getLoopbackAddress(), http)) {
        write(socket, ask);
        peer.sendText("{\"type\":\"ping\"}");
        write(trickle, "GET");
        eventually("the trickle is ended", Duration.ofSeconds(20), () -> refused("slow") > slow);
      }
      write(socket, ask);
      peer.sendText("{\"type\":\"ping\"}");
      assertThat(peer.readText()).contains("pong");
      assertThat(peer.readText()).contains("pong");
      byte[] answers = socket.getInputStream().readNBytes(200);
      assertThat(new String(answers, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
      assertThat(refused("slow")).isEqualTo(slow + 1);
    }
  }
}
