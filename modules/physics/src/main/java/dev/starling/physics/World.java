/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Crew;
import dev.starling.graphs.Graph;
import dev.starling.graphs.layout.Layout;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.graphs.layout.LayoutParameters.Forces;
import dev.starling.graphs.layout.LayoutParameters.Motion;
import dev.starling.graphs.layout.Tick;
import dev.starling.protocol.flow.FlowServerMessage.GraphUpdate;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.GraphEdit.Unpin;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The graph that this simulator leads and its layout, kept in step: what is new gets a place, and
 * what was touched gets heat, so that the layout around it moves and the rest of it rests. The
 * simulation's thread only.
 */
final class World {
  /** Neighbours of a touched node that get heat with it, at most. */
  private static final int MOST_WARMED = 64;

  /** What an edge's weight may change by before its ends are set in motion. */
  private static final float UNSEEN = 1.1f;

  private final GraphStore store;
  private final Layout layout;

  private final Consumer<List<GraphEdit>> log;
  private final Drags drags = new Drags();
  private final GraphNews news = new GraphNews();
  private final Traffic traffic = new Traffic();
  private LayoutParameters parameters;
  private boolean mayMove = true;

  /**
   * A world of what {@code store} holds, none of which has a place yet.
   *
   * @param log told of edits once they are made
   */
  World(GraphStore store, LayoutParameters parameters, long seed, Consumer<List<GraphEdit>> log) {
    this.store = store;
    this.parameters = parameters;
    this.layout = new Layout(parameters, seed);
    this.log = log;
  }

  GraphStore store() {
    return store;
  }

  Graph graph() {
    return store.graph();
  }

  Layout layout() {
    return layout;
  }

  /** What passes between agents. */
  Traffic traffic() {
    return traffic;
  }

  /**
   * Goes by other parameters. Where forces, motion or walls are others everything may move as if it
   * were new, and what the ones before sent so far off that it could not come back begins anew.
   *
   * @param mayMove whether the layout moves at all
   */
  void parameters(LayoutParameters now, boolean mayMove) {
    LayoutParameters before = parameters;
    this.mayMove = mayMove;
    parameters = now;
    layout.parameters(now);
    if (!now.forces().equals(before.forces())
        || !now.motion().equals(before.motion())
        || !now.walls().equals(before.walls())) {
      layout.gather(travel(1) / 2 + reachAtRest());
      layout.warmAll(1);
    }
  }

  /** Changes the graph, and the layout with it. */
  void apply(List<GraphEdit> edits) {
    apply(edits, Map.of());
  }

  /**
   * Changes the graph, and the layout with it.
   *
   * @param places of new nodes that are to begin at a certain one, by slot
   */
  void apply(List<GraphEdit> edits, Map<Integer, Position> places) {
    BitSet touched = new BitSet();
    BitSet fresh = new BitSet();
    for (GraphEdit edit : edits) {
      note(edit, touched, fresh);
      store.apply(edit);
    }
    place(fresh, places);
    pin(edits);
    touched.stream().forEach(slot -> warmAround(slot, Layout.LUKEWARM));
    if (!edits.isEmpty()) {
      log.accept(edits);
    }
  }

  /** What an edit will touch, before it is made. */
  private void note(GraphEdit edit, BitSet touched, BitSet fresh) {
    switch (edit) {
      case PutNode node -> {
        int slot = node.slot();
        boolean isThere = graph().isThere(slot);
        fresh.set(slot, !isThere || fresh.get(slot));
        if (!isThere || !node.equals(store.node(slot))) {
          news.put(slot, isThere);
        }
      }
      case DropNode(int slot) -> {
        if (graph().isThere(slot)) {
          warmAround(slot, Layout.LUKEWARM);
          layout.remove(slot);
          news.drop(slot);
          fresh.clear(slot);
          touched.clear(slot);
        }
      }
      case PutEdge edge -> {
        noteEdge(edge.a(), edge.b());
        if (isSeen(edge)) {
          touched.set(edge.a());
          touched.set(edge.b());
        }
      }
      case DropEdge(int a, int b) -> {
        noteEdge(a, b);
        touched.set(a);
        touched.set(b);
      }
      case Pin _, Unpin _ -> {}
    }
  }

