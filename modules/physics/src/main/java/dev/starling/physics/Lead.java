/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
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
import dev.starling.protocol.mesh.PhysicsMessage.Versions;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the simulator of a node does while it leads: it takes part in what clients do to the graph,
 * publishes where the nodes are, and tells the others that stand by. The verticle's event loop
 * only, but for what the simulation and the keeper of paths call.
 */
final class Lead implements Simulation.Outlet, PathKeeper.Listener {
  private static final String GATEWAY = "gateway";

  private final Mesh mesh;
  private final Context context;
  private final Simulation simulation;
  private final PathKeeper keeper;
  private final Publisher publisher;
  private final Followers followers;
  private final GraphKeeper disk;
  private final AgentMirror mirror;
  private final GraphEvents events;
  private final DocumentService documents;
  private final LongSupplier nanoClock;
  private final AtomicReference<@Nullable LayoutBlock> moved = new AtomicReference<>();
  private final AtomicBoolean isMovedDue = new AtomicBoolean();
  private @Nullable LayoutBlock latest;
  private @Nullable LayoutBlock kept;
  private volatile long term;
  private Version base = new Version(0, 0);
  private long sequence;
  private boolean isLeading;
  private Runnable broken = () -> {};
  private Consumer<Version> late = version -> {};

  Lead(
      Mesh mesh,
      Context context,
      PhysicsConfig config,
      PhysicsParameters parameters,
      GraphStore store,
      GraphKeeper disk,
      PhysicsMetrics metrics,
      LongSupplier nanoClock) {
    this.mesh = mesh;
    this.context = context;
    this.nanoClock = nanoClock;
    this.simulation = new Simulation(store, config, parameters, this);
    this.keeper = new PathKeeper(simulation, this);
    this.publisher = new Publisher(mesh.bus(), config.maxSources(), metrics, nanoClock);
    this.followers = new Followers(mesh.bus());
    this.disk = disk;
    this.mirror = new AgentMirror(mesh, context, simulation, metrics, config.maxNodes(), nanoClock);
    this.events = new GraphEvents(mesh.bus(), context, simulation, nanoClock);
    this.documents = new DocumentService(context, simulation, config, this::confirmed);
    metrics.watch(simulation, publisher::watchers);
  }

  Simulation simulation() {
    return simulation;
  }

  boolean isLeading() {
    return isLeading;
  }

  /**
   * Leads from now on, with the graph that this node holds.
   *
   * @param newBase how late that is
   */
  void begin(long newTerm, Version newBase, @Nullable LayoutBlock layout, double trafficUnit) {
    base = newBase;
    term = newTerm;
    sequence = 0;
    isLeading = true;
    disk.edited(new Edits(newTerm, 0, List.of(), true));
    latest = null;
    kept = null;
    events.begin();
    simulation.lead(newTerm, layout, trafficUnit);
    keeper.begin(newTerm);
    mirror.begin(newTerm);
  }

  /**
   * Leads no longer.
   *
   * @return how late the graph is that this node holds
   */
  Version end() {
    isLeading = false;
    simulation.follow();
    followers.clear();
    publisher.clear();
    keeper.want(false, Set.of());
    simulation.watchedAt(0);
    return new Version(term, sequence);
  }

  /** Where the nodes were last; null where they never were anywhere. */
  @Nullable LayoutBlock latest() {
    return latest;
  }

  Versions versions() {
    return new Versions(new Version(term, sequence), base);
  }

  /** What clients may wait for no longer than a moment; to be called ten times a second. */
  void pulse() {
    publisher.tidy(gateways());
    demand();
    events.tell(gateways());
  }

  /** Which agents there are; to be called a few times a second. */
  void look() {
    mirror.look();
  }

  /** What passed between agents, and copies of the layout; to be called once a second. */
  void second(PhysicsParameters parameters) {
    mirror.count(Math.pow(0.5, 1 / parameters.trafficHalfLife()), parameters.trafficWeight());
    followers.retain(others());
    LayoutBlock block = latest;
    if (block != null && !block.equals(kept)) {
      followers.keep(block);
      kept = block;
    }
  }

  private Set<String> gateways() {
    return ids(GATEWAY);
  }

  private Set<String> others() {
    Set<String> all = ids(PhysicsVerticle.ROLE);
    all.remove(mesh.nodeId());
    return all;
  }

  private Set<String> ids(String role) {
    return mesh.view().running(role).stream().map(NodeInfo::id).collect(Collectors.toSet());
  }

  private void demand() {
    simulation.watchedAt(publisher.rate());
    keeper.want(publisher.rate() > 0, publisher.sources());
  }

  @Override
  public void moved(LayoutBlock block) {
    moved.set(block);
    if (isMovedDue.compareAndSet(false, true)) {
      context.runOnContext(ignored -> takeMoved());
    }
  }

  private void takeMoved() {
    isMovedDue.set(false);
    LayoutBlock block = moved.get();
    if (block != null && block.term() == term && isLeading) {
      latest = block;
      publisher.moved(block, simulation.state().rate());
    }
  }

  @Override
  public void edited(Edits edits) {
    context.runOnContext(ignored -> take(edits));
  }

  /** This node's graph has them in any case, also where it has just ceased to lead. */
  private void take(Edits edits) {
    disk.edited(edits);
    if (edits.term() != term) {
      return;
    }
    sequence = edits.sequence();
    if (isLeading) {
      followers.edited(edits);
      keeper.edited();
    } else {
      late.accept(new Version(term, sequence));
    }
  }

  /** Who hears of edits that were made while this node ceased to lead. */
  void onLateEdits(Consumer<Version> listener) {
    late = listener;
  }

