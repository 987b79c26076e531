/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the pages of two gateways become one list, over the real bus between two nodes. */
class AgentRoutesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int ALL = 10_000;

  private static final List<ScriptedGateway> GATEWAYS = new ArrayList<>();
  private static int port;

  private final ScriptedGateway one = GATEWAYS.getFirst();
  private final ScriptedGateway other = GATEWAYS.getLast();

  /** A peer on the real bus that is asked as a gateway and says what the test has put into it. */
  private static final class ScriptedGateway {
    private final Mesh mesh;
    private final NavigableMap<String, AgentView> agents = new ConcurrentSkipListMap<>();
    private volatile int most = ALL;
    private volatile boolean silent;

    ScriptedGateway(Mesh mesh) {
      this.mesh = mesh;
    }

    void serve() {
      Promise<Void> served = Promise.promise();
      mesh.vertx()
          .runOnContext(go ->
              mesh.bus()
                  .serve(Addresses.gateway(mesh.nodeId()), this::answer)
                  .<Void>mapEmpty()
                  .onComplete(served));
      LocalMesh.await(served.future());
    }

    private Future<AgentsPage> answer(GatewayMessage message) {
      if (silent) {
        return Future.failedFuture(new RefusalException(ErrorCode.UNAVAILABLE, "not now"));
      }
      AgentsQuery query = (AgentsQuery) message;
      List<AgentView> behind = List.copyOf(agents.tailMap(query.after(), false).values());
      int page = Math.min(Math.min(query.limit(), most), behind.size());
      return Future.succeededFuture(new AgentsPage(behind.subList(0, page), page < behind.size()));
    }

    void hold(String agentId, long registeredMillis) {
      agents.put(
          agentId,
          new AgentView(
              agentId,
              mesh.nodeId(),
              "",
              0,
              0.75,
              registeredMillis,
              RawJson.EMPTY_OBJECT,
              RawJson.EMPTY_OBJECT));
    }
  }

  /** One answer: the ids of its agents, and where the next page begins; null at the end. */
  private record Page(List<String> ids, @Nullable String next, JsonObject whole) {}

  @BeforeAll
  static void join() {
    for (Mesh mesh : LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway")) {
      ScriptedGateway gateway = new ScriptedGateway(mesh);
      gateway.serve();
      GATEWAYS.add(gateway);
    }
    Mesh mesh = GATEWAYS.getFirst().mesh;
    Router routes = Router.router(mesh.vertx());
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Authenticator everyone = Authenticator.create(mesh.vertx(), AuthConfig.OPEN, registry);
    new AgentRoutes(mesh, new Access(everyone, new GatewayMetrics(registry))).mount(routes);
    port =
        LocalMesh.await(
                mesh.vertx().createHttpServer().requestHandler(routes).listen(0, "127.0.0.1"))
            .actualPort();
  }

  @AfterAll
  static void leave() {
    GATEWAYS.forEach(gateway -> LocalMesh.await(gateway.mesh.leave()));
    GATEWAYS.clear();
    HTTP.close();
  }

  @BeforeEach
  void begin() {
    for (ScriptedGateway gateway : GATEWAYS) {
      gateway.agents.clear();
      gateway.most = ALL;
      gateway.silent = false;
    }
  }

  private static Page get(String after, int limit) throws Exception {
    String path =
        "/api/agents?limit=" + limit + "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    JsonObject body = new JsonObject(HTTP.send(request, BodyHandlers.ofString()).body());
    List<String> ids =
        body.getJsonArray("agents").stream()
            .map(agent -> ((JsonObject) agent).getString("agent_id"))
            .toList();
    return new Page(ids, body.getString("next"), body);
  }

  private static List<Page> pages(int limit) throws Exception {
    List<Page> pages = new ArrayList<>();
    Page page = get("", limit);
    pages.add(page);
    while (page.next() != null) {
      page = get(page.next(), limit);
      pages.add(page);
    }
    return pages;
  }

  private static List<String> ids(List<Page> pages) {
    return pages.stream().flatMap(page -> page.ids().stream()).toList();
  }

  /** An id of letters that sort differently by unit, by code point and by alphabet. */
  private static String id(Random random) {
    List<String> letters = List.of("a", "B", "z", "é", " ", "&", "+", "%", "\uFF21", "😀");
    StringBuilder id = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      id.append(letters.get(random.nextInt(letters.size())));
    }
    return id.toString();
  }

  @Test
  void everyAgentIsOnOnePageAndInOrderWhereverTheGatewaysCutTheirs() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 40; round++) {
      begin();
      TreeSet<String> held = new TreeSet<>();
      for (int i = random.nextInt(60); i >= 0; i--) {
        String id = id(random);
        if (held.add(id)) {
          GATEWAYS.get(random.nextInt(2)).hold(id, i);
        }
      }
      one.most = 1 + random.nextInt(20);
      other.most = 1 + random.nextInt(20);
      int limit = 1 + random.nextInt(25);
      List<Page> pages = pages(limit);
      assertThat(ids(pages)).containsExactlyElementsOf(held);
      assertThat(pages).allMatch(page -> page.ids().size() <= limit);
      assertThat(pages).allMatch(page -> !page.whole().getBoolean("partial"));
    }
  }

  @Test
  void aPageIsFullWhereNoGatewayCutsAndTheLastHasNoNext() throws Exception {
    for (int i = 0; i < 12; i++) {
      GATEWAYS.get(i % 3 == 0 ? 0 : 1).hold("agent-%02d".formatted(i), i);
    }
    assertThat(pages(5)).extracting(page -> page.ids().size()).containsExactly(5, 5, 2);
    assertThat(pages(4)).extracting(page -> page.ids().size()).containsExactly(4, 4, 4);
    assertThat(pages(12)).hasSize(1);
    assertThat(pages(11)).extracting(Page::next).containsExactly("agent-10", null);
  }

  @Test
  void aPageBeginsBehindAnIdWhetherSomebodyHasItOrNot() throws Exception {
    one.hold("b", 1);
    other.hold("d", 1);
    assertThat(get("b", ALL).ids()).containsExactly("d");
    assertThat(get("c", ALL).ids()).containsExactly("d");
    assertThat(get("a", ALL).ids()).containsExactly("b", "d");
    Page behindAll = get("d", ALL);
    assertThat(behindAll.ids()).isEmpty();
    assertThat(behindAll.next()).isNull();
  }

  @Test
  void anAgentOfWhichTwoGatewaysTellIsListedOnceWhereItRegisteredLast() throws Exception {
    for (String id : List.of("a", "b", "c", "d")) {
      one.hold(id, 100);
    }
    other.hold("b", 200);
    other.hold("c", 50);
    for (int limit : new int[] {1, 2, 3, ALL}) {
      assertThat(ids(pages(limit))).as("limit %d", limit).containsExactly("a", "b", "c", "d");
    }
    assertThat(get("a", 1).whole().getJsonArray("agents").getJsonObject(0).getString("gateway"))
        .isEqualTo(other.mesh.nodeId());
    assertThat(get("b", 1).whole().getJsonArray("agents").getJsonObject(0).getString("gateway"))
        .isEqualTo(one.mesh.nodeId());
  }

  @Test
  void whoComesAndGoesBetweenPagesMovesNobodyElse() throws Exception {
    TreeMap<String, ScriptedGateway> staying = new TreeMap<>();
    for (int i = 0; i < 30; i++) {
      staying.put("agent-%02d".formatted(i), GATEWAYS.get(i % 2));
    }
    staying.forEach((id, gateway) -> gateway.hold(id, 1));
    List<String> seen = new ArrayList<>();
    String next = "";
    while (next != null) {
      Page page = get(next, 4);
      seen.addAll(page.ids());
      next = page.next();
      if (next != null) {
        one.hold(next + " and a bit", 1);
        other.hold("a", 1);
        staying.remove(next);
        GATEWAYS.forEach(gateway -> gateway.agents.remove(page.ids().getLast()));
      }
    }
    assertThat(seen).doesNotHaveDuplicates().isSorted().containsAll(staying.keySet());
    assertThat(Collections.frequency(seen, "a")).isZero();
  }

  @Test
  void agentsOfAGatewayThatDoesNotAnswerAreLeftOutAndTheListSaysSo() throws Exception {
    one.hold("a", 1);
    other.hold("b", 1);
    one.hold("c", 1);
    other.silent = true;
    List<Page> pages = pages(1);
    assertThat(ids(pages)).containsExactly("a", "c");
    assertThat(pages).allMatch(page -> page.whole().getBoolean("partial"));
  }
}
