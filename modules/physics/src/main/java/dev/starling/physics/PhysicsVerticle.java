/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Leadership;
import dev.starling.fabric.LeadershipListener;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GatewayMessage.LastPositions;
import dev.starling.protocol.mesh.GatewayMessage.LastPositionsQuery;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Abandon;
import dev.starling.protocol.mesh.PhysicsMessage.Copied;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.PhysicsMessage.Keep;
import dev.starling.protocol.mesh.PhysicsMessage.Neighbours;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.PageQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Paths;
import dev.starling.protocol.mesh.PhysicsMessage.PathsQuery;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import dev.starling.protocol.mesh.PhysicsMessage.VersionQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Versions;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code physics} of one node. Of all nodes that run it one leads: it moves the layout and
 * answers. The others keep copies of the graph, and one of them takes over when the leader is gone,
 * from where clients saw the nodes last. One instance per node; everything runs on its event loop,
 * but for the simulation and the shortest paths, which have threads of their own.
 */
public final class PhysicsVerticle extends VerticleBase implements LeadershipListener {
  /** The role's name. */
  public static final String ROLE = "physics";

  private static final Logger LOG = LoggerFactory.getLogger(PhysicsVerticle.class);
  private static final long PULSE_MILLIS = 100;
  private static final long LOOK_MILLIS = 250;
  private static final long SECOND_MILLIS = 1_000;
  private static final long NOT = -1;

  /** How long a simulator that takes over waits for what others know. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Mesh mesh;
  private final PhysicsConfig config;
  private final MeterRegistry registry;
  private volatile PhysicsParameters parameters;
  private @Nullable Parts parts;

  /** Follows nobody any more. */
  private boolean isDrained;

  /** The term in which this node is about to lead. */
  private long takingOver = NOT;

  private record Parts(Lead lead, Standby standby, GraphKeeper disk, Leadership leadership) {}

  /** The simulator of {@code mesh}'s node, to be deployed once. */
  public PhysicsVerticle(Mesh mesh, PhysicsConfig config, MeterRegistry registry) {
    this.mesh = mesh;
    this.config = config;
    this.registry = registry;
    this.parameters = PhysicsParameters.of(mesh.settings());
  }

  @Override
  public Future<?> start() {
    PhysicsMetrics metrics = new PhysicsMetrics(registry);
    GraphStore store = new GraphStore(config.maxNodes());
    GraphKeeper disk =
        config
            .folder()
            .<GraphKeeper>map(
                folder -> new GraphDisk(context, folder, metrics, System::nanoTime, this::page))
            .orElse(GraphKeeper.none());
    Lead lead = new Lead(mesh, context, config, parameters, store, disk, metrics, System::nanoTime);
    Simulation simulation = lead.simulation();
    Standby standby = new Standby(mesh.bus(), context, mesh.nodeId(), simulation, disk);
    mesh.settings().listen(changes -> goBy(lead));
    goBy(lead);
    return disk.load(edits -> load(simulation, edits))
        .compose(kept -> {
          standby.is(kept.version(), kept.layout());
          return mesh.bus().serve(Addresses.physics(mesh.nodeId()), this::handle);
        })
        .onFailure(failure -> {
          lead.close();
          Future<?> _ = disk.close(null);
        })
        .onSuccess(served -> {
          parts = new Parts(lead, standby, disk, mesh.leadership(ROLE, context, this));
          lead.onBroken(() -> {
            Future<?> _ = drain();
          });
          lead.onLateEdits(version -> standby.is(version, null));
          vertx.setPeriodic(PULSE_MILLIS, timer -> whileLeading(Lead::pulse));
          vertx.setPeriodic(LOOK_MILLIS, timer -> whileLeading(Lead::look));
          vertx.setPeriodic(SECOND_MILLIS, timer -> second());
        });
  }

  private void load(Simulation simulation, List<GraphEdit> edits) {
    simulation
        .withStore(store -> {
          if (!edits.stream().allMatch(store::mayHave)) {
            throw new IllegalStateException(
                "the graph in node.data does not fit into physics.max-nodes (%d): raise it, or move %s away"
                    .formatted(config.maxNodes(), GraphFile.NAME));
          }
          edits.forEach(store::apply);
          return store;
        })
        .join();
  }

  private void goBy(Lead lead) {
    parameters = PhysicsParameters.of(mesh.settings());
    lead.simulation().parameters(parameters);
  }

  private void whileLeading(Consumer<Lead> work) {
    Parts made = parts;
    if (made != null && made.lead().isLeading()) {
      work.accept(made.lead());
    }
  }

  private void second() {
    Parts made = parts;
    if (made == null) {
      return;
    }
    made.disk().tend(layout(made));
    if (made.lead().isLeading()) {
      made.lead().second(parameters);
    } else if (takingOver < 0 && !isDrained) {
      leader()
          .ifPresent(node -> {
            mesh.roleIs(ROLE, State.STANDBY); // not before: a mesh that nobody leads is not ready
            Future<?> _ = made.standby().follow(node);
          });
    }
  }

  /** Where the nodes are, as far as this node knows. */
  private static @Nullable LayoutBlock layout(Parts made) {
    LayoutBlock moved = made.lead().isLeading() ? made.lead().latest() : null;
    return moved == null ? made.standby().layout() : moved;
  }

  /** The other node that leads and serves. */
  private Optional<String> leader() {
    return mesh.view().inLine(ROLE, "graph").stream()
        .filter(node -> node.serves(ROLE) && !node.id().equals(mesh.nodeId()))
        .map(NodeInfo::id)
        .findFirst();
  }