  @Override
  public void broken() {
    context.runOnContext(ignored -> broken.run());
  }

  /** What is to be done once the simulation can go on no more. */
  void onBroken(Runnable work) {
    broken = work;
  }

  @Override
  public void changed(PathColumns columns) {
    context.runOnContext(ignored -> {
      if (columns.term() == term && isLeading) {
        publisher.changed(columns);
      }
    });
  }

  @Override
  public void hubIs(int slot) {
    context.runOnContext(ignored -> publisher.hubIs(slot));
  }

  Future<Watching> watch(Watch asked) {
    return onContext(simulation.withWorld(world -> Publisher.there(world.store(), asked.sources())))
        .compose(there -> {
          Watching answer = publisher.watch(asked, there, term);
          demand();
          return latest == null ? firstBlock().map(answer) : Future.succeededFuture(answer);
        });
  }

  /** Where nothing has moved since this node leads, there is no block yet. */
  private Future<Void> firstBlock() {
    return onContext(simulation.block())
        .map(block -> {
          if (latest == null && isLeading) {
            latest = block;
            publisher.moved(block, simulation.state().rate());
          }
          return null;
        });
  }

  Future<Interacted> interact(Interact asked) {
    if (asked.action() == NodeAction.NODE_SELECTED
        || asked.action() == NodeAction.NODE_DESELECTED) {
      return onContext(
              simulation.withWorld(world -> Interactions.find(world.store(), asked.node())))
          .map(slot -> {
            if (asked.action() == NodeAction.NODE_SELECTED) {
              publisher.reserve(slot);
            }
            return new Interacted(slot);
          });
    }
    long now = nanoClock.getAsLong();
    CompletableFuture<Simulation.Changed<Integer>> done =
        simulation.change(world -> Interactions.apply(world, asked, now));
    return (isUnderWay(asked.action())
            ? onContext(done).map(Simulation.Changed::result)
            : confirmed(done))
        .map(Interacted::new);
  }

  /** A drag edits nothing until it ends: it must not wait for others, whose pause would end it. */
  private static boolean isUnderWay(NodeAction action) {
    return action == NodeAction.NODE_DRAG_START || action == NodeAction.NODE_DRAG;
  }

  void ended(SessionEnded session) {
    Future<?> _ =
        onContext(
            simulation.change(world -> {
              world.endDrag(session.session());
              return session;
            }));
  }

  /**
   * Answers a change once every simulator in step has it, and this node's disk; UNAVAILABLE where
   * this node leads no longer by then, since the one that leads now may not have it.
   */
  <R> Future<R> confirmed(CompletableFuture<Simulation.Changed<R>> change) {
    long asked = term;
    return onContext(change)
        .compose(changed ->
            isLeading && term == asked
                ? Future.join(followers.have(changed.sequence()), disk.kept()).map(changed.result())
                : Future.failedFuture(Followers.handedOver()));
  }

  Future<Uploaded> upload(Upload part) {
    return documents.upload(part);
  }

  Future<Downloaded> download(Download part) {
    return documents.download(part);
  }

  /** Also where it leads no longer. */
  void abandon(String transfer) {
    documents.abandon(transfer);
  }

  Future<Path> path(PathQuery asked) {
    return onContext(
            simulation.withWorld(world ->
                new int[] {
                  Interactions.find(world.store(), asked.from()),
                  Interactions.find(world.store(), asked.to())
                }))
        .compose(ends ->
            onContext(keeper.from(ends[0]))
                .compose(found -> {
                  int[] slots = path(found.columns(), ends[1]);
                  float distance = found.columns().distance(ends[1]);
                  return named(slots, asked.named())
                      .map(nodes -> new Path(distance, slots, ends[0], ends[1], nodes));
                }));
  }

  private Future<RawJson> named(int[] slots, int most) {
    return onContext(simulation.withWorld(world -> NodeJson.of(world.graph(), slots, most)));
  }

  private static int[] path(PathColumns columns, int to) {
    if (Float.isInfinite(columns.distance(to))) {
      return new int[0];
    }
    List<Integer> slots = new ArrayList<>();
    for (int slot = to; slot != PathColumns.NONE; slot = columns.parent(slot)) {
      slots.add(slot);
    }
    Collections.reverse(slots);
    return slots.stream().mapToInt(slot -> slot).toArray();
  }

  Future<Neighbours> neighbours(NeighboursQuery asked) {
    return onContext(simulation.withWorld(world -> NodeNeighbours.of(world.store(), asked)));
  }

  Future<Paths> paths(PathsQuery asked) {
    return onContext(
            simulation.withWorld(world -> Interactions.find(world.store(), asked.source())))
        .compose(source -> onContext(keeper.from(source)))
        .map(found -> new Paths(found.slots(), found.columns()));
  }

  /** A page of the graph for a simulator that stands by, which is told of edits from the first. */
  Future<Page> page(PageQuery asked) {
    if (asked.from() == 0) {
      followers.joins(asked.node());
    }
    return page(asked.from());
  }

  /** A page of the graph for another copy of it. */
  Future<Page> page(int from) {
    return onContext(
        simulation.withWorldAt((world, at) -> {
          Pages.Page page = Pages.of(world.store(), from);
          int to = page.next() == Pages.NO_MORE ? world.graph().slots() : page.next();
          LayoutBlock block =
              Blocks.of(world, from, to, term, at.tick(), at.isMoving(), at.speed());
          return new Page(term, at.sequence(), page.next(), page.edits(), block);
        }));
  }

  private <R> Future<R> onContext(CompletableFuture<R> work) {
    return Answers.inTurn(work, context);
  }

  void close() {
    keeper.close();
    simulation.close();
  }
}