  private void noteEdge(int a, int b) {
    boolean areThere = graph().isThere(a) && graph().isThere(b);
    news.touch(a, b, areThere ? graph().weight(a, b) : 0);
  }

  /** What clients were not told yet; see {@link GraphNews}. */
  Optional<GraphUpdate> takeNews() {
    return news.take(this);
  }

  private boolean isSeen(PutEdge edge) {
    if (!graph().isThere(edge.a()) || !graph().isThere(edge.b())) {
      return true;
    }
    float before = graph().weight(edge.a(), edge.b());
    return edge.weight() > UNSEEN * before || before > UNSEEN * edge.weight();
  }

  /** Where most of the graph is new, all of that begins anew; else each beside its neighbours. */
  private void place(BitSet fresh, Map<Integer, Position> places) {
    places.forEach((slot, place) -> {
      if (fresh.get(slot) && graph().isThere(slot)) {
        putAt(slot, place);
      }
    });
    int[] placeless =
        fresh.stream().filter(slot -> graph().isThere(slot) && !layout.isThere(slot)).toArray();
    if (placeless.length > layout.count()) {
      layout.scatter(placeless);
      layout.warmAll(1);
    } else {
      for (int slot : placeless) {
        layout.add(slot, graph().adjacency());
      }
    }
  }

  private void putAt(int slot, Position place) {
    layout.add(slot, coordinate(place.x()), coordinate(place.y()), coordinate(place.z()));
    layout.warm(slot, Layout.LUKEWARM / 2);
  }

  /** A coordinate as near to what was asked for as space allows. */
  static float coordinate(double asked) {
    return (float) Math.clamp(asked, -Layout.EDGE_OF_SPACE, Layout.EDGE_OF_SPACE);
  }

  private void pin(List<GraphEdit> edits) {
    for (GraphEdit edit : edits) {
      if (edit instanceof Pin(int slot, float x, float y, float z) && layout.isThere(slot)) {
        layout.hold(slot, x, y, z);
        warmAround(slot, Layout.LUKEWARM);
      } else if (edit instanceof Unpin(int slot) && !drags.isHeld(slot)) {
        release(slot);
      }
    }
  }

  /**
   * Holds a node where a session drags it.
   *
   * @return false where too many drag already
   */
  boolean drag(String session, int slot, float x, float y, float z, long now) {
    int before = drags.heldBy(session);
    if (before != slot && before >= 0) {
      endDrag(session);
    }
    if (!drags.hold(session, slot, now)) {
      return false;
    }
    layout.hold(slot, x, y, z);
    warmAround(slot, 1);
    return true;
  }

  /** Ends what a session drags. */
  void endDrag(String session) {
    int slot = drags.heldBy(session);
    if (drags.end(session)) {
      letGo(slot);
    }
  }

  /** Ends the drags of sessions that have been silent. */
  void endSilentDrags(long now) {
    drags.expire(now).forEach(this::letGo);
  }

  boolean isDragging() {
    return !drags.isEmpty();
  }

  /** A node that is pinned stays where it was dragged to. */
  private void letGo(int slot) {
    if (!layout.isThere(slot)) {
      return;
    }
    if (store.pins().containsKey(slot)) {
      apply(List.of(new Pin(slot, layout.x(slot), layout.y(slot), layout.z(slot))));
    } else {
      release(slot);
    }
  }

  /** One that is too far off to come back before it has cooled is put where it belongs. */
  private void release(int slot) {
    if (!layout.isHeld(slot)) {
      return;
    }
    if (mayMove && isLost(slot)) {
      layout.remove(slot);
      layout.add(slot, graph().adjacency());
      layout.warmAll(1); // it has drawn others with it
    }
    layout.release(slot);
    warmAround(slot, Layout.LUKEWARM);
  }

  private boolean isLost(int slot) {
    double way = travel(Layout.LUKEWARM) / 2;
    return distanceToNeighbours(slot) > (isTied(slot) ? way : way + reachAtRest());
  }