  @Override
  public void leads(long term) {
    Parts made = parts();
    takingOver = term;
    made.standby().forgetLeader();
    Future.join(readLatest(made), lastPositions(made))
        .onComplete(ignored -> {
          if (takingOver == term) {
            takingOver = NOT;
            made.lead()
                .begin(
                    term,
                    made.standby().version(),
                    made.standby().layout(),
                    parameters.trafficWeight());
            mesh.roleIs(ROLE, State.SERVING);
            LOG.info("leads the simulation, in term {}", term);
          }
        });
  }

  /** Where another simulator has a later copy, after a start of the whole mesh, takes that one. */
  private Future<Void> readLatest(Parts made) {
    Map<String, Future<Versions>> asked = new LinkedHashMap<>();
    for (NodeInfo node : mesh.view().running(ROLE)) {
      if (!node.id().equals(mesh.nodeId())) {
        asked.put(
            node.id(),
            mesh.bus().request(Addresses.physics(node.id()), new VersionQuery(), PATIENCE));
      }
    }
    return Future.join(List.copyOf(asked.values()))
        .transform(ignored ->
            asked.entrySet().stream()
                .filter(one -> one.getValue().succeeded())
                .max(
                    Map.Entry.comparingByValue(
                        Comparator.comparing(answer -> answer.result().now(), Standby.BY_AGE)))
                .filter(one ->
                    Standby.BY_AGE.compare(one.getValue().result().now(), made.standby().version())
                        > 0)
                .map(one -> made.standby().read(one.getKey(), one.getValue().result()))
                .orElseGet(Future::succeededFuture));
  }

  /** Takes the latest layout that clients of any gateway have seen. */
  private Future<Void> lastPositions(Parts made) {
    List<Future<LastPositions>> asked =
        mesh.view().running("gateway").stream()
            .map(node ->
                mesh.bus()
                    .request(Addresses.gateway(node.id()), new LastPositionsQuery(), PATIENCE)
                    .onSuccess(last -> keep(made, last.block())))
            .toList();
    return Future.join(asked).mapEmpty();
  }

  private static void keep(Parts made, @Nullable LayoutBlock block) {
    if (block != null) {
      made.standby().keep(block);
    }
  }

  @Override
  public void leadsNoMore(long term) {
    Parts made = parts();
    takingOver = NOT;
    if (made.lead().isLeading()) {
      Version version = made.lead().end();
      made.standby().is(version, made.lead().latest());
      mesh.roleIs(ROLE, State.STANDBY);
      LOG.info("leads the simulation no longer");
    }
  }

  private Parts parts() {
    Parts made = parts;
    if (made == null) {
      throw RefusalException.unavailable(ROLE, "warming up");
    }
    return made;
  }

  private Lead lead() {
    Lead lead = parts().lead();
    if (!lead.isLeading()) {
      throw RefusalException.unavailable(ROLE, "another simulator leads; try again");
    }
    return lead;
  }

  private @Nullable Future<? extends MeshMessage> handle(PhysicsMessage message) {
    return switch (message) {
      case Interact asked -> lead().interact(asked);
      case SessionEnded ended -> {
        whileLeading(lead -> lead.ended(ended));
        yield null;
      }
      case Watch watch -> lead().watch(watch);
      case PathQuery asked -> lead().path(asked);
      case NeighboursQuery asked -> lead().neighbours(asked);
      case PathsQuery asked -> lead().paths(asked);
      case Upload part -> lead().upload(part);
      case Download part -> lead().download(part);
      case Abandon(String transfer) -> {
        parts().lead().abandon(transfer);
        yield null;
      }
      case PageQuery asked -> page(parts(), asked);
      case VersionQuery _ -> Future.succeededFuture(versions(parts()));
      case Edits edits -> edits(parts(), edits);
      case Keep(LayoutBlock layout) -> {
        parts().standby().keep(layout);
        yield null;
      }
      case Interacted _,
          Watching _,
          Uploaded _,
          Downloaded _,
          Path _,
          Paths _,
          Neighbours _,
          Copied _,
          Page _,
          Versions _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private static Future<Page> page(Parts made, PageQuery asked) {
    return made.lead().isLeading() ? made.lead().page(asked) : made.standby().page(asked.from());
  }

  private Future<Page> page(int from) {
    Parts made = parts();
    return made.lead().isLeading() ? made.lead().page(from) : made.standby().page(from);
  }

  private static Versions versions(Parts made) {
    Version copied = made.standby().version();
    return made.lead().isLeading() ? made.lead().versions() : new Versions(copied, copied);
  }

  private static Future<Copied> edits(Parts made, Edits edits) {
    return made.lead().isLeading()
        ? Future.succeededFuture(new Copied(false))
        : made.standby().edits(edits);
  }

  /**
   * Hands over: another simulator leads from now on, where there is one.
   *
   * @return complete when this one leads no longer
   */
  public Future<Void> drain() {
    Parts made = parts;
    isDrained = true;
    return made == null
        ? Future.succeededFuture()
        : made.leadership().resign().eventually(() -> made.disk().flush(layout(made)));
  }

  @Override
  public Future<?> stop() {
    Parts made = parts;
    if (made == null) {
      return Future.succeededFuture();
    }
    return made.disk().close(layout(made)).onComplete(closed -> made.lead().close());
  }
}
