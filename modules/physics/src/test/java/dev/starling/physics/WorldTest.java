/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.starling.graphs.Crew;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.graphs.layout.LayoutParameters.Forces;
import dev.starling.graphs.layout.LayoutParameters.Motion;
import dev.starling.graphs.layout.LayoutParameters.Rest;
import dev.starling.graphs.layout.Tick;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.GraphEdit.Unpin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorldTest {
  private static final long NOW = 1_000_000_000L;

  @Test
  void everyNodeHasAPlace() {
    World world = Worlds.ring(100);
    assertThat(world.layout().count()).isEqualTo(100);
    world.apply(List.of(new PutNode(100, true, false, "agent", "agent")));
    assertThat(world.layout().isThere(100)).isTrue();
    world.apply(List.of(new DropNode(3)));
    assertThat(world.layout().isThere(3)).isFalse();
    assertThat(world.graph().edges()).isEqualTo(98);
  }

  @Test
  void aNewNodeBeginsBesideItsNeighbours() {
    World world = Worlds.ring(100);
    Worlds.ticks(world, 300);
    world.apply(List.of(new PutNode(100, false, true, "x", "x"), new PutEdge(100, 7, 1, 1)));
    assertThat(distance(world, 100, 7)).isLessThan(100);
  }

  @Test
  void aNewNodeBeginsWhereItsDocumentSays() {
    World world = Worlds.ring(10);
    world.apply(
        List.of(new PutNode(10, false, true, "x", "x")), Map.of(10, new Position(1, 2, 1e300)));
    assertThat(world.layout().x(10)).isEqualTo(1);
    assertThat(world.layout().z(10)).isEqualTo(1e6f);
  }

  @Test
  void whatIsFarFromAChangeStaysNearlyWhereItIs() {
    World world = Worlds.ring(400);
    Worlds.ticks(world, 800);
    float before = world.layout().x(200);
    world.apply(List.of(new DropEdge(0, 1)));
    Worlds.ticks(world, 5);
    assertThat(world.layout().x(200)).isCloseTo(before, within(0.5f));
  }

  @Test
  void aPinnedNodeStays() {
    World world = Worlds.ring(50);
    world.apply(List.of(new Pin(3, 10, 20, 30)));
    Worlds.ticks(world, 100);
    assertThat(place(world, 3)).containsExactly(10, 20, 30);
    world.apply(List.of(new Unpin(3)));
    Worlds.ticks(world, 5);
    assertThat(place(world, 3)).isNotEqualTo(new float[] {10, 20, 30});
  }

  @Test
  void whatIsLetGoTooFarOffToBeDrawnBackIsPutBesideItsNeighbours() {
    World world = Worlds.ring(50);
    Worlds.ticks(world, 300);
    assertThat(world.drag("session", 3, 1e6f, -1e6f, 1e6f, NOW)).isTrue();
    world.endDrag("session");
    assertThat(distance(world, 3, 4)).isLessThan(100);
    world.apply(List.of(new Pin(7, 5e5f, 0, 0)));
    world.apply(List.of(new Unpin(7)));
    assertThat(distance(world, 7, 8)).isLessThan(100);
    assertThat(world.drag("session", 9, 300, 0, 0, NOW)).isTrue();
    world.endDrag("session");
    assertThat(world.layout().x(9)).isEqualTo(300);
  }

  @Test
  void aNodeThatNothingIsTiedToStaysWhereItIsLetGo() {
    World world = Worlds.empty(new ArrayList<>());
    List<GraphEdit> edits = new ArrayList<>();
    for (int slot = 0; slot < 1_500; slot++) {
      edits.add(new PutNode(slot, true, false, "a" + slot, "agent " + slot));
    }
    world.apply(edits);
    Worlds.ticks(world, 600);
    float[] before = place(world, 7);
    assertThat(world.drag("session", 7, before[0], before[1], before[2], NOW)).isTrue();
    world.endDrag("session");
    assertThat(place(world, 7)).containsExactly(before);
    world.apply(List.of(new Unpin(8)));
    world.drag("session", 8, 1e6f, 0, 0, NOW);
    world.endDrag("session");
    assertThat(world.layout().x(8)).isLessThan(10_000);
  }

  @Test
  void whatIsLetGoInALayoutThatMayNotMoveStaysThere() {
    World world = Worlds.ring(50);
    Worlds.ticks(world, 300);
    world.parameters(LayoutParameters.defaults(), false);
    world.drag("session", 3, 1e6f, -1e6f, 1e6f, NOW);
    world.endDrag("session");
    assertThat(place(world, 3)).containsExactly(1e6f, -1e6f, 1e6f);
  }

  @Test
  void whenItRestsIsNoReasonToMove() {
    World world = Worlds.ring(50);
    double before = radiusAtRest(world);
    LayoutParameters usual = LayoutParameters.defaults();
    world.parameters(
        new LayoutParameters(usual.forces(), usual.motion(), usual.walls(), new Rest(1e-5f, 20)),
        true);
    assertThat(world.tick(Crew.ALONE).radius()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource
  void aLayoutComesBackWhenSettingsThatDistortedItAreTakenBack(Forces forces, Motion motion) {
    LayoutParameters usual = LayoutParameters.defaults();
    World world = Worlds.ring(200);
    double before = radiusAtRest(world);
    world.parameters(new LayoutParameters(forces, motion, usual.walls(), usual.rest()), true);
    Worlds.ticks(world, 300);
    double distorted = world.tick(Crew.ALONE).radius();
    assertThat(distorted > 10 * before || distorted < before / 10).as("%s", distorted).isTrue();

    world.parameters(usual, true);

    assertThat(radiusAtRest(world)).isBetween(before / 2, 2 * before);
  }

  static Stream<Arguments> aLayoutComesBackWhenSettingsThatDistortedItAreTakenBack() {
    Motion usual = LayoutParameters.defaults().motion();
    Motion fast = new Motion(1, 1, 1e7f, 0, 0);
    Motion trembling = new Motion(1 / 60f, 0.85f, 1e7f, 0, 1e6f);
    return Stream.of(
        arguments(named("it burst", forces(0, 1e9f)), fast),
        arguments(named("it grew", forces(1, 1e9f)), usual),
        arguments(named("it trembled apart", forces(0, 0)), trembling),
        arguments(named("it fell together", forces(1_296, 0)), usual));
  }

  private static Forces forces(float springK, float repelK) {
    Forces usual = LayoutParameters.defaults().forces();
    return new Forces(springK, 0, repelK, 1, usual.reach(), usual.centreK(), 0, 1e9f);
  }

  private static double radiusAtRest(World world) {
    for (int i = 0; i < 2_000; i++) {
      Tick moved = world.tick(Crew.ALONE);
      if (moved.settled()) {
        return moved.radius();
      }
    }
    throw new AssertionError("it does not come to rest");
  }

  @Test
  void aDraggedNodeGoesWhereItIsDraggedAndItsNeighboursFollow() {
    World world = Worlds.ring(50);
    Worlds.ticks(world, 400);
    assertThat(world.drag("s", 3, 500, 0, 0, NOW)).isTrue();
    double stretched = distance(world, 3, 4);
    Worlds.ticks(world, 60);
    assertThat(place(world, 3)).containsExactly(500, 0, 0);
    assertThat(distance(world, 3, 4)).isLessThan(0.8 * stretched);
    world.endDrag("s");
    Worlds.ticks(world, 5);
    assertThat(world.isDragging()).isFalse();
    assertThat(world.layout().x(3)).isNotEqualTo(500);
  }

  @Test
  void aDragEndsBySilence() {
    World world = Worlds.ring(10);
    world.drag("s", 3, 500, 0, 0, NOW);
    world.endSilentDrags(NOW + Drags.SILENCE_NANOS);
    assertThat(world.layout().isHeld(3)).isTrue();
    world.endSilentDrags(NOW + Drags.SILENCE_NANOS + 1);
    assertThat(world.layout().isHeld(3)).isFalse();
    assertThat(world.isDragging()).isFalse();
  }

  @Test
  void aNodeThatTwoDragIsHeldUntilBothLetGo() {
    World world = Worlds.ring(10);
    world.drag("one", 3, 500, 0, 0, NOW);
    world.drag("two", 3, 400, 0, 0, NOW);
    world.endDrag("one");
    assertThat(world.layout().isHeld(3)).isTrue();
    world.endDrag("two");
    assertThat(world.layout().isHeld(3)).isFalse();
  }

  @Test
  void whoDragsAnotherNodeLetsGoOfTheOneBefore() {
    World world = Worlds.ring(10);
    world.drag("s", 3, 500, 0, 0, NOW);
    world.drag("s", 4, 500, 0, 0, NOW);
    assertThat(world.layout().isHeld(3)).isFalse();
    assertThat(world.layout().isHeld(4)).isTrue();
  }

  @Test
  void aPinnedNodeIsPinnedWhereItWasDraggedTo() {
    List<GraphEdit> log = new ArrayList<>();
    World world = Worlds.empty(log);
    world.apply(Worlds.ringEdits(10));
    world.apply(List.of(new Pin(3, 1, 1, 1)));
    world.drag("s", 3, 7, 8, 9, NOW);
    world.endDrag("s");
    assertThat(log.getLast()).isEqualTo(new Pin(3, 7, 8, 9));
    assertThat(world.layout().isHeld(3)).isTrue();
  }

  @Test
  void onlySoManyDragAtATime() {
    World world = Worlds.ring(10);
    for (int i = 0; i < Drags.MOST; i++) {
      assertThat(world.drag("s" + i, 3, 0, 0, 0, NOW)).isTrue();
    }
    assertThat(world.drag("one more", 3, 0, 0, 0, NOW)).isFalse();
    assertThat(world.drag("s7", 3, 0, 0, 0, NOW)).isTrue();
  }

  @Test
  void whoTakesOverGoesOnWhereTheNodesWere() {
    World leader = Worlds.ring(100);
    leader.apply(List.of(new Pin(5, 1, 2, 3)));
    Worlds.ticks(leader, 50);
    LayoutBlock last = Blocks.of(leader, 0, 90, 1, 50, true, 1);
    World next =
        new World(
            leader.store(), dev.starling.graphs.layout.LayoutParameters.defaults(), 1, edits -> {});
    next.restore(last);
    assertThat(next.layout().count()).isEqualTo(100);
    for (int slot = 0; slot < 90; slot++) {
      assertThat(place(next, slot)).containsExactly(place(leader, slot));
    }
    assertThat(next.layout().isHeld(5)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoTakesOverMovesNothingThatHadComeToRest(boolean atRest) {
    World leader = Worlds.ring(100);
    Worlds.ticks(leader, atRest ? 3_000 : 50);
    LayoutBlock last = Blocks.of(leader, 0, 100, 1, 50, true, 1);
    World next =
        new World(
            leader.store(), dev.starling.graphs.layout.LayoutParameters.defaults(), 1, edits -> {});
    next.restore(last);
    Worlds.ticks(next, 20);
    assertThat(IntStream.range(0, 100))
        .allMatch(slot -> Arrays.equals(place(next, slot), place(leader, slot)) == atRest);
  }

  @Test
  void twoWorldsOfTheSameEditsMoveAlike() {
    World one = Worlds.ring(2_000);
    World other = Worlds.ring(2_000);
    Worlds.ticks(one, 20);
    Worlds.ticks(other, 20);
    LayoutBlock a = Blocks.of(one, 0, 2_000, 1, 1, true, 1);
    LayoutBlock b = Blocks.of(other, 0, 2_000, 1, 1, true, 1);
    assertThat(a.places()).containsExactly(b.places());
    assertThat(a.velocities()).containsExactly(b.velocities());
  }

  private static float[] place(World world, int slot) {
    return new float[] {world.layout().x(slot), world.layout().y(slot), world.layout().z(slot)};
  }

  private static double distance(World world, int a, int b) {
    float[] p = place(world, a);
    float[] q = place(world, b);
    return Math.sqrt(
        Math.pow(p[0] - q[0], 2) + Math.pow(p[1] - q[1], 2) + Math.pow(p[2] - q[2], 2));
  }
}
