/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.graphs.Graph;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RosterChange.Absent;
import dev.starling.protocol.mesh.RosterChange.Present;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Keeps the agents of the mesh, and what passes between them, in the graph while this node leads:
 * it asks one router which agents there are, and every router what it routed between which. An
 * agent's node outlives it by half a minute, so that one that reconnects finds its place. The
 * verticle's event loop only.
 */
final class AgentMirror {
  /** For so long a node waits for its agent to come back. */
  static final long STAYS_NANOS = 30_000_000_000L;

  private static final String ROUTER = "router";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** What a router is asked for at the most each second, and how long after one another. */
  private static final int MOST_ANSWERS = 8;

  private static final long PAUSE_MILLIS = 110;

  private final Mesh mesh;
  private final Context context;
  private final Simulation simulation;
  private final PhysicsMetrics metrics;
  private final int maxNodes;
  private final LongSupplier nanoClock;

  /** Agents that have nodes and are gone, and since when. */
  private final Map<String, Long> gone = new LinkedHashMap<>();

  /** While the whole roster is read: agents with nodes that it has not named yet. */
  private final Set<String> unnamed = new HashSet<>();

  /** Routers that are being asked what they routed. */
  private final Set<String> busy = new HashSet<>();

  private final Map<String, Long> trafficHeard = new HashMap<>();
  private RosterMark mark = RosterMark.START;
  private String router = "";
  private boolean isReadingWhole;
  private boolean isAsking;
  private boolean isCounting;
  private long term;

  AgentMirror(
      Mesh mesh,
      Context context,
      Simulation simulation,
      PhysicsMetrics metrics,
      int maxNodes,
      LongSupplier nanoClock) {
    this.mesh = mesh;
    this.context = context;
    this.simulation = simulation;
    this.metrics = metrics;
    this.maxNodes = maxNodes;
    this.nanoClock = nanoClock;
  }

  /** Begins anew, for a term in which this node leads. */
  void begin(long newTerm) {
    term = newTerm;
    mark = RosterMark.START;
    gone.clear();
    unnamed.clear();
    trafficHeard.clear();
  }

  /** Asks which agents came and went; to be called a few times a second. */
  void look() {
    List<NodeInfo> line = mesh.view().inLine(ROUTER, "graph");
    if (isAsking || line.isEmpty() || !line.getFirst().serves(ROUTER)) {
      return;
    }
    String asked = line.getFirst().id();
    if (!asked.equals(router)) {
      router = asked;
      mark = RosterMark.START;
    }
    isAsking = true;
    ask(asked, term)
        .eventually(() -> {
          isAsking = false;
          return Future.succeededFuture();
        })
        .onFailure(failure -> mark = RosterMark.START);
    forgetGone();
  }

  private Future<Void> ask(String asked, long askedIn) {
    return mesh.bus()
        .request(Addresses.router(asked), new RosterQuery(mark), PATIENCE)
        .compose(part -> askedIn == term ? take(part) : Future.succeededFuture(true))
        .compose(isLast -> isLast ? Future.succeededFuture() : ask(asked, askedIn));
  }

  /** Takes a part, and says whether nothing more is to be asked now. */
  private Future<Boolean> take(RosterPart part) {
    Future<Void> ready = part.reset() ? expectAll() : Future.succeededFuture();
    return ready
        .compose(ignored -> join(part))
        .map(ignored -> {
          mark = part.mark();
          if (part.last() && isReadingWhole) {
            isReadingWhole = false;
            unnamed.forEach(this::went);
            unnamed.clear();
          }
          return part.last();
        });
  }

  private Future<Void> expectAll() {
    isReadingWhole = true;
    return onContext(simulation.withStore(AgentNodes::all))
        .map(ids -> {
          unnamed.clear();
          unnamed.addAll(ids);
          return null;
        });
  }

