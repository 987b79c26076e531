/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A router that is told to stop, and the gateways whose outcomes it routes. */
class RouterDrainTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Mesh> meshes = new ArrayList<>();
  private final List<FeedScript> gateways = new ArrayList<>();

  @AfterEach
  void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  private RouterVerticle start(int nodes) {
    meshes.addAll(
        nodes == 1
            ? List.of(LocalMesh.alone(new SimpleMeterRegistry(), "gateway", "router"))
            : LocalMesh.joined(nodes, new SimpleMeterRegistry(), "gateway", "router"));
    Mesh mesh = meshes.getFirst();
    RouterVerticle router = new RouterVerticle(mesh, Samples.config(), new SimpleMeterRegistry());
    LocalMesh.await(mesh.vertx().deployVerticle(router));
    meshes.forEach(one -> one.roleIs("gateway", State.SERVING));
    meshes.stream().skip(1).forEach(one -> one.roleIs("router", State.SERVING));
    for (Mesh one : meshes) {
      gateways.add(new FeedScript(one.nodeId(), one.view().me().incarnation()));
    }
    gateways.forEach(gateway -> prove(gateway, gateway.snapshot(0)));
    eventually(
        "it serves",
        PATIENCE,
        () ->
            mesh.view().nodes().values().stream().allMatch(node -> node.serves("router"))
                && feed(gateways.getFirst().digest(0)).serving());
    return router;
  }

  private <R extends MeshMessage, Q extends RouterMessage & Asks<R>> Future<R> ask(Q question) {
    Mesh mesh = meshes.getFirst();
    return mesh.bus().request(Addresses.router(mesh.nodeId()), question, PATIENCE);
  }

  private FeedAck feed(Feed feed) {
    return LocalMesh.await(ask(feed));
  }

  private FeedAck prove(FeedScript gateway, Feed first) {
    return feed(gateway.digest(feed(first).stamp()));
  }

  @Test
  void itRoutesOnUntilEveryGatewayHasTurnedToAnotherRouter() {
    RouterVerticle router = start(2);
    Future<Void> drained = router.drain();
    eventually("it says so", PATIENCE, () -> !feed(gateways.getFirst().digest(0)).serving());
    Routed routed = LocalMesh.await(ask(Samples.deposit("a", "o", false)));
    assertThat(routed.status()).isEqualTo(Status.ROUTED);
    assertThat(drained.isComplete()).isFalse();
    assertThat(gateways)
        .allSatisfy(gateway -> {
          FeedAck ack = prove(gateway, gateway.digest(0));
          assertThat(ack.serving()).isFalse();
        });
    LocalMesh.await(drained);
  }

  @Test
  void itWaitsForWhatIsUnderWay() {
    RouterVerticle router = start(2);
    ScriptedPeer other = ScriptedPeer.serve(meshes.getLast());
    other.fallSilent();
    Future<Routed> routed = ask(Samples.deposit("a", "o", false, "unknown"));
    eventually("it is under way", PATIENCE, () -> !other.told(LineageQuery.class).isEmpty());
    Future<Void> drained = router.drain();
    gateways.forEach(gateway -> prove(gateway, gateway.digest(0)));
    LocalMesh.await(drained);
    assertThat(meshes.getFirst().status().figures()).containsEntry("router.outcomes", 1L);
    assertThat(LocalMesh.await(routed).status()).isEqualTo(Status.ROUTED);
  }

  @Test
  void itTakesOutcomesToTheEndWhereThereIsNoOther() {
    RouterVerticle router = start(1);
    LocalMesh.await(router.drain());
    assertThat(feed(gateways.getFirst().digest(0)).serving()).isTrue();
    assertThat(LocalMesh.await(ask(Samples.deposit("a", "o", false))).status())
        .isEqualTo(Status.ROUTED);
  }
}
