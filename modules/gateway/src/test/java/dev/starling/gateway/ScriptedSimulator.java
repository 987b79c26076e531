/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.flow.NodeRef.FrameId;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.GatewayMessage.Taken;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A simulator that leads, on the real bus: a test says what it sends and answers. */
final class ScriptedSimulator implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Mesh mesh;
  private final ScriptedRole<PhysicsMessage> role;
  private final Set<Integer> refused = ConcurrentHashMap.newKeySet();
  private final AtomicLong ticks = new AtomicLong();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private volatile long term = 1;
  private volatile int hub = PathColumns.NONE;

  ScriptedSimulator(Mesh mesh) {
    this.mesh = mesh;
    this.role = ScriptedRole.serve(mesh, "physics", Addresses.physics(mesh.nodeId()), this::answer);
  }

  private Future<? extends MeshMessage> answer(PhysicsMessage asked) {
    return switch (asked) {
      case Watch watch ->
          Future.succeededFuture(
              new Watching(
                  term, hub, Arrays.stream(watch.sources()).filter(refused::contains).toArray()));
      case Interact(var _, var _, FrameId(var id), var _) ->
          Future.succeededFuture(new Interacted((int) id));
      // Heard, and never answered.
      case SessionEnded _ -> Promise.<Interacted>promise().future();
      default -> throw new AssertionError(asked);
    };
  }

  /** It leads no more, and nobody else does. */
  void resign() {
    mesh.roleIs("physics", State.STARTING);
  }

  /** What it heard so far. */
  <T> List<T> heard(Class<T> type) {
    return role.heard().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Answers that its paths from nobody in particular are from this node. */
  void hub(int slot) {
    hub = slot;
  }

  /** Another simulator leads from now on. */
  void term(long now) {
    term = now;
    ticks.set(0);
  }

  /** Refuses these as sources. */
  void refuse(int slot) {
    refused.add(slot);
  }

  /** A block of so many nodes that are each as far along every axis as {@code place}. */
  LayoutBlock block(int nodes, float place, boolean isMoving) {
    float[] places = new float[3 * nodes];
    for (int i = 0; i < nodes; i++) {
      places[i] = place;
      places[nodes + i] = i;
      places[2 * nodes + i] = -i;
    }
    return block(IntStream.range(0, nodes).toArray(), places, isMoving);
  }

  LayoutBlock block(int[] ids, float[] places, boolean isMoving) {
    return new LayoutBlock(
        term, ticks.incrementAndGet(), isMoving, ids, places, new float[places.length]);
  }

  /** Sends a block; the answer comes once the gateway has handed its frames on. */
  Future<Taken> send(LayoutBlock block) {
    return mesh.bus().request(Addresses.gateway(mesh.nodeId()), new Positions(block), PATIENCE);
  }

  /** Sends a block and waits until the gateway has handed its frames on. */
  void sendNow(LayoutBlock block) {
    Taken _ = LocalMesh.await(send(block));
  }

  /** Sends the paths from a node, over as many slots. */
  void paths(int source, long version, float[] distances, int[] parents) {
    PathColumns columns = new PathColumns(term, version, source, distances, parents);
    Taken _ =
        LocalMesh.await(
            mesh.bus().request(Addresses.gateway(mesh.nodeId()), new PathTree(columns), PATIENCE));
  }

  /** Sends blocks of a layout that moves, so many a second, until it is closed. */
  void run(int nodes, int rate) {
    var _ =
        clock.scheduleWithFixedDelay(
            () -> {
              LayoutBlock block = block(nodes, (float) ticks.get(), true);
              Future<Taken> _ = send(block);
            },
            0,
            TimeUnit.SECONDS.toMicros(1) / rate,
            TimeUnit.MICROSECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
