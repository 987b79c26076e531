/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.frames.Demand;
import dev.starling.gateway.frames.FrameStreams;
import dev.starling.gateway.frames.PathTrees;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Taken;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What comes from the simulator that leads, and what it is told of who watches here: every second,
 * and at each change. What it sent last stays while there is none. Gateway's loop only.
 */
final class PositionFeed {
  private static final String ROLE = "physics";
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Bytes of paths that are kept though nobody wants them now: the simulator takes them as had. */
  private static final long MOST_SPARE = 32 << 20;

  private final Mesh mesh;
  private final FrameStreams streams;
  private final Loop loop;
  private final SequencedMap<Integer, PathColumns> trees = new LinkedHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private int hub = PathColumns.NONE;
  private Demand said = Demand.NONE;
  private String saidTo = "";
  private long saidAt;
  private long times;
  private long term;

  PositionFeed(Mesh mesh, FrameStreams streams, Loop loop) {
    this.mesh = mesh;
    this.streams = streams;
    this.loop = loop;
    streams.listen(this::demandMayHaveChanged);
  }

  private void demandMayHaveChanged() {
    if (looking.compareAndSet(false, true)) {
      loop.context()
          .runOnContext(later -> {
            looking.set(false);
            tick();
          });
    }
  }

  /** Tells the simulator who watches, where it does not know or has not heard it for a second. */
  void tick() {
    Demand now = streams.demand();
    if (!now.isWatched() && !said.isWatched()) {
      return;
    }
    leader()
        .ifPresent(leader -> {
          boolean isKnown = now.equals(said) && leader.equals(saidTo);
          if (!isKnown || System.nanoTime() - saidAt >= AGAIN_NANOS) {
            say(leader, now);
          }
        });
  }

  private Optional<String> leader() {
    return mesh.view().inLine(ROLE, Roles.GRAPH).stream()
        .filter(node -> node.serves(ROLE))
        .map(NodeInfo::id)
        .findFirst();
  }

  private void say(String leader, Demand now) {
    said = now;
    saidTo = leader;
    saidAt = System.nanoTime();
    long mine = ++times;
    int[] sources = now.sources().stream().mapToInt(Integer::intValue).toArray();
    mesh.bus()
        .request(Addresses.physics(leader), new Watch(mesh.nodeId(), now.rate(), sources), PATIENCE)
        .onSuccess(answer ->
            loop.run(() -> {
              if (mine == times) {
                watching(answer);
              }
            }));
  }

  private void watching(Watching answer) {
    if (answer.term() < term) {
      return;
    }
    term = answer.term();
    boolean isOther = hub != answer.hub();
    hub = answer.hub();
    if (isOther) {
      publish(hub);
    }
    Arrays.stream(answer.refused()).forEach(source -> streams.refuse(source, refusal(source)));
  }

  /** The simulator does not say why; who is not in the layout is no node any more. */
  private RefusalException refusal(int source) {
    if (isNode(source)) {
      return new RefusalException(
          ErrorCode.SSSP_SOURCES_BUSY,
          "shortest paths begin at too many nodes already: those of the hub are shown",
          Map.of("node", source));
    }
    return new RefusalException(
        ErrorCode.NODE_NOT_FOUND,
        "node " + source + " is in the graph no more: the hub's shortest paths are shown",
        Map.of("node", source));
  }

  private boolean isNode(int slot) {
    LayoutBlock block = streams.latest();
    return block != null
        && Arrays.stream(block.ids()).anyMatch(id -> (id & LayoutBlock.SLOT) == slot);
  }

  /** A block came: the next one may once this one is encoded and handed on. */
  Future<Taken> arrived(LayoutBlock block) {
    Promise<Taken> promise = Promise.promise();
    streams.offer(block, () -> loop.run(() -> promise.tryComplete(new Taken())));
    return promise.future();
  }

  /** Paths came: they are in the next frame. */
  Future<Taken> arrived(PathColumns columns) {
    PathColumns before = trees.get(columns.source());
    if (before == null || isLater(columns, before)) {
      trees.remove(columns.source());
      trees.put(columns.source(), columns);
      makeRoom();
      publish(columns.source());
    }
    return Future.succeededFuture(new Taken());
  }

  private static boolean isLater(PathColumns columns, PathColumns than) {
    return columns.term() > than.term()
        || (columns.term() == than.term() && columns.version() > than.version());
  }

  /** Those that came last stay longest. */
  private void makeRoom() {
    long spare = 0;
    for (PathColumns columns : List.copyOf(trees.sequencedValues().reversed())) {
      if (!isWanted(columns.source())) {
        spare += new PathTree(columns).weight();
        if (spare > MOST_SPARE) {
          trees.remove(columns.source());
        }
      }
    }
  }

  private boolean isWanted(int source) {
    return source == hub || said.sources().contains(source);
  }

  private void publish(int source) {
    streams.paths(new PathTrees(hub, trees), source);
  }
}
