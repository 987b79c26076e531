/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.McpHttpClient.errorCode;
import static dev.starling.gateway.McpHttpClient.none;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawHttp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /mcp} as the transport "streamable HTTP" of MCP 2025-11-25 has it. */
class McpTransportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HOST = "Host: localhost";
  private static final String JSON = "Content-Type: application/json";

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway();
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    GatewayConfig plain =
        TestGateway.onLoops(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)), 2);
    port = LocalMesh.await(gateway.start(plain).httpPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static McpHttpClient client() {
    return new McpHttpClient(port, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://attacker.example", "null"})
  void aPageOfAnotherOriginGetsNowhere(String origin) {
    for (String method : List.of("POST", "GET", "DELETE", "OPTIONS")) {
      RawHttp.Answer answer =
          RawHttp.send(port, method, "/mcp", HOST, JSON, "Origin: " + origin, "Content-Length: 0");
      assertThat(answer.status()).as(method).isEqualTo(403);
      assertThat(answer.header("access-control-allow-origin")).isEmpty();
    }
  }

  @Test
  void aNameThatWasBoundToThisMachineAfterwardsGetsNowhere() {
    RawHttp.Answer answer =
        RawHttp.send(port, "POST", "/mcp", "Host: attacker.example", JSON, "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(403);
  }

  @Test
  void aPageOfThisMachineMayReadItsSession() {
    String origin = "http://localhost:6274";
    HttpResponse<String> begun =
        client()
            .send(
                client()
                    .request()
                    .header("origin", origin)
                    .POST(
                        BodyPublishers.ofString(
                            client()
                                .message(
                                    "initialize",
                                    new JsonObject().put("protocolVersion", "2025-11-25"))
                                .encode())));
    assertThat(begun.statusCode()).isEqualTo(200);
    assertThat(begun.headers().firstValue("access-control-allow-origin")).contains(origin);
    assertThat(begun.headers().firstValue("access-control-expose-headers").orElse(""))
        .contains("mcp-session-id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/json; charset=utf-16", "application/json-seq", ""})
  void aBodyThatSaysItIsNoJsonIsNotRead(String type) {
    RawHttp.Answer answer =
        RawHttp.send(port, "POST", "/mcp", HOST, "Content-Type: " + type, "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(415);
  }

  @Test
  void whatIsNotReadableToAStreamIsNoStream() {
    McpHttpClient client = client().begin();
    HttpResponse<String> answer =
        client.send(
            client
                .bare()
                .header("accept", "application/json")
                .header("mcp-session-id", client.session())
                .GET());
    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(answer.body()).contains("text/event-stream");
  }

  /** Nothing here needs events, so a client that cannot read them is served as well. */
  @ParameterizedTest
  @ValueSource(strings = {"application/json", "*/*", "text/html"})
  void aClientThatTakesNoEventsIsAnsweredInJson(String accept) {
    McpHttpClient client = client().begin();
    HttpResponse<String> answer =
        client.send(
            client
                .bare()
                .header("accept", accept)
                .header("content-type", "application/json")
                .header("mcp-session-id", client.session())
                .POST(BodyPublishers.ofString(client.message("ping", none()).encode())));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH"})
  void anotherMethodIsNotAllowed(String method) {
    RawHttp.Answer answer = RawHttp.send(port, method, "/mcp", HOST, JSON, "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow").orElse("")).contains("POST", "GET", "DELETE");
  }

  @Test
  void aVersionThatNobodySpeaksIsRefusedWhateverIsAsked() {
    McpHttpClient client = client().begin();
    assertThat(client.send(client.request().header("mcp-protocol-version", "2025").GET()).body())
        .contains("MCP-Protocol-Version");
    assertThat(
            client
                .send(client.request().header("mcp-protocol-version", "2025").DELETE())
                .statusCode())
        .isEqualTo(400);
    assertThat(client.status("ping")).isEqualTo(200);
  }

  @Test
  void aRequestOutsideOfASessionIs400AndOfOneThatIsOver404() {
    McpHttpClient client = client();
    String notification = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    for (int expected : List.of(400, 404)) {
      assertThat(client.status("tools/list")).isEqualTo(expected);
      assertThat(client.post(notification).statusCode()).isEqualTo(expected);
      assertThat(client.send(client.request().GET()).statusCode()).isEqualTo(expected);
      assertThat(client.leave()).isEqualTo(expected);
      client.session("7a1d0f9e-0000-4000-8000-000000000000");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|-32700",
        "''|-32700",
        "[]|-32600",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]|-32600",
        "null|-32600",
        "\"ping\"|-32600",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}|-32600",
        "{\"id\":1,\"method\":\"ping\"}|-32600",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}|-32600",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}|-32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}|-32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1]}|-32600",
        "{\"jsonrpc\":\"2.0\"}|-32600"
      })
  void whatIsNoMessageIsRefusedInTheWordsOfJsonRpc(String body, int code) {
    HttpResponse<String> answer = client().begin().post(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(errorCode(answer)).isEqualTo(code);
    assertThat(new JsonObject(answer.body()).getValue("id")).isNull();
  }

  @Test
  void aBodyNestedTooDeeplyIsNoJson() {
    HttpResponse<String> answer = client().begin().post("[".repeat(100_000));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(errorCode(answer)).isEqualTo(-32700);
  }

  @Test
  void answersAndNotificationsAreTakenWithoutAWord() {
    McpHttpClient client = client().begin();
    for (String body :
        List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":1,\"message\":\"no\"}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/of/whatever/kind\"}")) {
      HttpResponse<String> answer = client.post(body);
      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  void anIdOfTextIsRepeatedAsItIs() {
    McpHttpClient client = client().begin();
    JsonObject ping = client.message("ping", none()).put("id", "ä-1");
    assertThat(new JsonObject(client.post(ping.encode()).body()).getValue("id")).isEqualTo("ä-1");
  }

  @Test
  void aSessionsIdIsOfVisibleLettersAndNeverTheSame() {
    String one = client().begin().session();
    assertThat(one).matches("[\\x21-\\x7e]{32,}").isNotEqualTo(client().begin().session());
  }

  private static JsonObject uri(String uri) {
    return new JsonObject().put("uri", uri);
  }

  private static void register(String agentId) {
    client()
        .begin()
        .register(
            "changes",
            new JsonObject().put("agent_id", agentId).put("fingerprint", new JsonArray().add(1)));
  }

  @Test
  void aSecondStreamTakesThePlaceOfTheFirst() {
    McpHttpClient client = client().begin();
    client.result("resources/subscribe", uri("mesh://agents"));
    try (Stream<String> first = client.listen().body();
        Stream<String> second = client.listen().body()) {
      assertThat(first.filter(line -> line.startsWith("data"))).isEmpty();
      register("of-two-streams");
      assertThat(second.filter(line -> line.startsWith("data")).findFirst().orElseThrow())
          .contains("notifications/resources/updated", "mesh://agents");
    }
  }

  @Test
  void aStreamEndsWithItsSession() {
    McpHttpClient client = client().begin();
    try (Stream<String> lines = client.listen().body()) {
      client.leave();
      assertThat(lines.filter(line -> line.startsWith("data"))).isEmpty();
    }
  }

  @Test
  void whatChangedWhileAClientHadNoStreamIsToldOnTheNext() {
    McpHttpClient client = client().begin();
    String agent = "mesh://agents/while%20away";
    assertThat(client.result("resources/subscribe", uri(agent))).isEmpty();
    register("while away");
    try (Stream<String> lines = client.listen().body()) {
      assertThat(lines.filter(line -> line.startsWith("data")).findFirst().orElseThrow())
          .contains(agent);
    }
  }

  @Test
  void whatAStreamTellsThatBreaksOffIsToldAgainOnTheNext() {
    McpHttpClient client = client().begin();
    String agent = "mesh://agents/told-twice";
    client.result("resources/subscribe", uri(agent));
    client.result("resources/subscribe", uri("mesh://agents/never-told"));
    register("told-twice");
    for (int i = 0; i < 2; i++) {
      try (Stream<String> lines = client.listen().body()) {
        assertThat(lines.filter(line -> line.startsWith("data")).findFirst().orElseThrow())
            .contains(agent);
      }
    }
  }

  @Test
  void noMoreResourcesAreFollowedThanMayBe() {
    McpHttpClient client = client().begin();
    for (int i = 0; i < 100; i++) {
      client.result("resources/subscribe", uri("mesh://agents/" + i));
    }
    HttpResponse<String> refused = client.ask("resources/subscribe", uri("mesh://agents/more"));
    assertThat(errorCode(refused)).isEqualTo(-32602);
    client.result("resources/unsubscribe", uri("mesh://agents/0"));
    client.result("resources/subscribe", uri("mesh://agents/more"));
  }

  @Test
  void aClientThatGoesAwayIsWaitedForNoLonger() {
    McpHttpClient client = client().begin();
    client.register("away", new JsonObject().put("fingerprint", new JsonArray().add(1)));
    JsonObject poll = client.call("outcome_poll", new JsonObject().put("wait_ms", 20_000));
    var waiting = client.sending(poll);
    JsonObject same = poll.copy().put("method", "ping");
    eventually("it runs", PATIENCE, () -> client.post(same.encode()).body().contains("error"));
    waiting.cancel(true);
    eventually(
        "it does not run any more",
        Duration.ofSeconds(15),
        () -> !client.post(same.encode()).body().contains("error"));
  }
}
