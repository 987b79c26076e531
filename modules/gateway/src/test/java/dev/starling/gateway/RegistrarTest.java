/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.protocol.mesh.RouterMessage.Change.Removed;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway on a real mesh of two nodes; the test plays both routers and the other gateway. */
class RegistrarTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration BEFORE_THE_LEASE_IS_OVER = Duration.ofMillis(1_500);
  private static final long THEIR_KEY = 77;
  private static final PrometheusMeterRegistry METRICS =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private static final Vertx CLIENTS = Vertx.vertx();
  private static final List<Evict> EVICTED = Collections.synchronizedList(new ArrayList<>());
  private static int ids;
  private static int port;

  @SuppressWarnings("NullAway.Init")
  private static List<Mesh> meshes;

  @SuppressWarnings("NullAway.Init")
  private static Mesh mesh;

  @SuppressWarnings("NullAway.Init")
  private static Mesh otherMesh;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter near;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter far;

  private final String id = "agent-" + ids++;
  private final List<QisClient> clients = new ArrayList<>();

  @BeforeAll
  static void startMesh() {
    meshes = LocalMesh.joined(2, METRICS, "gateway", "router");
    mesh = meshes.getFirst();
    otherMesh = meshes.getLast();
    near = ScriptedRouter.serve(mesh, mesh.nodeId());
    far = ScriptedRouter.serve(otherMesh, otherMesh.nodeId());
    LocalMesh.await(
        onLoop(
            otherMesh,
            () ->
                otherMesh
                    .bus()
                    .serve(Addresses.gateway(otherMesh.nodeId()), RegistrarTest::otherGateway)));
    GatewayVerticle verticle =
        new GatewayVerticle(
            mesh,
            TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            true);
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    port = LocalMesh.await(verticle.agentPort());
  }

  private static <T> Future<T> onLoop(Mesh where, Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    where.vertx().runOnContext(ignored -> work.get().onComplete(promise));
    return promise.future();
  }

  private static @Nullable Future<? extends MeshMessage> otherGateway(GatewayMessage message) {
    if (message instanceof Evict evict) {
      EVICTED.add(evict);
      return null;
    }
    return Future.succeededFuture(new AgentsPage(List.of(), false));
  }

  @AfterAll
  static void stopMesh() {
    LocalMesh.await(CLIENTS.close());
    meshes.forEach(one -> LocalMesh.await(one.leave()));
  }

  @BeforeEach
  void play() {
    for (ScriptedRouter router : List.of(near, far)) {
      router.onClaim(claim -> near.granted(null, 0)).onFeed(feed -> ScriptedRouter.ack(true));
      router.forget();
    }
    awaitSent();
    EVICTED.clear();
  }

  @AfterEach
  void leave() {
    near.release();
    far.release();
    clients.forEach(QisClient::close);
    eventually(
        "nobody is registered",
        PATIENCE,
        () -> mesh.status().figures().getOrDefault("agents", -1L) == 0);
  }

  private QisClient connect() {
    QisClient client = QisClient.connect(CLIENTS, port, "/");
    clients.add(client);
    return client;
  }

  private static QisClient ask(QisClient client, String agentId) {
    return client.send(
        new JsonObject()
            .put("type", "register")
            .put("agent_id", agentId)
            .put("fingerprint", QisClient.array(1, 0)));
  }

  /** Lets the other gateway hold the id. */
  private static void isHeldElsewhere() {
    for (ScriptedRouter router : List.of(near, far)) {
      router.onClaim(claim -> near.granted(otherMesh.nodeId(), THEIR_KEY));
    }
  }

  /**
   * What a router was told of an agent id, in order: + for one of its registrations, - for gone.
   */
  private static List<String> toldOf(ScriptedRouter router, String agentId) {
    List<Change> changes =
        router.feeds().stream().flatMap(feed -> feed.changes().stream()).toList();
    List<Long> keys = keys(changes.stream(), agentId);
    return changes.stream()
        .flatMap(change ->
            switch (change) {
              case Added added when keys.contains(added.registration().key()) ->
                  Stream.of("+" + keys.indexOf(added.registration().key()));
              case Removed removed when keys.contains(removed.key()) ->
                  Stream.of("-" + keys.indexOf(removed.key()));
              default -> Stream.<String>empty();
            })
        .toList();
  }

  private static List<Long> keys(Stream<Change> changes, String agentId) {
    return changes
        .flatMap(change -> change instanceof Added added ? Stream.of(added) : Stream.empty())
        .map(Added::registration)
        .filter(one -> one.agentId().equals(agentId))
        .map(one -> one.key())
        .distinct()
        .toList();
  }

  private static long lastKey(String agentId) {
    return keys(near.feeds().stream().flatMap(feed -> feed.changes().stream()), agentId).getLast();
  }

  private static void awaitTold(ScriptedRouter router, String agentId, String... changes) {
    eventually(
        "the router was told " + List.of(changes),
        PATIENCE,
        () -> toldOf(router, agentId).equals(List.of(changes)));
  }

  /** What the gateway sent the other one before has arrived there. */
  private static void awaitSent() {
    LocalMesh.await(
        onLoop(
            mesh,
            () ->
                mesh.bus()
                    .request(
                        Addresses.gateway(otherMesh.nodeId()), new AgentsQuery("", 1), PATIENCE)));
  }

  private static void evictHere(long key) {
    send(new Evict(mesh.view().me().incarnation(), key, Long.MAX_VALUE));
  }

  private static void send(GatewayMessage message) {
    otherMesh.bus().send(Addresses.gateway(mesh.nodeId()), message);
  }

  /** From its next answer on, once, a router says that a registration is outdone. */
  private static void saysOutdone(ScriptedRouter router, long key) {
    boolean[] said = {false};
    router.onFeed(feed -> {
      List<Long> keys = said[0] ? List.of() : List.of(key);
      said[0] = true;
      return ScriptedRouter.outdone(keys);
    });
  }

  private static void assertMovedOnce(QisClient client) {
    assertThat(client.next("error").getString("code")).isEqualTo("AGENT_MOVED");
    assertThat(client.settle().pending()).isEmpty();
  }

  private static void assertIsRegistered(QisClient client, boolean registered) {
    client.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1,0]}}");
    if (registered) {
      client.next("outcome_ack");
    } else {
      assertThat(client.next("error").getString("code")).isEqualTo("NOT_REGISTERED");
    }
  }

  @Test
  void theGatewayThatHeldAnIdIsToldOnceEveryRouterHoldsTheNewRegistration() {
    isHeldElsewhere();
    far.holdFeeds();
    QisClient client = ask(connect(), id);
    awaitTold(near, id, "+0");
    awaitTold(far, id, "+0");
    awaitSent();
    assertThat(EVICTED).isEmpty();
    far.release();
    client.next("registered");
    eventually("it is told", PATIENCE, () -> !EVICTED.isEmpty());
    assertThat(EVICTED)
        .singleElement()
        .satisfies(evict -> assertThat(evict.key()).isEqualTo(THEIR_KEY))
        .satisfies(evict ->
            assertThat(evict.incarnation()).isEqualTo(otherMesh.view().me().incarnation()));
  }

  @Test
  void theGatewayThatHeldAnIdIsToldThoughARouterLostItsLease() {
    isHeldElsewhere();
    far.holdFeeds();
    QisClient client = ask(connect(), id);
    client.next("registered");
    eventually("it is told", PATIENCE, () -> EVICTED.size() == 1);
  }

  @Test
  void anEvictedRegistrationIsTakenBackAndItsSessionToldOnce() {
    QisClient client = connect();
    client.register(id, 1, 0);
    long key = lastKey(id);
    saysOutdone(near, key);
    saysOutdone(far, key);
    evictHere(key);
    evictHere(key);
    assertMovedOnce(client);
    awaitTold(near, id, "+0", "-0");
    awaitTold(far, id, "+0", "-0");
    evictHere(key);
    assertIsRegistered(client, false);
    assertThat(client.settle().pending()).isEmpty();
  }

  private static void awaitAsked(ScriptedRouter router, int times) {
    int before = router.feeds().size();
    eventually("it is asked", PATIENCE, () -> router.feeds().size() >= before + times);
  }

  @Test
  void aRegistrationThatOneRouterSaysIsOutdoneStaysUntilAllDo() {
    QisClient client = connect();
    client.register(id, 1, 0);
    long key = lastKey(id);
    saysOutdone(near, key);
    awaitAsked(far, 3);
    assertThat(toldOf(near, id)).containsExactly("+0");
    assertThat(toldOf(far, id)).containsExactly("+0");
    assertThat(client.settle().pending()).isEmpty();
    saysOutdone(far, key);
    eventually(
        "it is taken back",
        BEFORE_THE_LEASE_IS_OVER,
        () -> toldOf(far, id).equals(List.of("+0", "-0")));
    assertMovedOnce(client);
    assertIsRegistered(client, false);
  }

  @Test
  void aRouterThatNeverSaysThatARegistrationIsOutdoneIsNotWaitedForForEver() {
    QisClient client = connect();
    client.register(id, 1, 0);
    saysOutdone(near, lastKey(id));
    assertMovedOnce(client);
    awaitTold(far, id, "+0", "-0");
  }

  @Test
  void aSessionThatLosesItsIdBeforeTheReplyIsToldSoInTheReply() {
    far.holdFeeds();
    QisClient client = ask(connect(), id);
    awaitTold(near, id, "+0");
    awaitTold(far, id, "+0");
    evictHere(lastKey(id));
    awaitTold(near, id, "+0", "-0");
    assertThat(client.pending()).isEmpty();
    far.release();
    assertMovedOnce(client);
    assertIsRegistered(client, false);
  }

  @Test
  void theReplyWaitsForTheWordOfEveryRouterWhereOneSaysThatTheIdIsLost() {
    near.onFeed(feed -> ScriptedRouter.outdone(keys(feed.changes().stream(), id)));
    QisClient client = ask(connect(), id);
    awaitTold(far, id, "+0");
    awaitAsked(far, 2);
    assertThat(client.pending()).isEmpty();
    saysOutdone(far, lastKey(id));
    assertMovedOnce(client);
    assertIsRegistered(client, false);
  }

  @Test
  void anotherSessionOfTheGatewayTakesAnIdOverInOneFeed() {
    QisClient old = connect();
    old.register(id, 1, 0);
    QisClient now = connect();
    now.register(id, 1, 0);
    assertMovedOnce(old);
    assertThat(toldOf(near, id)).containsExactly("+0", "+1", "-0");
    assertThat(near.feeds().stream().filter(feed -> feed.changes().size() == 2)).hasSize(1);
    assertIsRegistered(old, false);
    assertIsRegistered(now, true);
  }

  @Test
  void whatIsOnTheWayToAnIdFollowsItToAnotherSessionOfTheGateway() {
    QisClient old = connect();
    old.register(id, 1, 0);
    long key = lastKey(id);
    far.holdFeeds();
    QisClient now = ask(connect(), id);
    assertMovedOnce(old);
    send(deliver(key));
    now.next("incoming_outcome");
    far.release();
    now.next("registered");
  }

  @Test
  void whatIsOnTheWayToAnEvictedRegistrationStillArrives() {
    QisClient client = connect();
    client.register(id, 1, 0);
    long key = lastKey(id);
    far.holdFeeds();
    evictHere(key);
    assertMovedOnce(client);
    send(deliver(key));
    client.next("incoming_outcome");
  }

  private static Deliver deliver(long key) {
    return new Deliver(
        mesh.view().me().incarnation(),
        TestGateway.nextOutcome(),
        RawJson.of("{\"outcome_id\":\"x\"}"),
        new long[] {key},
        new double[] {1},
        0);
  }

  @Test
  void aSessionWhoseNewIdFindsNoRoomStaysWhatItWas() {
    QisClient client = connect();
    client.register(id, 1, 0);
    String refused = id + "-refused";
    near.onFeed(feed -> ScriptedRouter.full(keys(feed.changes().stream(), refused)));
    assertThat(ask(client, refused).next("error").getString("code")).isEqualTo("UNAVAILABLE");
    awaitTold(near, id, "+0", "-0", "+0");
    awaitTold(near, refused, "+0", "-0");
    assertIsRegistered(client, true);
  }

  @Test
  void aSessionThatLosesItsOwnIdDoesNotGetItsFormerRegistrationBack() {
    QisClient client = connect();
    client.register(id, 1, 0);
    for (ScriptedRouter router : List.of(near, far)) {
      router.onFeed(feed -> ScriptedRouter.outdone(keys(feed.changes().stream(), id)));
    }
    ask(client, id);
    assertMovedOnce(client);
    awaitTold(near, id, "+0", "+1", "-0", "-1");
    awaitTold(far, id, "+0", "+1", "-0", "-1");
    assertIsRegistered(client, false);
    // A registration behind it: what the failed one gave rise to was announced before.
    connect().register(id + "-fence", 0, 1);
    awaitTold(near, id, "+0", "+1", "-0", "-1");
    assertThat(client.settle().pending()).isEmpty();
  }

  @Test
  void aSessionThatLosesAnotherIdStaysWhatItWas() {
    QisClient client = connect();
    client.register(id, 1, 0);
    String wanted = id + "-wanted";
    for (ScriptedRouter router : List.of(near, far)) {
      router.onFeed(feed -> ScriptedRouter.outdone(keys(feed.changes().stream(), wanted)));
    }
    ask(client, wanted);
    assertMovedOnce(client);
    awaitTold(near, id, "+0", "-0", "+0");
    awaitTold(near, wanted, "+0", "-0");
    assertIsRegistered(client, true);
  }

  @Test
  void aSessionThatEndsBeforeTheReplyIsRegisteredNoMore() {
    far.holdFeeds();
    QisClient client = ask(connect(), id);
    awaitTold(near, id, "+0");
    client.close();
    awaitTold(near, id, "+0", "-0");
    far.release();
    awaitTold(far, id, "+0", "-0");
  }
}