  private Future<Void> join(RosterPart part) {
    Map<String, String> labels = new LinkedHashMap<>();
    part.changes()
        .forEach(change -> {
          unnamed.remove(change.agentId());
          switch (change) {
            case Present(String id, AgentLabel label, _) -> {
              gone.remove(id);
              labels.put(id, label.name().isEmpty() ? id : label.name());
            }
            case Absent(String id) -> {
              labels.remove(id);
              went(id);
            }
          }
        });
    if (labels.isEmpty()) {
      return Future.succeededFuture();
    }
    return onContext(simulation.change(world -> AgentNodes.join(world, labels, maxNodes)))
        .map(joined -> {
          metrics.refusedAgents(joined.result());
          return null;
        });
  }

  private void went(String id) {
    gone.putIfAbsent(id, nanoClock.getAsLong());
  }

  private void forgetGone() {
    long now = nanoClock.getAsLong();
    Set<String> over =
        gone.entrySet().stream()
            .filter(one -> now - one.getValue() > STAYS_NANOS)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    if (!over.isEmpty()) {
      onContext(
              simulation.change(world -> {
                AgentNodes.leave(world, over);
                return over;
              }))
          .onSuccess(left -> gone.keySet().removeAll(over));
    }
  }

  /**
   * Brings what passed between agents into the graph, and lets what passed before fade; to be
   * called once a second.
   *
   * @param keep part of each edge's traffic that is left since it was called last
   * @param unit as in {@link Traffic#fade}
   */
  void count(double keep, double unit) {
    if (isCounting) {
      return;
    }
    isCounting = true;
    List<Future<Void>> asked =
        mesh.view().running(ROUTER).stream()
            .filter(node -> node.serves(ROUTER))
            .map(NodeInfo::id)
            .filter(busy::add)
            .map(node -> traffic(node, term, MOST_ANSWERS))
            .toList();
    trafficHeard.keySet().retainAll(mesh.view().nodes().keySet());
    Future.join(asked)
        .transform(ignored -> fade(keep, unit))
        .onComplete(done -> isCounting = false);
  }

  /**
   * Asks a router what it routed; complete with its first answer. It goes on to ask for what did
   * not fit into that one, which takes it up to a second.
   */
  private Future<Void> traffic(String node, long askedIn, int answers) {
    long heard = trafficHeard.getOrDefault(node, 0L);
    return mesh.bus()
        .request(Addresses.router(node), new TrafficQuery(mesh.nodeId(), askedIn, heard), PATIENCE)
        .compose(answer -> take(node, answer, heard, askedIn).map(answer.more()))
        .onComplete(done -> {
          if (done.succeeded() && done.result() && answers > 1 && askedIn == term) {
            context.owner().setTimer(PAUSE_MILLIS, timer -> traffic(node, askedIn, answers - 1));
          } else {
            busy.remove(node);
          }
        })
        .mapEmpty();
  }

  /** Until it is counted it is not confirmed, so that the router tells it again. */
  private Future<Void> take(String node, RouterMessage.Traffic answer, long heard, long askedIn) {
    // Another number than the next is that of a router that began to count anew.
    boolean isNext = answer.sequence() == heard + 1;
    Future<Void> counted =
        isNext
            ? onContext(simulation.withWorld(world -> add(world, answer.counts()))).mapEmpty()
            : Future.succeededFuture();
    return counted.onSuccess(done -> {
      if (askedIn == term) {
        trafficHeard.put(node, answer.sequence());
      }
    });
  }

  /**
   * What the graph has to change is found and changed at once: what a document changes in between
   * would be undone. Only where there was something the layout is set in motion.
   */
  private Future<Void> fade(double keep, double unit) {
    return onContext(
            simulation.withWorld(world -> {
              List<GraphEdit> edits = world.traffic().fade(world.store(), keep, unit);
              world.apply(edits);
              return edits.isEmpty();
            }))
        .compose(isNothing ->
            isNothing
                ? Future.succeededFuture()
                : onContext(simulation.change(world -> world)).mapEmpty());
  }

  private static int add(World world, List<PairCount> counts) {
    for (PairCount count : counts) {
      int a = world.graph().find(count.pair().lesser());
      int b = world.graph().find(count.pair().greater());
      if (a != Graph.NOBODY && b != Graph.NOBODY && a != b) {
        world.traffic().add(a, b, count.outcomes());
      }
    }
    return counts.size();
  }

  private <R> Future<R> onContext(CompletableFuture<R> work) {
    return Future.fromCompletionStage(work, context);
  }
}
