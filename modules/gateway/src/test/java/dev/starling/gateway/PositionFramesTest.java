/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GatewayMessage.LastPositions;
import dev.starling.protocol.mesh.GatewayMessage.LastPositionsQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.testkit.FrameClient;
import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.LocalMesh;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Position frames from a simulator on the real bus to clients on real sockets. */
class PositionFramesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration AT_ONCE = Duration.ofMillis(100);

  private TestGateway gateway;
  private ScriptedSimulator simulator;
  private int port;

  @BeforeEach
  void start() {
    gateway = new TestGateway("gateway", "router", "physics");
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    simulator = new ScriptedSimulator(gateway.mesh());
    port = LocalMesh.await(gateway.start(config()).httpPort());
  }

  static GatewayConfig config() {
    GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    return TestGateway.onLoops(
        TestGateway.with(usual, TestGateway.access(Optional.empty()), TestGateway.limits(100)), 2);
  }

  @AfterEach
  void stop() {
    simulator.close();
    gateway.close();
  }

  private FrameClient connect(String query) {
    return FrameClient.connect(port, query);
  }

  private void awaitWatched() {
    eventually("the simulator knows", PATIENCE, () -> lastWatch().rate() > 0);
  }

  private Watch lastWatch() {
    return simulator.heard(Watch.class).getLast();
  }

  private static ByteBuffer read(byte[] frame) {
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void everyBlockOfALayoutThatMovesReachesAClientInItsOrder() {
    try (FrameClient client = connect("")) {
      awaitWatched();
      simulator.run(1_000, 60);
      List<Float> places = new ArrayList<>();
      long begun = System.nanoTime();
      for (int frame = 0; frame < 180; frame++) {
        List<Node> nodes = client.nextNodes();
        assertThat(nodes).hasSize(1_000);
        assertThat(nodes.get(999).id()).isEqualTo(999);
        places.add(nodes.getFirst().x());
      }
      assertThat(places).isSorted().doesNotHaveDuplicates();
      assertThat(System.nanoTime() - begun).isLessThan(PATIENCE.toNanos());
    }
  }

  @Test
  void aClientThatJoinsALayoutAtRestHasAFrameAtOnce() {
    try (FrameClient first = connect("")) {
      awaitWatched();
      simulator.sendNow(simulator.block(10_000, 7, false));
      assertThat(first.nextNodes()).hasSize(10_000);
      List<Long> waits = new ArrayList<>();
      for (int joiner = 0; joiner < 5; joiner++) {
        long begun = System.nanoTime();
        try (FrameClient client = connect("?protocol=" + (1 + joiner % 3))) {
          assertThat(client.next()).isNotEmpty();
          waits.add(System.nanoTime() - begun);
        }
      }
      assertThat(Collections.min(waits)).isLessThan(AT_ONCE.toNanos());
    }
  }

  @Test
  void aGraphWithoutNodesHasNoFramesButOneThatSaysThatTheyAreGone() {
    try (FrameClient first = connect("")) {
      awaitWatched();
      simulator.sendNow(simulator.block(0, 0, true));
      simulator.sendNow(simulator.block(3, 1, true));
      assertThat(first.nextNodes()).hasSize(3);
      simulator.sendNow(simulator.block(0, 0, false));
      eventually("they are gone", PATIENCE, () -> first.next().length == 0);
      try (FrameClient second = connect("")) {
        awaitWatched();
        simulator.sendNow(simulator.block(2, 1, false));
        assertThat(second.nextNodes()).hasSize(2);
        assertThat(first.nextNodes()).hasSize(2);
      }
    }
  }

  @Test
  void aClientThatJoinsWhileNobodyLeadsHasTheLastFrameAtOnce() {
    try (FrameClient first = connect("")) {
      awaitWatched();
      simulator.sendNow(simulator.block(10, 7, true));
      assertThat(first.nextNodes()).hasSize(10);
      simulator.resign();
      try (FrameClient second = connect("")) {
        assertThat(second.nextNodes().getFirst().x()).isEqualTo(7);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLayoutThatRestsComesOnceASecondWhetherItWasSaidToRestOrNothingCame(boolean isMoving) {
    try (FrameClient client = connect("")) {
      awaitWatched();
      simulator.sendNow(simulator.block(10, 7, isMoving));
      byte[] first = client.next();
      long before = System.nanoTime();
      for (int again = 0; again < 2; again++) {
        assertThat(client.next()).isEqualTo(first);
        long now = System.nanoTime();
        assertThat(Duration.ofNanos(now - before)).isGreaterThan(Duration.ofMillis(500));
        before = now;
      }
    }
  }

  @Test
  void fewerFramesComeWhereFewerAreAskedFor() {
    try (FrameClient all = connect("");
        FrameClient some = connect("?fps=6")) {
      eventually("both are known", PATIENCE, () -> lastWatch().rate() == 60);
      simulator.run(10, 60);
      List<Node> before = some.nextNodes();
      long begun = System.nanoTime();
      for (int frame = 0; frame < 12; frame++) {
        List<Node> next = some.nextNodes();
        assertThat(next.getFirst().x()).isGreaterThan(before.getFirst().x() + 1);
        before = next;
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
      assertThat(all.nextNodes()).hasSize(10);
    }
  }

  @Test
  void theSimulatorIsToldTheMostThatAnybodyTakes() {
    try (FrameClient slow = connect("?fps=5&protocol=2")) {
      eventually("its rate is asked for", PATIENCE, () -> lastWatch().rate() == 5);
      try (FrameClient fast = connect("?fps=30")) {
        eventually("the faster one's is", PATIENCE, () -> lastWatch().rate() == 30);
        simulator.sendNow(simulator.block(1, 1, false));
        assertThat(fast.next()).hasSize(34);
        assertThat(slow.next()).hasSize(37);
      }
      eventually("the slower one's is again", PATIENCE, () -> lastWatch().rate() == 5);
      int before = simulator.heard(Watch.class).size();
      eventually(
          "it is said again", PATIENCE, () -> simulator.heard(Watch.class).size() > before + 1);
    }
    eventually("nobody watches", PATIENCE, () -> lastWatch().rate() == 0);
  }

  @Test
  void whatNobodyWatchesIsNeitherEncodedNorForgotten() {
    simulator.sendNow(simulator.block(10, 1, true));
    LayoutBlock last = simulator.block(10, 2, true);
    simulator.sendNow(last);
    assertThat(gateway.metrics().find("starling.gateway.frames.encode").timers()).isEmpty();
    LastPositions known =
        LocalMesh.await(
            gateway
                .mesh()
                .bus()
                .request(
                    Addresses.gateway(gateway.mesh().nodeId()),
                    new LastPositionsQuery(),
                    PATIENCE));
    assertThat(known.block()).isEqualTo(last);
    try (FrameClient client = connect("")) {
      assertThat(client.nextNodes().getFirst().x()).isEqualTo(2);
    }
  }

  @Test
  void aBlockOfAnEarlierTermIsPassedOver() {
    try (FrameClient client = connect("")) {
      awaitWatched();
      simulator.term(1);
      LayoutBlock late = simulator.block(1, 5, true);
      simulator.term(2);
      simulator.sendNow(simulator.block(1, 6, true));
      assertThat(client.nextNodes().getFirst().x()).isEqualTo(6);
      simulator.sendNow(late);
      assertThat(gateway.count("starling.gateway.frames.skipped", "cause", "outdated"))
          .isEqualTo(1);
      simulator.sendNow(simulator.block(1, 7, false));
      assertThat(client.nextNodes().getFirst().x()).isEqualTo(7);
    }
  }

  @Test
  void nodesBeyondFifteenBitsAreLeftOutOfTheFirstProtocolWhoseClientIsToldOnce() {
    try (FrameClient first = connect("");
        FrameClient second = connect("?protocol=2")) {
      awaitWatched();
      int[] ids = {5 | LayoutBlock.AGENT, 40_000};
      simulator.sendNow(simulator.block(ids, new float[6], false));
      assertThat(first.nextNodes())
          .containsExactly(new Node(5, true, 0, 0, 0, Float.POSITIVE_INFINITY, -1));
      assertThat(first.next()).as("the next, a second later").hasSize(34);
      first.say("{\"type\":\"ping\"}");
      assertThat(first.text("V1_ID_RANGE")).contains("?protocol=2");
      assertThat(first.text("pong")).isNotEmpty();
      assertThat(first.texts()).noneMatch(text -> text.contains("V1_ID_RANGE"));
      byte[] frame = second.next();
      assertThat(frame).hasSize(1 + 2 * 36);
      assertThat(read(frame).getInt(1 + 36)).isEqualTo(40_000);
    }
  }

  @Test
  void framesOfTheThirdProtocolBuildOnEachOther() {
    try (FrameClient client = connect("?protocol=3")) {
      awaitWatched();
      simulator.run(500, 60);
      int last = 0;
      int deltas = 0;
      for (int i = 0; i < 60; i++) {
        ByteBuffer frame = read(client.next());
        assertThat(frame.get(0)).isEqualTo((byte) 3);
        boolean isKey = frame.get(5) == 1;
        assertThat(isKey || frame.getInt(6) == last).as("frame " + i).isTrue();
        assertThat(isKey).as("the first is whole, frame " + i).isIn(i == 0, true);
        last = frame.getInt(1);
        deltas += isKey ? 0 : 1;
      }
      assertThat(deltas).isPositive();
      try (FrameClient joiner = connect("?protocol=3")) {
        assertThat(joiner.next()[5]).as("whole for who joins").isEqualTo((byte) 1);
      }
    }
  }

  @Test
  void aSessionOfZlibGetsFramesOnlyWhereTheyCanBeToldApart() {
    try (FrameClient zlib = connect("?compression=zlib");
        FrameClient both = connect("?compression=zlib&protocol=2")) {
      awaitWatched();
      simulator.sendNow(simulator.block(1, 1, false));
      assertThat(both.next()).hasSize(37);
      zlib.say("{\"type\":\"ping\"}");
      assertThat(zlib.text("pong")).isNotEmpty();
      assertThat(gateway.count("starling.gateway.frames.sent", "protocol", "1")).isZero();
    }
  }

  @Test
  void whoUnsubscribesGetsNoMoreAndWhoSubscribesAgainGetsAFrameAtOnce() {
    try (FrameClient client = connect("")) {
      awaitWatched();
      client.say("{\"type\":\"unsubscribe\",\"events\":[\"positions\"]}");
      assertThat(client.text("subscribed")).doesNotContain("positions");
      eventually("nobody watches", PATIENCE, () -> lastWatch().rate() == 0);
      simulator.sendNow(simulator.block(1, 3, false));
      client.say("{\"type\":\"subscribe\",\"events\":[\"positions\"]}");
      assertThat(client.nextNodes().getFirst().x()).isEqualTo(3);
    }
  }
}
