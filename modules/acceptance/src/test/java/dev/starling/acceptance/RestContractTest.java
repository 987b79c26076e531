/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.Eventually;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node serves over HTTP beside the sockets, as contract sections 3 and 6 have it. */
class RestContractTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private static InProcessNode node;

  private final List<QisClient> clients = new ArrayList<>();

  @BeforeAll
  static void startNode() {
    node = InProcessNode.start();
  }

  @AfterAll
  static void stopNode() {
    node.close();
    HTTP.close();
  }

  @AfterEach
  void closeClients() {
    clients.forEach(QisClient::close);
    node.awaitNobody();
  }

  private QisClient agent(String id, double... fingerprint) {
    QisClient client = node.client();
    clients.add(client);
    client.register(id, fingerprint);
    return client;
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(to(path).build());
  }

  private static HttpResponse<String> post(String contentType, String body) throws Exception {
    HttpRequest.Builder request =
        to("/api/outcomes").POST(HttpRequest.BodyPublishers.ofString(body));
    return send(
        (contentType.isEmpty() ? request : request.header("Content-Type", contentType)).build());
  }

  private static HttpResponse<String> post(JsonObject body) throws Exception {
    return post("application/json", body.encode());
  }

  private static JsonObject packet(String payload, double... fingerprint) {
    JsonObject packet = new JsonObject().put("payload", payload);
    if (fingerprint.length > 0) {
      packet.put("fingerprint", QisClient.array(fingerprint));
    }
    return new JsonObject().put("packet", packet);
  }

  private static JsonObject error(HttpResponse<String> response) {
    JsonObject error = new JsonObject(response.body()).getJsonObject("error");
    assertThat(error.fieldNames()).containsExactly("code", "message", "details");
    return error;
  }

  @Test
  void anOutcomePostedByNobodyComesFromRestAndIsPushed() throws Exception {
    QisClient agent = agent("agent", 1, 0);
    HttpResponse<String> response = post(packet("p", 1, 0));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    JsonObject ack = new JsonObject(response.body());
    assertThat(ack.fieldNames())
        .containsExactly("type", "status", "outcome_id", "matches_found", "routed_to");
    assertThat(ack.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("agent"));
    JsonObject packet = agent.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getString("source_agent")).isEqualTo("rest:anonymous");
    assertThat(packet.getString("outcome_id")).isEqualTo(ack.getString("outcome_id"));
  }

  @Test
  void anOutcomePostedForAnAgentComesFromItWithItsFingerprint() throws Exception {
    QisClient source = agent("source", 1, 0);
    QisClient agent = agent("agent", 1, 0);
    JsonObject ack = new JsonObject(post(packet("p").put("agent_id", "source")).body());
    assertThat(ack.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("agent"));
    JsonObject packet = agent.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getString("source_agent")).isEqualTo("source");
    assertThat(packet.getJsonArray("fingerprint")).isEqualTo(QisClient.array(1, 0));
    assertThat(source.settle().pending()).isEmpty();
  }

  @Test
  void anOutcomeForAnAgentThatIsNotHereNeedsAFingerprintOfItsOwn() throws Exception {
    JsonObject refused = error(post(packet("p").put("agent_id", "nobody")));
    assertThat(refused.getString("code")).isEqualTo("INVALID_FINGERPRINT");
    assertThat(post(packet("p", 1).put("agent_id", "nobody")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", ""})
  void anotherContentTypeIs415(String contentType) throws Exception {
    HttpResponse<String> response = post(contentType, packet("p", 1).encode());
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(error(response).getString("message")).contains("application/json");
  }

  @Test
  void aContentTypeMayNameItsCharacterSet() throws Exception {
    String body = packet("p", 1).encode();
    assertThat(post("application/json; charset=utf-8", body).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|INVALID_JSON|",
        "[]|INVALID_JSON|",
        "{|INVALID_JSON|",
        "{} x|INVALID_JSON|",
        "{}|INVALID_MESSAGE|packet",
        "{\"packet\":17}|INVALID_MESSAGE|packet",
        "{\"packet\":{}}|INVALID_FINGERPRINT|packet.fingerprint",
        "{\"packet\":{\"fingerprint\":[]}}|INVALID_FINGERPRINT|packet.fingerprint",
        "{\"packet\":{\"fingerprint\":[1],\"confidence\":2}}|INVALID_CONFIDENCE|packet.confidence",
        "{\"packet\":{\"fingerprint\":[1],\"hops\":-1}}|INVALID_MESSAGE|packet.hops",
        "{\"agent_id\":17,\"packet\":{\"fingerprint\":[1]}}|INVALID_MESSAGE|agent_id"
      })
  void aBadBodyIs400AndNamesTheField(String body, String code, String field) throws Exception {
    HttpResponse<String> response = post("application/json", body);
    assertThat(response.statusCode()).isEqualTo(400);
    JsonObject error = error(response);
    assertThat(error.getString("code")).isEqualTo(code);
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo(field);
  }

  @Test
  void aBodyOverTheLimitIs413() throws Exception {
    JsonObject body = packet("x".repeat(InProcessNode.MAX_MESSAGE), 1);
    HttpResponse<String> response = post(body);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(error(response).getString("message")).contains("limits.max-message");
  }

  @Test
  void theRecentOutcomesTellWhereEachWent() throws Exception {
    agent("b", 1, 0.1);
    agent("a", 1, 0);
    long before = System.currentTimeMillis();
    post(packet("first", 1, 0));
    post(packet("second", 0, 1));
    JsonObject reply = new JsonObject(get("/api/outcomes?since=" + before + "&limit=2").body());
    assertThat(reply.getBoolean("partial")).isFalse();
    JsonObject second = reply.getJsonArray("outcomes").getJsonObject(0);
    assertThat(second.getJsonObject("packet").getString("payload")).isEqualTo("second");
    assertThat(second.getJsonArray("routed_to")).isEmpty();
    JsonObject first = reply.getJsonArray("outcomes").getJsonObject(1);
    assertThat(first.fieldNames())
        .containsExactly("packet", "routed_at", "status", "routed_to", "partial");
    assertThat(first.getLong("routed_at")).isGreaterThanOrEqualTo(before);
    assertThat(first.getString("status")).isEqualTo("routed");
    assertThat(first.getJsonArray("routed_to").encode())
        .isEqualTo(
            "[{\"agent_id\":\"a\",\"similarity\":1.0},{\"agent_id\":\"b\",\"similarity\":0.995}]");
    JsonObject one = new JsonObject(get("/api/outcomes?limit=1").body());
    assertThat(one.getJsonArray("outcomes")).hasSize(1);
    assertThat(one.getBoolean("more")).isTrue();
    long later = System.currentTimeMillis() + 60_000;
    JsonObject none = new JsonObject(get("/api/outcomes?since=" + later).body());
    assertThat(none.getJsonArray("outcomes")).isEmpty();
    assertThat(none.getBoolean("more")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/outcomes?limit=0",
        "/api/outcomes?limit=1001",
        "/api/outcomes?limit=x",
        "/api/outcomes?since=-1",
        "/api/agents?limit=0",
        "/api/agents?limit=-1",
        "/api/agents?limit=10001",
        "/api/agents?limit=99999999999999999999",
        "/api/agents?limit=1.5",
        "/api/agents?limit=",
        "/api/agents?limit=all&after=a"
      })
  void aBadQueryParameterIs400AndNamed(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(400);
    String field = path.substring(path.indexOf('?') + 1, path.indexOf('='));
    assertThat(error(response).getJsonObject("details").getString("field")).isEqualTo(field);
  }

  @Test
  void theAgentsComeInPagesInTheOrderOfTheirIds() throws Exception {
    for (String id : List.of("d", "b", "e", "a", "c")) {
      agent(id, 1, 0);
    }
    List<String> seen = new ArrayList<>();
    String next = "";
    int pages = 0;
    do {
      JsonObject page = new JsonObject(get("/api/agents?limit=2&after=" + next).body());
      page.getJsonArray("agents")
          .forEach(agent -> seen.add(((JsonObject) agent).getString("agent_id")));
      next = page.getString("next");
      pages++;
    } while (next != null);
    assertThat(seen).containsExactly("a", "b", "c", "d", "e");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void anAgentIsShownWithWhatItSaidOfItself() throws Exception {
    QisClient client = node.client();
    clients.add(client);
    client
        .send(
            "{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1,0],\"space\":\"s\","
                + "\"threshold\":0.8,\"meta\":{\"env\" : \"browser\"}}")
        .next("registered");
    agent("bare");
    JsonArray agents = new JsonObject(get("/api/agents").body()).getJsonArray("agents");
    JsonObject shown = agents.getJsonObject(0);
    assertThat(shown.fieldNames())
        .containsExactly(
            "agent_id",
            "gateway",
            "space",
            "dimension",
            "threshold",
            "registered_at",
            "meta",
            "state");
    assertThat(shown.getString("gateway")).isEqualTo(node.nodeId());
    assertThat(shown.getString("space")).isEqualTo("s");
    assertThat(shown.getInteger("dimension")).isEqualTo(2);
    assertThat(shown.getDouble("threshold")).isEqualTo(0.8);
    assertThat(shown.getJsonObject("meta").getString("env")).isEqualTo("browser");
    JsonObject bare = agents.getJsonObject(1);
    assertThat(bare.getString("space")).isNull();
    assertThat(bare.getInteger("dimension")).isZero();
    assertThat(bare.getJsonObject("meta")).isEmpty();
  }

  @Test
  void theMeshTellsItsNodesAndTotals() throws Exception {
    JsonObject before = totals();
    QisClient emitter = agent("a", 1, 0);
    QisClient receiver = agent("b", 1, 0);
    agent("c", 0, 1);
    emitter.emit("p");
    receiver.next("incoming_outcome");
    Eventually.eventually(
        "the counts are taken",
        Duration.ofSeconds(5),
        () -> totals().getInteger("agents") == 3 && totals().getInteger("pairsActivated") == 1);
    JsonObject after = totals();
    assertThat(after.getInteger("pairsPossible")).isEqualTo(3);
    assertThat(after.getLong("outcomes")).isEqualTo(before.getLong("outcomes") + 1);
    assertThat(after.getLong("deliveries")).isEqualTo(before.getLong("deliveries") + 1);
    JsonObject mesh = new JsonObject(get("/api/mesh").body());
    assertThat(mesh.getString("mesh")).isEqualTo("in-one-jvm");
    assertThat(mesh.getString("node")).isEqualTo(node.nodeId());
    JsonObject me = mesh.getJsonArray("nodes").getJsonObject(0);
    assertThat(me.getInteger("httpPort")).isEqualTo(node.httpPort());
    assertThat(me.getInteger("agentPort")).isEqualTo(node.agentPort());
    assertThat(me.getBoolean("answers")).isTrue();
    assertThat(me.getInteger("sessions")).isEqualTo(3);
    assertThat(me.getJsonArray("roles").encode())
        .isEqualTo(
            "[{\"role\":\"gateway\",\"state\":\"serving\"},"
                + "{\"role\":\"router\",\"state\":\"serving\"}]");
  }

  private static JsonObject totals() throws Exception {
    return new JsonObject(get("/api/mesh").body()).getJsonObject("totals");
  }

  @Test
  void healthTellsLiveAndReady() throws Exception {
    assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"live\"}");
    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(ready.body()).getString("status")).isEqualTo("ready");
    assertThat(new JsonObject(ready.body()).getJsonArray("missing")).isEmpty();
  }

  @Test
  void metricsHaveEveryFamily() throws Exception {
    QisClient emitter = agent("a", 1, 0);
    agent("b", 1, 0).send("bad").next("error");
    emitter.emit("p");
    HttpResponse<String> response = get("/metrics");
    assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(response.body())
        .contains(
            "starling_gateway_sessions ",
            "starling_gateway_agents ",
            "starling_gateway_messages_total ",
            "starling_gateway_deliveries_total ",
            "starling_gateway_refusals_total{code=\"invalid_json\"}",
            "starling_gateway_ack_seconds_bucket{",
            "starling_gateway_push_seconds_bucket{",
            "starling_router_agents ",
            "starling_router_outcomes_total{status=\"routed\"}",
            "starling_router_outcomes_partial_total ",
            "starling_router_matches_total ",
            "starling_router_routing_seconds_bucket{",
            "starling_fabric_messages_total{direction=\"local\",message=\"Deposit\"}",
            "starling_fabric_bytes_total{direction=\"sent\"}",
            "starling_fabric_undecodable_total ");
  }

  @Test
  void whatIsNotThereIs404() throws Exception {
    assertThat(get("/api/nothing").statusCode()).isEqualTo(404);
    assertThat(error(get("/api/nothing")).getString("message")).isEqualTo("no such resource");
    HttpResponse<String> noSuchMethod = send(to("/api/agents").DELETE().build());
    assertThat(noSuchMethod.statusCode()).isEqualTo(405);
    assertThat(error(noSuchMethod).getString("message")).contains("method");
    assertThat(noSuchMethod.headers().firstValue("allow")).contains("GET, HEAD, POST");
    HttpResponse<String> outcomes = send(to("/api/outcomes").DELETE().build());
    assertThat(outcomes.headers().firstValue("allow")).contains("GET, HEAD, POST");
  }

  /** A request that Java's client would not send, or whose answer it would not read. */
  private static String raw(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void anAddressThatCannotBeReadIsRefused() throws Exception {
    assertThat(raw("/%zz"))
        .startsWith("HTTP/1.1 400")
        .contains("{\"error\":{\"code\":\"INVALID_MESSAGE\"");
  }

  @Test
  void aSocketsAddressAsksForASocket() throws Exception {
    assertThat(raw("/ws/qis"))
        .startsWith("HTTP/1.1 426")
        .containsIgnoringCase("upgrade: websocket")
        .contains("connect with ws://");
  }

  @Test
  void thePageAndThePublishedClientAreServed() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'", "script-src 'self'", "connect-src 'self' ws: wss:");
    HttpResponse<String> client = get("/client/qis-browser-agent.js");
    assertThat(client.body()).contains("QISBrowserAgent");
    assertThat(client.headers().firstValue("access-control-allow-origin")).contains("*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/ready", "/metrics", "/api/mesh", "/api/agents", "/api/outcomes"})
  void headTellsWhatGetWouldAndSendsNoBody(String path) throws Exception {
    HttpResponse<String> head = send(to(path).HEAD().build());
    HttpResponse<String> whole = get(path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("content-type"))
        .isPresent()
        .isEqualTo(whole.headers().firstValue("content-type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/client/qis-browser-agent.js"})
  void headTellsHowLongAFileIs(String path) throws Exception {
    HttpResponse<String> head = send(to(path).HEAD().build());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("content-length"))
        .hasValue(get(path).body().getBytes(UTF_8).length);
  }
}