  /**
   * Units from the centre at which one that nothing is tied to rests, where repulsion of all others
   * and what draws to the centre are the same; infinite where nothing draws there.
   */
  private double reachAtRest() {
    Forces forces = parameters.forces();
    return forces.centreK() == 0
        ? Double.POSITIVE_INFINITY
        : Math.sqrt((double) forces.repelK() * layout.count() / forces.centreK());
  }

  /** Units that a body can go at the most until it has cooled. */
  private double travel(float heat) {
    Motion motion = parameters.motion();
    return heat * motion.maxSpeed() * motion.step() / Math.max(motion.cooling(), 1e-3);
  }

  private boolean isTied(int slot) {
    Adjacency adjacency = graph().adjacency();
    return slot < adjacency.size() && adjacency.end(slot) > adjacency.start(slot);
  }

  /** From where some of them are on average, or from the centre where it has none. */
  private double distanceToNeighbours(int slot) {
    Adjacency adjacency = graph().adjacency();
    int from = slot < adjacency.size() ? adjacency.start(slot) : 0;
    int end = slot < adjacency.size() ? Math.min(adjacency.end(slot), from + MOST_WARMED) : 0;
    double x = 0;
    double y = 0;
    double z = 0;
    for (int k = from; k < end; k++) {
      int neighbour = adjacency.neighbours()[k];
      x += layout.x(neighbour);
      y += layout.y(neighbour);
      z += layout.z(neighbour);
    }
    int count = Math.max(1, end - from);
    return Math.hypot(
        Math.hypot(layout.x(slot) - x / count, layout.y(slot) - y / count),
        layout.z(slot) - z / count);
  }

  /** Warms a node, and its neighbours half as much. */
  private void warmAround(int slot, float heat) {
    layout.warm(slot, heat);
    Adjacency adjacency = graph().adjacency();
    if (slot >= adjacency.size()) {
      return;
    }
    int end = Math.min(adjacency.end(slot), adjacency.start(slot) + MOST_WARMED);
    for (int k = adjacency.start(slot); k < end; k++) {
      layout.warm(adjacency.neighbours()[k], heat / 2);
    }
  }

  /**
   * Gives every node a place.
   *
   * @param block where another simulator had them; null where nobody knows
   */
  void restore(@Nullable LayoutBlock block) {
    if (block != null) {
      restoreFrom(block);
    }
    BitSet placeless = new BitSet();
    for (int slot = 0; slot < graph().slots(); slot++) {
      placeless.set(slot, graph().isThere(slot) && !layout.isThere(slot));
    }
    place(placeless, Map.of());
    store.pins().values().forEach(pin -> layout.hold(pin.slot(), pin.x(), pin.y(), pin.z()));
  }

  /**
   * Bodies begin from rest: a block's velocities are in seconds of its simulator, whose settings
   * and rate were others. Springs and repulsion have them at speed within a few ticks.
   */
  private void restoreFrom(LayoutBlock block) {
    int n = block.count();
    float[] p = block.places();
    for (int i = 0; i < n; i++) {
      int slot = block.slot(i);
      boolean isPlace = Float.isFinite(p[i] + p[n + i] + p[2 * n + i]);
      if (isPlace && graph().isThere(slot) && !layout.isThere(slot)) {
        layout.add(slot, coordinate(p[i]), coordinate(p[n + i]), coordinate(p[2 * n + i]));
      }
    }
    if (block.isMoving()) {
      warmWhatMoved(block);
    }
  }

  /**
   * What had come to rest stays where it is, so that whoever watches a calm layout sees no change
   * of hands. That is what went no further in a second than may be gone in a tick at rest: of other
   * simulators only the units are known, not the rate, and none makes less than a tick a second.
   */
  private void warmWhatMoved(LayoutBlock block) {
    double rest = layout.rest();
    int n = block.count();
    float[] v = block.velocities();
    for (int i = 0; i < n; i++) {
      double speed = Math.hypot(Math.hypot(v[i], v[n + i]), v[2 * n + i]);
      if (!(speed <= rest)) {
        layout.warm(block.slot(i), Layout.LUKEWARM);
      }
    }
  }

  Tick tick(Crew crew) {
    return layout.tick(graph().adjacency(), crew);
  }
}
