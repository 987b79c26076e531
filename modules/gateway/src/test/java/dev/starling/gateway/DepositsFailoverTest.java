/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway without a router of its own and two nodes with one, joined by the real cluster. */
class DepositsFailoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Mesh> meshes =
      new ArrayList<>(LocalMesh.joined(3, new SimpleMeterRegistry(), "router"));
  private final Mesh mesh = meshes.getFirst();
  private final Context loop = mesh.vertx().getOrCreateContext();

  @AfterEach
  void stop() {
    meshes.forEach(one -> LocalMesh.await(one.leave()));
  }

  private <T> T onLoop(Supplier<T> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(ignored -> promise.complete(work.get()));
    return LocalMesh.await(promise.future());
  }

  private static List<String> ids(ScriptedRouter router) {
    return router.deposits().stream().map(Deposit::outcomeId).toList();
  }

  @Test
  void whatARouterThatLeavesDidNotAnswerGoesToTheOtherOneInOrder() {
    Map<String, ScriptedRouter> routers = new HashMap<>();
    for (Mesh other : meshes.subList(1, 3)) {
      routers.put(other.nodeId(), ScriptedRouter.serve(other, other.nodeId()));
    }
    RouterLinks links = new RouterLinks(mesh, new Registry(), (router, ack) -> {});
    Deposits deposits = new Deposits(mesh, links);
    follow(links, deposits);
    eventually("both routers serve", PATIENCE, () -> links.serving().size() == 2);

    LocalMesh.await(onLoop(() -> deposits.deposit(DepositsTest.deposit("a", "first"))));
    Mesh leaver =
        meshes.stream().filter(one -> hasDeposits(routers.get(one.nodeId()))).findFirst().get();
    ScriptedRouter owner = Objects.requireNonNull(routers.remove(leaver.nodeId()));
    ScriptedRouter understudy = routers.values().iterator().next();
    owner.holdDeposits();
    List<String> sent = IntStream.range(0, 30).mapToObj(i -> "o" + i).toList();
    List<Future<Routed>> all =
        onLoop(() ->
            sent.stream().map(id -> deposits.deposit(DepositsTest.deposit("a", id))).toList());
    eventually("the owner has them", PATIENCE, () -> ids(owner).containsAll(sent));
    meshes.remove(leaver);
    LocalMesh.await(leaver.leave());

    all.forEach(LocalMesh::await);
    assertThat(ids(understudy)).isEqualTo(sent);
    assertThat(understudy.deposits()).allMatch(Deposit::idFromClient);
    assertThat(onLoop(deposits::waiting)).isZero();
  }

  @Test
  void anOutcomeStaysBehindAnEarlierOneOfItsSourceWhenTheFirstRouterComesBack() {
    Map<String, ScriptedRouter> routers = new HashMap<>();
    for (Mesh other : meshes.subList(1, 3)) {
      routers.put(other.nodeId(), ScriptedRouter.serve(other, other.nodeId()));
    }
    RouterLinks links = new RouterLinks(mesh, new Registry(), (router, ack) -> {});
    Deposits deposits = new Deposits(mesh, links);
    follow(links, deposits);
    eventually("both routers serve", PATIENCE, () -> links.serving().size() == 2);

    LocalMesh.await(deposit(deposits, "first"));
    boolean isFirst = hasDeposits(routers.get(meshes.get(1).nodeId()));
    ScriptedRouter owner =
        Objects.requireNonNull(routers.get(meshes.get(isFirst ? 1 : 2).nodeId()));
    ScriptedRouter other =
        Objects.requireNonNull(routers.get(meshes.get(isFirst ? 2 : 1).nodeId()));
    owner.holdDeposits();
    Future<Routed> abandoned = deposit(deposits, "x1");
    eventually("the owner has x1", PATIENCE, () -> ids(owner).contains("x1"));
    owner.onFeed(feed -> ScriptedRouter.notServing());
    LocalMesh.await(abandoned);
    other.holdDeposits();
    Future<Routed> earlier = deposit(deposits, "x2");
    eventually("the other one has x2", PATIENCE, () -> ids(other).contains("x2"));
    owner.onFeed(feed -> ScriptedRouter.ack(true));
    eventually("both serve again", PATIENCE, () -> links.serving().size() == 2);

    // The owner answers what it was not waited for: this counts for nothing either.
    owner.release();
    Future<Routed> later = deposit(deposits, "x3");
    eventually(
        "x3 is there", PATIENCE, () -> ids(owner).contains("x3") || ids(other).contains("x3"));
    assertThat(earlier.isComplete()).isFalse();
    assertThat(ids(other)).containsExactly("x1", "x2", "x3");
    other.release();
    LocalMesh.await(earlier);
    LocalMesh.await(later);
    LocalMesh.await(deposit(deposits, "x4"));
    assertThat(ids(owner)).containsExactly("first", "x1", "x4");
    assertThat(onLoop(deposits::waiting)).isZero();
  }

  @Test
  void anOutcomeStaysBehindAnEarlierOneThatTheRouterOfTheSameProcessHoldsBack() {
    ScriptedRouter own = ScriptedRouter.serve(mesh, mesh.nodeId());
    List<ScriptedRouter> others =
        meshes.subList(1, 3).stream()
            .map(other -> ScriptedRouter.serve(other, other.nodeId()))
            .toList();
    RouterLinks links = new RouterLinks(mesh, new Registry(), (router, ack) -> {});
    Deposits deposits = new Deposits(mesh, links);
    follow(links, deposits);
    eventually("all routers serve", PATIENCE, () -> links.serving().size() == 3);

    own.holdDeposits();
    Future<Routed> first = deposit(deposits, "x1");
    eventually("the router has x1", PATIENCE, () -> ids(own).contains("x1"));
    own.onFeed(feed -> ScriptedRouter.notServing());
    eventually("it does not serve", PATIENCE, () -> links.serving().size() == 2);
    Future<Routed> second = deposit(deposits, "x2");
    eventually("it has x2 too", PATIENCE, () -> ids(own).equals(List.of("x1", "x2")));
    own.release();
    LocalMesh.await(first);
    LocalMesh.await(second);
    assertThat(others).noneMatch(DepositsFailoverTest::hasDeposits);
    LocalMesh.await(deposit(deposits, "x3"));
    assertThat(ids(own)).doesNotContain("x3");
  }

  private Future<Routed> deposit(Deposits deposits, String id) {
    return onLoop(() -> List.of(deposits.deposit(DepositsTest.deposit("a", id)))).getFirst();
  }

  private static boolean hasDeposits(@Nullable ScriptedRouter router) {
    return router != null && !router.deposits().isEmpty();
  }

  /** Keeps links and deposits as the gateway does. */
  private void follow(RouterLinks links, Deposits deposits) {
    mesh.listen((before, now) ->
        loop.runOnContext(ignored -> {
          links.viewIs(now);
          deposits.viewIs(now);
        }));
    onLoop(() -> {
      links.viewIs(mesh.view());
      return mesh.vertx()
          .setPeriodic(
              100,
              timer -> {
                links.tick();
                deposits.tick();
              });
    });
  }
}
