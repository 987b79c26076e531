/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.Kernels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What two routers tell their gateways, over the real bus, of agents of gateways that were lost.
 */
class FarewellsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int GATEWAYS = 40;

  /** Of an agent that is gone: that it is offline, and that it left. */
  private static final int WORDS = 2;

  /** What one gateway and the other one heard, as {@code agent_left a of g}. */
  private static final List<List<String>> HEARD =
      List.of(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());

  private static final AtomicReference<Publish> LAST_STATUS = new AtomicReference<>();

  private static List<Mesh> meshes = List.of();

  private final List<Side> sides = meshes.stream().map(Side::new).toList();
  private final Side side = sides.getFirst();

  /** One router's farewells and directory, on a loop of their own. */
  private static final class Side {
    private final Mesh mesh;
    private final RouterLoop loop;
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final AgentDirectory directory =
        new AgentDirectory(Kernels.scalar(), 2 * Farewells.MOST);
    private final Farewells farewells;

    Side(Mesh mesh) {
      this.mesh = mesh;
      this.loop = new RouterLoop(mesh);
      this.farewells = new Farewells(mesh, directory, new RouterMetrics(registry));
    }

    void lost(List<Agent> agents) {
      loop.run(() -> farewells.lost(mesh.view(), agents));
    }

    void isBack(String gateway, Agent... agents) {
      loop.run(() -> {
        List.of(agents).forEach(directory::add);
        farewells.isWhole(gateway, () -> List.of(agents));
      });
    }

    void tick() {
      loop.run(farewells::tick);
    }

    double dropped() {
      return registry.get("starling.router.drops").tag("cause", "farewell").counter().count();
    }

    /** A gateway, as that one is called, for whose agents this router speaks. */
    String gatewayOfMine(String name) {
      return IntStream.iterate(0, i -> i + 1)
          .mapToObj(i -> name + "-" + i)
          .filter(id -> mesh.view().inLine("router", id).getFirst().id().equals(mesh.nodeId()))
          .findFirst()
          .orElseThrow();
    }
  }

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway", "router");
    for (int i = 0; i < meshes.size(); i++) {
      listen(meshes.get(i), HEARD.get(i));
    }
    ScriptedPeer.allServe(meshes);
  }

  private static void listen(Mesh mesh, List<String> heard) {
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(
                    Addresses.gateway(mesh.nodeId()),
                    message -> {
                      heard.add(words((Publish) message));
                      return null;
                    })
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
  }

  private static String words(Publish publish) {
    JsonObject message = new JsonObject(publish.message().toString());
    if (publish.event() == Event.AGENT_STATUS) {
      LAST_STATUS.set(publish);
      assertThat(publish.key()).isEqualTo(message.getString("agentId"));
      return message.getString("status") + " " + publish.key() + " of " + message.getString("node");
    }
    assertThat(publish.event()).isEqualTo(Event.SYSTEM_EVENT);
    JsonObject data = message.getJsonObject("data");
    assertThat(publish.key()).isEqualTo(data.getString("agentId"));
    return message.getString("event") + " " + publish.key() + " of " + data.getString("gateway");
  }

  @AfterAll
  static void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void forget() {
    HEARD.forEach(List::clear);
  }

  private static List<Agent> agents(String gateway, int count) {
    return IntStream.range(0, count).mapToObj(i -> Samples.agent(1, gateway, "a" + i)).toList();
  }

  /** Waits until each gateway has heard what it was told before. */
  private void fence() {
    for (Side one : sides) {
      String id = "fence-" + System.nanoTime();
      Publish fence =
          new Publish(
              Event.SYSTEM_EVENT,
              id,
              FlowWriter.json(SystemEvent.ofAgent("agent_left", id, "nowhere")));
      one.loop.run(() ->
          meshes.forEach(mesh -> one.mesh.bus().send(Addresses.gateway(mesh.nodeId()), fence)));
      String word = words(fence);
      eventually("the fence", PATIENCE, () -> HEARD.stream().allMatch(all -> all.contains(word)));
      HEARD.forEach(all -> all.remove(word));
    }
  }

  private void assertEachHeard(String... words) {
    fence();
    assertThat(HEARD).allSatisfy(all -> assertThat(all).containsExactly(words));
  }

  @Test
  void ofTheRoutersThatKnowOneTellsEveryGateway() {
    List<String> expected = new ArrayList<>();
    List<Integer> told = new ArrayList<>();
    for (Side one : sides) {
      for (int i = 0; i < GATEWAYS; i++) {
        one.lost(List.of(Samples.agent(1, "g" + i, "a" + i)));
      }
      one.tick();
      fence();
      told.add(HEARD.getFirst().size());
    }
    for (int i = 0; i < GATEWAYS; i++) {
      expected.add("offline a" + i + " of g" + i);
      expected.add("agent_left a" + i + " of g" + i);
    }
    assertThat(told.getFirst()).isBetween(1, 2 * GATEWAYS - 1);
    assertThat(HEARD)
        .allSatisfy(all -> assertThat(all).containsExactlyInAnyOrderElementsOf(expected));
  }

  @Test
  void whoIsLostIsOfflineForAReasonAndNothingIsMadeUpOfIt() {
    side.lost(agents(side.gatewayOfMine("g"), 1));
    side.tick();
    fence();
    JsonObject status = new JsonObject(LAST_STATUS.get().message().toString());
    assertThat(status.getString("reason")).isEqualTo("its node was lost");
    assertThat(status.getJsonObject("health").getMap().values()).containsOnly(null, false);
    assertThat(status.getMap()).containsEntry("mcpMetrics", null).containsEntry("kind", "");
  }

  @Test
  void aGatewayThatComesBackHasItsAgentsAnnouncedOnce() {
    String gateway = side.gatewayOfMine("g");
    side.lost(agents(gateway, 1));
    side.tick();
    side.isBack(gateway, Samples.agent(2, gateway, "a0"), Samples.agent(2, gateway, "new"));
    side.isBack(gateway, Samples.agent(2, gateway, "a0"));
    side.isBack("never lost", Samples.agent(2, "never lost", "other"));
    side.tick();
    assertEachHeard(
        "offline a0 of " + gateway,
        "agent_left a0 of " + gateway,
        "agent_joined a0 of " + gateway,
        "agent_joined new of " + gateway);
  }

  @Test
  void ofAGatewayThatJoinedAnewNothingIsTold() {
    for (Side one : sides) {
      for (Mesh gateway : meshes) {
        one.lost(agents(gateway.nodeId(), 1));
        one.tick();
        one.isBack(gateway.nodeId(), Samples.agent(2, gateway.nodeId(), "a0"));
        one.tick();
      }
    }
    assertEachHeard();
  }

  @Test
  void whatHoldsNoMoreWhenItsTurnComesIsNotTold() {
    String gateway = side.gatewayOfMine("g");
    String other = side.gatewayOfMine("h");
    side.lost(agents(gateway, 3));
    side.loop.run(() -> side.directory.add(Samples.agent(2, "elsewhere", "a1")));
    side.isBack(gateway, Samples.agent(2, gateway, "a2"));
    side.lost(List.of(Samples.agent(1, other, "b")));
    side.isBack(other, Samples.agent(2, other, "b"), Samples.agent(2, other, "c"));
    side.loop.run(() -> side.directory.add(Samples.agent(3, "elsewhere", "b")));
    side.tick();
    assertEachHeard(
        "offline a0 of " + gateway,
        "agent_left a0 of " + gateway,
        "agent_joined a2 of " + gateway,
        "agent_joined c of " + other);
  }

  @Test
  void manyAreToldSomeAtATimeAndThoseBeyondTheMostAreCounted() {
    side.lost(agents(side.gatewayOfMine("g"), Farewells.MOST + 50));
    assertThat(side.dropped()).isEqualTo(50);
    int share = Farewells.MOST_SENDS / meshes.size() / WORDS;
    for (int ticks = 1; ticks <= Farewells.MOST / share; ticks++) {
      int told = ticks * share;
      side.tick();
      fence();
      assertThat(HEARD).allSatisfy(all -> assertThat(all).hasSize(WORDS * told));
    }
    side.tick();
    fence();
    assertThat(HEARD)
        .allSatisfy(all -> assertThat(all).hasSize(WORDS * Farewells.MOST).doesNotHaveDuplicates());
  }

  @Test
  void theGatewayThatWasLostLongestAgoIsForgottenForANewOne() {
    List<String> gateways =
        IntStream.range(0, Farewells.MOST_GATEWAYS + 1)
            .mapToObj(i -> side.gatewayOfMine("g" + i))
            .toList();
    for (String gateway : gateways) {
      side.lost(List.of(Samples.agent(1, gateway, "of " + gateway)));
    }
    side.isBack(gateways.getFirst(), Samples.agent(2, gateways.getFirst(), "first"));
    side.isBack(gateways.get(1), Samples.agent(2, gateways.get(1), "second"));
    int share = Farewells.MOST_SENDS / meshes.size() / WORDS;
    for (int told = 0; told <= gateways.size() + 1; told += share) {
      side.tick();
    }
    fence();
    assertThat(HEARD)
        .allSatisfy(all ->
            assertThat(all)
                .hasSize(WORDS * gateways.size() + 1)
                .filteredOn(word -> word.startsWith("agent_joined"))
                .containsExactly("agent_joined second of " + gateways.get(1)));
  }
}
