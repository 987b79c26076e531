/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.View;
import dev.starling.gateway.RouterLinks.Confirmation;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class RouterLinksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final AtomicInteger TESTS = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static Session session;

  private final Registry registry = new Registry();
  private final int test = TESTS.incrementAndGet();
  private final String one = "one-" + test;
  private final String two = "two-" + test;

  @SuppressWarnings("NullAway.Init")
  private ScriptedRouter first;

  @SuppressWarnings("NullAway.Init")
  private ScriptedRouter second;

  @SuppressWarnings("NullAway.Init")
  private RouterLinks links;

  @BeforeAll
  static void startMesh() {
    gateway = new TestGateway();
    session = gateway.session();
  }

  @AfterAll
  static void stopMesh() {
    gateway.close();
  }

  @BeforeEach
  void serveRouters() {
    first = ScriptedRouter.serve(gateway.mesh(), one);
    second = ScriptedRouter.serve(gateway.mesh(), two);
    links = new RouterLinks(gateway.mesh(), registry, (router, ack) -> {});
    viewIs(one, two);
    gateway.everyTick(links::tick);
    eventually("both serve", PATIENCE, () -> links.serving().equals(List.of(one, two)));
  }

  @AfterEach
  void closeLinks() {
    viewIs();
  }

  private void viewIs(String... routers) {
    String self = gateway.mesh().nodeId();
    TreeMap<String, NodeInfo> nodes = new TreeMap<>();
    nodes.put(self, node(self, "gateway"));
    for (String router : routers) {
      nodes.put(router, node(router, "router"));
    }
    gateway.runOnLoop(() -> links.viewIs(new View(self, nodes)));
  }

  private static NodeInfo node(String id, String role) {
    List<RoleState> roles = List.of(new RoleState(role, State.SERVING));
    return new NodeInfo(id, 1, id, "127.0.0.1", 1, 2, "test", 0, roles, List.of());
  }

  private Future<Confirmation> announceOne() {
    return gateway.onLoop(() -> {
      Held held = TestGateway.held(session, registry.nextKey(), "a");
      return links.announce(List.of(registry.add(held)));
    });
  }

  private static FeedAck ack(int agents) {
    return new FeedAck(true, System.nanoTime(), true, true, agents, List.of(), List.of());
  }

  @Test
  void aChangeIsConfirmedOnlyAfterEveryRouterHoldsIt() {
    second.holdFeeds();
    Future<Confirmation> confirmation = announceOne();
    eventually("the first was told", PATIENCE, () -> first.feeds().getLast().count() == 1);
    eventually("the second was told", PATIENCE, () -> second.feeds().getLast().count() == 1);
    assertThat(confirmation.isComplete()).isFalse();
    second.release();
    assertThat(LocalMesh.await(confirmation).confirmed()).isEqualTo(2);
  }

  @Test
  void theRouterThatKnowsMostTellsTheCount() {
    first.onFeed(feed -> ack(7));
    second.onFeed(feed -> ack(9));
    assertThat(LocalMesh.await(announceOne()).agents()).isEqualTo(9);
  }

  @Test
  void aRouterThatLeavesTheViewMayLiveAndIsWaitedForUntilItsLeaseIsOver() {
    second.holdFeeds();
    Future<Confirmation> confirmation = announceOne();
    viewIs(one);
    assertThat(links.serving()).containsExactly(one);
    assertThat(confirmation.isComplete()).isFalse();
    assertThat(LocalMesh.await(confirmation).confirmed()).isEqualTo(1);
  }

  @Test
  void aChangeAfterARouterLeftTheViewWaitsForItsLeaseToo() {
    viewIs(one);
    long left = System.nanoTime();
    assertThat(LocalMesh.await(announceOne()).confirmed()).isEqualTo(1);
    assertThat(Duration.ofNanos(System.nanoTime() - left))
        .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(8));
    // The lease is over: nothing waits for the router any more, which is forgotten.
    long before = System.nanoTime();
    LocalMesh.await(announceOne());
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(1_500));
    assertThat(gateway.onLoop(links::kept)).containsExactly(one);
  }

  @Test
  void aRouterThatLeftTheViewAndIsBackConfirmsForItself() {
    viewIs(one);
    viewIs(one, two);
    Future<Confirmation> confirmation = announceOne();
    assertThat(LocalMesh.await(confirmation).confirmed()).isEqualTo(2);
  }

  @Test
  void routersThatComeAndGoDoNotPileUp() {
    for (int i = 0; i < 50; i++) {
      viewIs(one);
      viewIs(one, two);
    }
    assertThat(LocalMesh.await(announceOne()).confirmed()).isEqualTo(2);
    eventually(
        "those that left are forgotten",
        PATIENCE,
        () -> gateway.onLoop(links::kept).equals(List.of(one, two)));
  }

  @Test
  void aRouterThatFallsSilentIsWaitedForUntilItsLeaseIsOver() {
    second.holdFeeds();
    long before = System.nanoTime();
    Confirmation confirmation = LocalMesh.await(announceOne());
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    assertThat(confirmation.confirmed()).isEqualTo(1);
    assertThat(took).isBetween(Duration.ofMillis(1_600), Duration.ofSeconds(8));
    eventually("it serves no more", PATIENCE, () -> links.serving().equals(List.of(one)));
    second.loseHeld();
    eventually("it serves again", PATIENCE, () -> links.serving().equals(List.of(one, two)));
  }

  @Test
  void withoutAnyRouterAChangeIsConfirmedByNone() {
    viewIs();
    assertThat(LocalMesh.await(announceOne()).confirmed()).isZero();
    assertThat(links.serving()).isEmpty();
    assertThat(gateway.onLoop(links::areMet)).isTrue();
  }

  @Test
  void aRouterThatComesIsToldEverythingBeforeItCountsAsMet() {
    viewIs(one);
    LocalMesh.await(announceOne());
    second.forget();
    second.holdFeeds();
    viewIs(one, two);
    assertThat(gateway.onLoop(links::areMet)).isFalse();
    second.release();
    eventually("it is met", PATIENCE, () -> gateway.onLoop(links::areMet));
    assertThat(second.feeds().getFirst().reset()).isTrue();
    assertThat(second.feeds().getFirst().count()).isEqualTo(1);
  }

  @Test
  void aRouterThatNeverAnswersKeepsNobodyWaitingForLong() {
    viewIs(one);
    second.holdFeeds();
    viewIs(one, two);
    assertThat(gateway.onLoop(links::areMet)).isFalse();
    assertThat(LocalMesh.await(announceOne()).confirmed()).isEqualTo(1);
    assertThat(gateway.onLoop(links::areMet)).isTrue();
    assertThat(links.serving()).containsExactly(one);
  }
}
