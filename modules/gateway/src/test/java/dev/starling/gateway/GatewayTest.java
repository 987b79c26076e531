/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway makes of the messages that come to its address. */
class GatewayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Vertx CLIENTS = Vertx.vertx();
  private static int port;

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter router;

  @SuppressWarnings("NullAway.Init")
  private QisClient client;

  @BeforeAll
  static void startMesh() {
    gateway = new TestGateway();
    router = ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    port = gateway.deploy(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)));
  }

  @AfterAll
  static void stopMesh() {
    LocalMesh.await(CLIENTS.close());
    gateway.close();
  }

  @BeforeEach
  void connect() {
    router.forget();
    client = QisClient.connect(CLIENTS, port, "/");
  }

  @AfterEach
  void leave() {
    client.close();
    eventually(
        "nobody is registered",
        PATIENCE,
        () -> gateway.mesh().status().figures().getOrDefault("agents", -1L) == 0);
  }

  private static long incarnation() {
    return gateway.mesh().view().me().incarnation();
  }

  /** The registration that the router was told of last. */
  private static Registration told() {
    return router.feeds().stream()
        .flatMap(feed -> feed.changes().stream())
        .flatMap(change -> change instanceof Added added ? Stream.of(added) : Stream.empty())
        .map(Added::registration)
        .toList()
        .getLast();
  }

  private static void send(GatewayMessage message) {
    gateway.mesh().bus().send(Addresses.gateway(gateway.mesh().nodeId()), message);
  }

  private static Deliver deliver(long incarnation, String payload, long... keys) {
    RawJson packet = RawJson.of("{\"payload\":\"" + payload + "\"}");
    return new Deliver(
        incarnation, TestGateway.nextOutcome(), packet, keys, new double[keys.length], 0);
  }

  /** The same outcome as another router sends it, to the receivers that it found. */
  private static Deliver again(Deliver first, long... keys) {
    return new Deliver(
        first.incarnation(), first.outcome(), first.packet(), keys, new double[keys.length], 0);
  }

  private static List<String> payloads(QisClient client, int count) {
    return Stream.generate(() -> client.next("incoming_outcome"))
        .limit(count)
        .map(message -> message.getJsonObject("packet").getString("payload"))
        .toList();
  }

  private static double dropped(String cause) {
    return gateway.count("starling.gateway.drops", "cause", cause);
  }

  private static AgentsPage page(String after, int limit) {
    return LocalMesh.await(
        gateway
            .mesh()
            .bus()
            .request(
                Addresses.gateway(gateway.mesh().nodeId()),
                new AgentsQuery(after, limit),
                PATIENCE));
  }

  @Test
  void anOutcomeThatComesAgainFromAnotherRouterIsNotDeliveredAgain() {
    client.register("a", 1, 0);
    long key = told().key();
    Deliver first = deliver(incarnation(), "once", key);
    double before = dropped("repeated");
    send(first);
    send(first);
    send(deliver(incarnation(), "next", key));
    assertThat(client.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("once");
    assertThat(client.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("next");
    assertThat(dropped("repeated")).isEqualTo(before + 1);
  }

  @Test
  void aSecondRouterThatKnowsOfOneMoreReachesThatOneOnly() {
    try (QisClient second = QisClient.connect(CLIENTS, port, "/")) {
      client.register("a", 1, 0);
      long a = told().key();
      second.register("b", 1, 0);
      long b = told().key();
      Deliver first = deliver(incarnation(), "both", a);
      double before = dropped("repeated");
      send(first);
      send(again(first, a, b));
      send(deliver(incarnation(), "next", a, b));
      assertThat(payloads(client, 2)).containsExactly("both", "next");
      assertThat(payloads(second, 2)).containsExactly("both", "next");
      assertThat(dropped("repeated")).isEqualTo(before + 1);
    }
  }

  @Test
  void anOutcomeThatReachedNobodyReachesWhoCameMeanwhile() {
    client.register("a", 1, 0);
    long key = told().key();
    Deliver first = deliver(incarnation(), "late", key + 1000);
    double left = dropped("agent-left");
    double repeated = dropped("repeated");
    send(first);
    send(again(first, key));
    assertThat(payloads(client, 1)).containsExactly("late");
    assertThat(dropped("agent-left")).isEqualTo(left + 1);
    assertThat(dropped("repeated")).isEqualTo(repeated);
  }

  @Test
  void anAgentUnderANewKeyHasNotToHearAgainWhatItHad() {
    client.register("a", 1, 0);
    Deliver first = deliver(incarnation(), "once", told().key());
    send(first);
    assertThat(payloads(client, 1)).containsExactly("once");
    client.register("a", 0, 1);
    long key = told().key();
    assertThat(key).isNotEqualTo(first.keys()[0]);
    double before = dropped("repeated");
    send(again(first, key));
    send(deliver(incarnation(), "next", key));
    assertThat(payloads(client, 1)).containsExactly("next");
    assertThat(dropped("repeated")).isEqualTo(before + 1);
  }

  @Test
  void aDeliveryReachesThoseWhoAreHereAndCountsTheOthersAsGone() {
    client.register("a", 1, 0);
    long key = told().key();
    double before = dropped("agent-left");
    send(deliver(incarnation(), "x", key + 1000, key));
    JsonObject packet = client.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getString("payload")).isEqualTo("x");
    assertThat(dropped("agent-left")).isEqualTo(before + 1);
  }

  @Test
  void aDeliveryForAnotherIncarnationIsDropped() {
    client.register("a", 1, 0);
    long key = told().key();
    double before = dropped("stale-incarnation");
    send(deliver(incarnation() - 1, "stale", key));
    send(deliver(incarnation(), "fresh", key));
    JsonObject packet = client.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getString("payload")).isEqualTo("fresh");
    assertThat(dropped("stale-incarnation")).isEqualTo(before + 1);
  }

  @Test
  void anEvictionByALowerClaimOrForAnotherIncarnationIsNone() {
    client.register("a", 1, 0);
    Registration mine = told();
    long claim = mine.claim().number();
    send(new Evict(incarnation(), mine.key(), claim));
    send(new Evict(incarnation() - 1, mine.key(), claim + 1));
    send(deliver(incarnation(), "still here", mine.key()));
    client.next("incoming_outcome");
    assertThat(client.pending()).isEmpty();
    send(new Evict(incarnation(), mine.key(), claim + 1));
    assertThat(client.next("error").getString("code")).isEqualTo("AGENT_MOVED");
  }

  @Test
  void aPageOfAgentsSaysWhetherMoreFollow() {
    try (QisClient second = QisClient.connect(CLIENTS, port, "/")) {
      client.register("a", 1, 0);
      second.register("b", 1, 0);
      AgentsPage first = page("", 1);
      assertThat(first.agents().stream().map(AgentView::agentId)).containsExactly("a");
      assertThat(first.more()).isTrue();
      AgentsPage rest = page("a", 1);
      assertThat(rest.agents().stream().map(AgentView::agentId)).containsExactly("b");
      assertThat(rest.more()).isFalse();
    }
  }
}
