/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.acceptance.ThreeNodes.objects;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose router holds as many registrations as {@code router.max-agents} lets it. */
class FullRouterTest {
  private static final int ROOM = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private static InProcessNode node;

  private final List<QisClient> clients = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private QisClient a;

  @SuppressWarnings("NullAway.Init")
  private QisClient b;

  @SuppressWarnings("NullAway.Init")
  private QisClient c;

  @BeforeAll
  static void startNode() {
    node = InProcessNode.start(ROOM);
  }

  @AfterAll
  static void stopNode() {
    node.close();
    HTTP.close();
  }

  @BeforeEach
  void fill() {
    a = agent("a");
    b = agent("b");
    c = agent("c");
  }

  @AfterEach
  void closeClients() {
    clients.forEach(QisClient::close);
    node.awaitNobody();
  }

  private QisClient client() {
    QisClient client = node.client();
    clients.add(client);
    return client;
  }

  private QisClient agent(String id) {
    QisClient client = client();
    client.register(id, 1, 0);
    return client;
  }

  private static QisClient ask(QisClient client, String id) {
    return client.send(
        new JsonObject()
            .put("type", "register")
            .put("id", "this one")
            .put("agent_id", id)
            .put("fingerprint", QisClient.array(1, 0)));
  }

  private static JsonObject refusal(QisClient client, String id) {
    return ask(client, id).next("error");
  }

  private static String get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path)).build();
    HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private static List<String> listed() throws Exception {
    return objects(new JsonObject(get("/api/agents")).getJsonArray("agents")).stream()
        .map(agent -> agent.getString("agent_id"))
        .toList();
  }

  /** The value of a metric that has one line; 0 where it has none yet. */
  private static double metric(String line) throws Exception {
    return get("/metrics")
        .lines()
        .filter(one -> one.startsWith(line + " "))
        .mapToDouble(one -> Double.parseDouble(one.substring(one.lastIndexOf(' ') + 1)))
        .sum();
  }

  private void leave(QisClient client) {
    clients.remove(client);
    client.close();
  }

  @Test
  void shouldRefuseAFurtherAgentAndNameTheSetting() {
    QisClient late = client();
    JsonObject refusal = refusal(late, "late");
    assertThat(refusal.getString("code")).isEqualTo("UNAVAILABLE");
    assertThat(refusal.getString("id")).isEqualTo("this one");
    assertThat(refusal.getString("message")).contains("full", "router.max-agents");
    assertThat(refusal.getJsonObject("details").getString("role")).isEqualTo("router");
    late.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1,0]}}");
    assertThat(late.next("error").getString("code")).isEqualTo("NOT_REGISTERED");
  }

  @Test
  void shouldCountTheRefusalAndStayReadyWithTheAgentsThatItHas() throws Exception {
    String refusals = "starling_gateway_refusals_total{code=\"unavailable\"}";
    double before = metric(refusals);
    refusal(client(), "late");
    assertThat(metric(refusals)).isEqualTo(before + 1);
    eventually(
        "the router's gauge says so", PATIENCE, () -> metric("starling_router_agents") == ROOM);
    assertThat(metric("starling_gateway_agents")).isEqualTo(ROOM);
    assertThat(new JsonObject(get("/health/ready")).getString("status")).isEqualTo("ready");
    JsonObject totals = new JsonObject(get("/api/mesh")).getJsonObject("totals");
    assertThat(totals.getInteger("agents")).isEqualTo(ROOM);
    assertThat(listed()).containsExactly("a", "b", "c");
  }

  @Test
  void shouldGoOnRoutingBetweenTheAgentsThatItHas() {
    QisClient late = client();
    refusal(late, "late");
    assertThat(named(a.emit("still here"))).containsExactly("b", "c");
    assertThat(b.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("still here");
    c.next("incoming_outcome");
    assertThat(late.settle().pending()).isEmpty();
  }

  @Test
  void shouldTakeANewAgentOnceOneHasLeft() throws Exception {
    QisClient late = client();
    refusal(late, "late");
    leave(b);
    eventually("it is out of the index", PATIENCE, () -> listed().size() == ROOM - 1);
    late.register("late", 1, 0);
    assertThat(named(a.emit("welcome"))).containsExactly("c", "late");
    late.next("incoming_outcome");
    assertThat(refusal(client(), "later").getString("code")).isEqualTo("UNAVAILABLE");
  }

  @Test
  void shouldLetAnAgentChangeWhatItIsAboutAndAnotherSessionTakeItOver() {
    a.register("a", 0, 1);
    assertThat(named(b.emit("x", 0, 1))).containsExactly("a");
    QisClient heir = agent("b");
    assertThat(b.next("error").getString("code")).isEqualTo("AGENT_MOVED");
    assertThat(named(c.emit("y"))).containsExactly("b");
    heir.next("incoming_outcome");
  }

  @Test
  void shouldLetASessionTakeAnotherIdSinceThatNeedsNoMoreRoom() throws Exception {
    b.register("renamed", 1, 0);
    assertThat(named(a.emit("x"))).containsExactly("c", "renamed");
    b.next("incoming_outcome");
    assertThat(listed()).containsExactly("a", "c", "renamed");
  }

  @Test
  void shouldHoldAsManyAsItMayHoweverAgentsComeAndGo() throws Exception {
    Random random = new Random(5);
    TreeMap<String, QisClient> here = new TreeMap<>();
    here.put("a", a);
    here.put("b", b);
    here.put("c", c);
    for (int step = 0; step < 60; step++) {
      String newcomer = "step-" + step;
      if (here.size() == ROOM) {
        refusal(client(), newcomer);
      } else {
        here.put(newcomer, agent(newcomer));
      }
      if (here.size() == ROOM && random.nextBoolean()) {
        String leaver = List.copyOf(here.keySet()).get(random.nextInt(ROOM));
        leave(Objects.requireNonNull(here.remove(leaver)));
        eventually("it is out", PATIENCE, () -> !node.routerHolder(leaver).isPresent());
      }
    }
    assertThat(listed()).containsExactlyElementsOf(here.keySet());
    QisClient emitter = Objects.requireNonNull(here.pollFirstEntry()).getValue();
    assertThat(named(emitter.emit("all"))).containsExactlyElementsOf(here.keySet());
  }
}
