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
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway without a router of its own and two nodes with one, joined by the real cluster. */
class DepositsFailoverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Mesh> meshes =
      new ArrayList<>(LocalMesh.joined(3, new SimpleMeterRegistry(), "router"));
  private final Mesh mesh = meshes.getFirst();
  private final Context loop = mesh.vertx().getOrCreateContext();
  private final RouterLinks links = new RouterLinks(mesh, new Registry(), (router, ack) -> {});
  private final Deposits deposits = new Deposits(mesh, links);

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

  /** The router that outcomes of agent {@code a} go to, and the one that they go to without it. */
  private record Line(Mesh owning, ScriptedRouter owner, ScriptedRouter understudy) {}

  /** Two other nodes' routers, of which one has taken the outcome {@code first}. */
  private Line line() {
    follow();
    Mesh one = meshes.get(1);
    Mesh two = meshes.get(2);
    ScriptedRouter ofOne = ScriptedRouter.serve(one, one.nodeId());
    ScriptedRouter ofTwo = ScriptedRouter.serve(two, two.nodeId());
    eventually("both routers serve", PATIENCE, () -> links.serving().size() == 2);
    LocalMesh.await(deposit("first"));
    return ids(ofOne).isEmpty() ? new Line(two, ofTwo, ofOne) : new Line(one, ofOne, ofTwo);
  }

  @Test
  void whatARouterThatLeavesDidNotAnswerGoesToTheOtherOneInOrder() {
    Line line = line();
    line.owner().holdDeposits();
    List<String> sent = IntStream.range(0, 30).mapToObj(i -> "o" + i).toList();
    List<Future<Routed>> all =
        onLoop(() ->
            sent.stream().map(id -> deposits.deposit(DepositsTest.deposit("a", id))).toList());
    eventually("the owner has them", PATIENCE, () -> ids(line.owner()).containsAll(sent));
    meshes.remove(line.owning());
    LocalMesh.await(line.owning().leave());

    all.forEach(LocalMesh::await);
    assertThat(ids(line.understudy())).isEqualTo(sent);
    assertThat(line.understudy().deposits()).allMatch(Deposit::idFromClient);
    assertThat(onLoop(deposits::waiting)).isZero();
  }

  @Test
  void anOutcomeStaysBehindAnEarlierOneOfItsSourceWhenTheFirstRouterComesBack() {
    Line line = line();
    line.owner().holdDeposits();
    Future<Routed> abandoned = deposit("x1");
    eventually("the owner has x1", PATIENCE, () -> ids(line.owner()).contains("x1"));
    line.owner().holdFeeds();
    LocalMesh.await(abandoned);
    line.understudy().holdDeposits();
    Future<Routed> earlier = deposit("x2");
    eventually("the other one has x2", PATIENCE, () -> ids(line.understudy()).contains("x2"));
    line.owner().answerFeeds();
    eventually("both serve again", PATIENCE, () -> links.serving().size() == 2);

    // The owner answers what it was not waited for: this counts for nothing either.
    line.owner().release();
    Future<Routed> later = deposit("x3");
    eventually(
        "x3 is there",
        PATIENCE,
        () -> ids(line.owner()).contains("x3") || ids(line.understudy()).contains("x3"));
    assertThat(earlier.isComplete()).isFalse();
    assertThat(ids(line.understudy())).containsExactly("x1", "x2", "x3");
    line.understudy().release();
    LocalMesh.await(earlier);
    LocalMesh.await(later);
    LocalMesh.await(deposit("x4"));
    assertThat(ids(line.owner())).containsExactly("first", "x1", "x4");
    assertThat(onLoop(deposits::waiting)).isZero();
  }

  @Test
  void whatARouterThatDrainsHasTakenIsWaitedForAndOnlyLaterOnesGoToTheOtherOne() {
    Line line = line();
    line.owner().holdDeposits();
    Future<Routed> taken = deposit("x1");
    eventually("the owner has x1", PATIENCE, () -> ids(line.owner()).contains("x1"));
    line.owner().onFeed(feed -> ScriptedRouter.notServing());
    eventually("it routes no more", PATIENCE, () -> links.serving().size() == 1);
    Future<Routed> later = deposit("x2");
    LocalMesh.await(deposit("b", "of another source"));

    assertThat(ids(line.understudy())).containsExactly("of another source");
    assertThat(taken.isComplete()).isFalse();
    assertThat(later.isComplete()).isFalse();
    line.owner().release();
    LocalMesh.await(taken);
    LocalMesh.await(later);
    assertThat(ids(line.owner())).containsExactly("first", "x1");
    assertThat(ids(line.understudy())).containsExactly("of another source", "x2");
    assertThat(line.understudy().deposits()).noneMatch(Deposit::idFromClient);
    assertThat(onLoop(deposits::waiting)).isZero();
  }

  @Test
  void anOutcomeStaysBehindAnEarlierOneThatTheRouterOfTheSameProcessHoldsBack() {
    ScriptedRouter own = ScriptedRouter.serve(mesh, mesh.nodeId());
    List<ScriptedRouter> others =
        meshes.subList(1, 3).stream()
            .map(other -> ScriptedRouter.serve(other, other.nodeId()))
            .toList();
    follow();
    eventually("all routers serve", PATIENCE, () -> links.serving().size() == 3);

    own.holdDeposits();
    Future<Routed> first = deposit("x1");
    eventually("the router has x1", PATIENCE, () -> ids(own).contains("x1"));
    own.onFeed(feed -> ScriptedRouter.notServing());
    eventually("it does not serve", PATIENCE, () -> links.serving().size() == 2);
    Future<Routed> second = deposit("x2");
    eventually("it has x2 too", PATIENCE, () -> ids(own).equals(List.of("x1", "x2")));
    own.release();
    LocalMesh.await(first);
    LocalMesh.await(second);
    assertThat(others).noneMatch(DepositsFailoverTest::hasDeposits);
    LocalMesh.await(deposit("x3"));
    assertThat(ids(own)).doesNotContain("x3");
  }

  private Future<Routed> deposit(String id) {
    return deposit("a", id);
  }

  private Future<Routed> deposit(String source, String id) {
    return onLoop(() -> List.of(deposits.deposit(DepositsTest.deposit(source, id)))).getFirst();
  }

  private static boolean hasDeposits(ScriptedRouter router) {
    return !router.deposits().isEmpty();
  }

  /** Keeps links and deposits as the gateway does. */
  private void follow() {
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
