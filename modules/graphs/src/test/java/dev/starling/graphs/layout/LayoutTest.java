/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.starling.graphs.Crew;
import dev.starling.graphs.Graph;
import dev.starling.graphs.Samples;
import dev.starling.graphs.ThreadCrew;
import dev.starling.graphs.layout.LayoutParameters.Forces;
import dev.starling.graphs.layout.LayoutParameters.Motion;
import dev.starling.graphs.layout.LayoutParameters.Rest;
import dev.starling.graphs.layout.LayoutParameters.Walls;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {
  private static final LayoutParameters USUAL = LayoutParameters.defaults();
  private static final Forces FORCES = USUAL.forces();

  /** What bodies do to each other, without a centre. */
  private static final Forces INNER =
      new Forces(324, 0, 32_400, 1, Float.POSITIVE_INFINITY, 0, 0, 1e6f);

  private static final Motion MOTION = USUAL.motion();
  private static final Walls NONE = USUAL.walls();
  private static final Rest REST = USUAL.rest();

  private static LayoutParameters with(Forces forces) {
    return new LayoutParameters(forces, MOTION, NONE, REST);
  }

  private static Layout scattered(Graph graph, LayoutParameters parameters, ForceKernels kernels) {
    Layout layout = new Layout(parameters, 42, kernels);
    layout.scatter(IntStream.range(0, graph.slots()).toArray());
    return layout;
  }

  private static Layout scattered(Graph graph) {
    return scattered(graph, USUAL, new SimdForceKernels());
  }

  private static List<Float> places(Layout layout) {
    List<Float> places = new ArrayList<>();
    for (int slot = 0; slot < layout.slots(); slot++) {
      places.addAll(List.of(layout.x(slot), layout.y(slot), layout.z(slot)));
    }
    return places;
  }

  private static Tick ticks(Layout layout, Graph graph, int count) {
    for (int i = 1; i < count; i++) {
      layout.tick(graph.adjacency(), Crew.ALONE);
    }
    return layout.tick(graph.adjacency(), Crew.ALONE);
  }

  private static double distance(Layout layout, int a, int b) {
    return Math.hypot(
        Math.hypot(layout.x(a) - layout.x(b), layout.y(a) - layout.y(b)),
        layout.z(a) - layout.z(b));
  }

  @Test
  void twoBodiesOnAnEdgeComeToRestWhereItsPullEqualsTheirPush() {
    Graph graph = Samples.nodes(2);
    graph.connect(0, 1, 1);
    Layout layout = scattered(graph);
    Tick last = ticks(layout, graph, 600);
    // springK d + centreK d / 2 = repelK d / (d² + softening)
    double pull = FORCES.springK() + FORCES.centreK() / 2;
    assertThat(distance(layout, 0, 1))
        .isCloseTo(Math.sqrt(FORCES.repelK() / pull - 1), within(0.1));
    assertThat(last.settled()).isTrue();
    assertThat(last.kineticEnergy()).isLessThan(1e-3);
  }

  @Test
  void anEdgeOfItsRestLengthDoesNothing() {
    Forces springs = new Forces(100, 80, 0, 1, Float.POSITIVE_INFINITY, 0, 0, 1e6f);
    Graph graph = Samples.nodes(2);
    graph.connect(0, 1, 1);
    Layout layout = scattered(graph, with(springs), new ScalarForceKernels(""));
    ticks(layout, graph, 600);
    assertThat(distance(layout, 0, 1)).isCloseTo(80, within(0.5));
  }

  @Test
  void mirroredBodiesMoveAsMirrors() {
    Graph graph = Samples.nodes(4);
    graph.connect(0, 1, 1);
    graph.connect(2, 3, 1);
    Layout layout = new Layout(with(INNER), 1, new SimdForceKernels());
    layout.add(0, 30, 5, 1);
    layout.add(1, 8, -9, 4);
    layout.add(2, -30, 5, 1);
    layout.add(3, -8, -9, 4);
    layout.warmAll(1);
    for (int i = 0; i < 200; i++) {
      layout.tick(graph.adjacency(), Crew.ALONE);
      assertThat(layout.x(2)).isCloseTo(-layout.x(0), within(0.01f));
      assertThat(layout.y(3)).isCloseTo(layout.y(1), within(0.01f));
    }
  }

  /** Inner forces cancel: the centre of inertia stays, with all pairs as with a tree. */
  @Test
  void aLayoutDoesNotDrift() {
    for (int nodes : new int[] {300, 3_000}) {
      Graph graph = Samples.blocks(nodes, 10, 8, 2, 5);
      Motion free = new Motion(1 / 60f, 0.85f, 1e6f, 0, 0);
      LayoutParameters parameters = new LayoutParameters(INNER, free, NONE, REST);
      Layout layout = scattered(graph, parameters, new SimdForceKernels());
      layout.tick(graph.adjacency(), Crew.ALONE);
      double before = centreOfInertia(layout, graph);
      double radius = 0;
      for (int i = 0; i < 200; i++) {
        radius = layout.tick(graph.adjacency(), Crew.ALONE).radius();
      }
      assertThat(Math.abs(centreOfInertia(layout, graph) - before)).isLessThan(1e-2 * radius);
    }
  }

  private static double centreOfInertia(Layout layout, Graph graph) {
    double sum = 0;
    double inertia = 0;
    for (int i = 0; i < layout.slots(); i++) {
      double mine = 1 + graph.adjacency().degree(i);
      sum += mine * layout.x(i);
      inertia += mine;
    }
    return sum / inertia;
  }

  static Stream<ForceKernels> kernels() {
    return Stream.of(new ScalarForceKernels(""), new SimdForceKernels());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theSameSeedMakesTheSameLayoutHoweverManyThreadsWork(ForceKernels kernels) {
    Graph graph = Samples.blocks(3_000, 10, 8, 2, 5);
    Layout alone = scattered(graph, USUAL, kernels);
    Layout together = scattered(graph, USUAL, kernels);
    try (ThreadCrew crew = new ThreadCrew(2)) {
      for (int i = 0; i < 20; i++) {
        Tick one = alone.tick(graph.adjacency(), Crew.ALONE);
        assertThat(together.tick(graph.adjacency(), crew)).isEqualTo(one);
      }
    }
    assertThat(places(together)).isEqualTo(places(alone));
  }

  @Test
  void itSettlesWithinEightSecondsAndItsEnergyFallsToRest() {
    for (int nodes : new int[] {500, 3_000}) {
      Graph graph = Samples.scaleFree(nodes, 6);
      Layout layout = scattered(graph);
      Tick tick = layout.tick(graph.adjacency(), Crew.ALONE);
      double hot = tick.kineticEnergy();
      while (!tick.settled() && tick.iteration() < 480) {
        tick = layout.tick(graph.adjacency(), Crew.ALONE);
        hot = Math.max(hot, tick.kineticEnergy());
      }
      assertThat(tick.settled()).isTrue();
      assertThat(tick.kineticEnergy()).isLessThan(1e-4 * hot);
    }
  }

  @Test
  void neighboursComeToLieNearerThanOthers() {
    Graph graph = Samples.blocks(1_000, 10, 8, 1, 7);
    Layout layout = scattered(graph);
    ticks(layout, graph, 300);
    double within = 0;
    double across = 0;
    for (int i = 0; i < 1_000; i++) {
      within += distance(layout, i, i / 100 * 100 + (i + 50) % 100);
      across += distance(layout, i, (i + 500) % 1_000);
    }
    assertThat(within).isLessThan(0.5 * across);
  }

  @Test
  void whatNoEdgeHoldsStaysInSight() {
    for (int nodes : new int[] {20, 500, 3_000}) {
      Graph graph = Samples.blocks(nodes, 5, 6, 2, 4);
      for (int other = 0; other < nodes; other++) {
        if (other != 7) {
          graph.disconnect(7, other);
        }
      }
      Layout layout = scattered(graph);
      Tick last = ticks(layout, graph, 480);
      double away = Math.hypot(Math.hypot(layout.x(7), layout.y(7)), layout.z(7));
      assertThat(away).isLessThan(6 * last.radius());
      assertThat(last.settled()).isTrue();
    }
  }

  @Test
  void aHeldBodyStaysAndALettingGoLetsItMove() {
    Graph graph = Samples.blocks(200, 4, 6, 1, 8);
    Layout layout = scattered(graph);
    layout.hold(17, 400, -300, 200);
    for (int i = 0; i < 50; i++) {
      layout.tick(graph.adjacency(), Crew.ALONE);
      assertThat(List.of(layout.x(17), layout.y(17), layout.z(17)))
          .containsExactly(400f, -300f, 200f);
    }
    assertThat(layout.isHeld(17)).isTrue();
    layout.release(17);
    layout.warm(17, Layout.LUKEWARM);
    layout.tick(graph.adjacency(), Crew.ALONE);
    assertThat(layout.x(17)).isLessThan(400);
  }

  @Test
  void whatSettledStaysSettledUntilSomethingIsWarmedAndThenOnlyThatMoves() {
    Graph graph = Samples.blocks(200, 4, 6, 1, 8);
    Layout layout = scattered(graph);
    while (!layout.tick(graph.adjacency(), Crew.ALONE).settled()) {
      // until it has
    }
    List<Float> before = places(layout);
    assertThat(ticks(layout, graph, 60).kineticEnergy()).isZero();
    assertThat(places(layout)).isEqualTo(before);
    layout.hold(3, layout.x(3) + 100, layout.y(3), layout.z(3));
    layout.warm(4, Layout.LUKEWARM);
    assertThat(layout.tick(graph.adjacency(), Crew.ALONE).settled()).isFalse();
    double moved = 0;
    for (int slot = 5; slot < 200; slot++) {
      moved = Math.max(moved, Math.abs(layout.x(slot) - before.get(3 * slot)));
    }
    assertThat(moved).isZero();
    assertThat(layout.x(4)).isNotEqualTo(before.get(3 * 4));
  }

  @Test
  void aNewBodyComesBesideItsNeighbours() {
    Graph graph = Samples.blocks(200, 4, 6, 1, 8);
    Layout layout = scattered(graph);
    while (!layout.tick(graph.adjacency(), Crew.ALONE).settled()) {
      // until it has
    }
    Graph more = Samples.blocks(200, 4, 6, 1, 8);
    Graph roomy = new Graph(201);
    for (int i = 0; i < 200; i++) {
      roomy.add(more.kind(i), more.key(i), more.label(i));
    }
    int slot = roomy.add(more.kind(0), "new", "");
    roomy.connect(slot, 7, 1);
    layout.add(slot, roomy.adjacency());
    assertThat(distance(layout, slot, 7)).isLessThan(100);
    assertThat(layout.count()).isEqualTo(201);
    layout.remove(slot);
    assertThat(layout.count()).isEqualTo(200);
    assertThat(layout.isThere(slot)).isFalse();
  }

  /** Every parameter at both ends of what it may be, in turn with the others at theirs. */
  static Stream<LayoutParameters> extremes() {
    return IntStream.range(0, 64).mapToObj(LayoutTest::extreme);
  }

  /** Bits choose ends for groups of parameters that pull against each other. */
  private static LayoutParameters extreme(int bits) {
    boolean a = (bits & 1) != 0;
    boolean b = (bits & 2) != 0;
    boolean c = (bits & 4) != 0;
    boolean d = (bits & 8) != 0;
    boolean e = (bits & 16) != 0;
    boolean f = (bits & 32) != 0;
    return new LayoutParameters(
        new Forces(
            a ? 1e6f : 0,
            b ? 1e6f : 0,
            c ? 1e9f : 0,
            d ? 1e-6f : 1e6f,
            e ? 1e-3f : Float.POSITIVE_INFINITY,
            f ? 1e6f : 0,
            b ? 1e6f : 0,
            a || c ? 1e9f : 0),
        new Motion(d ? 1e-4f : 1, e ? 0 : 1, f ? 0 : 1e7f, b ? 1 : 0, c ? 1e6f : 0),
        new Walls(a != b, c ? 1e-3f : Layout.EDGE_OF_SPACE, d ? 0 : 1),
        new Rest(e ? 0 : 1, f ? 1 : 1_000_000));
  }

  @Test
  void whatIsBeyondTheEndsIsRefusedByItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Forces(-1, 0, 1, 1, 1, 0, 0, 1))
        .withMessageStartingWith("springK is -1.0, not 0.0 to ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Forces(1, 0, Float.NaN, 1, 1, 0, 0, 1))
        .withMessageContaining("repelK");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Motion(0, 0.9f, 1, 0, 0))
        .withMessageContaining("step");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Walls(true, 2 * Layout.EDGE_OF_SPACE, 0))
        .withMessageContaining("halfWidth");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rest(0.1f, 0))
        .withMessageContaining("ticks");
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void noParameterMakesANumberThatIsNotFinite(LayoutParameters parameters) {
    Graph graph = Samples.random(100, 300, 1e6, 9);
    for (ForceKernels kernels : List.of(new ScalarForceKernels(""), new SimdForceKernels())) {
      Layout layout = scattered(graph, parameters, kernels);
      for (int i = 0; i < 20; i++) {
        Tick tick = layout.tick(graph.adjacency(), Crew.ALONE);
        assertThat(tick.greatestStep()).isFinite();
        assertThat(tick.radius()).isFinite();
      }
      places(layout)
          .forEach(coordinate ->
              assertThat(Math.abs(coordinate)).isLessThanOrEqualTo(Layout.EDGE_OF_SPACE));
    }
  }

  @Test
  void bodiesOnOneSpotPart() {
    Graph graph = Samples.nodes(3);
    Layout layout = new Layout(USUAL, 1, new SimdForceKernels());
    for (int slot = 0; slot < 3; slot++) {
      layout.add(slot, 1, 2, 3);
    }
    layout.warmAll(1);
    ticks(layout, graph, 30);
    assertThat(distance(layout, 0, 1)).isGreaterThan(1);
    assertThat(distance(layout, 1, 2)).isGreaterThan(1);
    assertThat(distance(layout, 0, 2)).isGreaterThan(1);
  }

  @Test
  void nobodyStaysBehindTheWalls() {
    Graph graph = Samples.nodes(500);
    Walls walls = new Walls(true, 50, 0.9f);
    Layout layout =
        scattered(graph, new LayoutParameters(FORCES, MOTION, walls, REST), new SimdForceKernels());
    ticks(layout, graph, 50);
    places(layout).forEach(coordinate -> assertThat(Math.abs(coordinate)).isLessThanOrEqualTo(50));
  }

  @Test
  void whatIsNoPlaceIsRefused() {
    Layout layout = scattered(Samples.nodes(2));
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1.1e6f}) {
      assertThatIllegalArgumentException().isThrownBy(() -> layout.hold(0, 0, wrong, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> layout.add(5, 0, 0, wrong));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> layout.hold(5, 0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> layout.add(1, 0, 0, 0));
    assertThat(layout.count()).isEqualTo(2);
  }
}
