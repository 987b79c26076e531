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
