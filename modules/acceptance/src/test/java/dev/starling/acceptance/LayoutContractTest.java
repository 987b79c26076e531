/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.testkit.FrameClient;
import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The live layout of one node as its clients see it, as contract section 4 has it. */
class LayoutContractTest {
  /** After which a drag ends by itself. */
  private static final Duration SILENCE = Duration.ofMillis(500);

  private static final String PHYSICS = "visualisation.physics.";

  @SuppressWarnings("NullAway.Init")
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    node = NodeProcess.start().awaitReady();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @AfterEach
  void putBack() {
    JsonArray updates = new JsonArray();
    schema()
        .keySet()
        .forEach(path -> updates.add(new JsonObject().put("path", path).putNull("value")));
    NodeProcess.Answer answer =
        node.put("/api/settings/batch", new JsonObject().put("updates", updates).encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /** What there is to set of the layout, by path. */
  private static Map<String, JsonObject> schema() {
    return ThreeNodes.objects(node.get("/api/settings/schema").json().getJsonArray("settings"))
        .stream()
        .filter(setting -> setting.getString("path").startsWith(PHYSICS))
        .collect(Collectors.toMap(setting -> setting.getString("path"), setting -> setting));
  }

  private static NodeProcess.Answer set(String path, Object value) {
    return node.put(
        "/api/settings/path?path=" + path, new JsonObject().put("value", value).encode());
  }

  private static void takes(String path, Object value) {
    NodeProcess.Answer answer = set(path, value);
    assertThat(answer.status()).as("%s = %s: %s", path, value, answer.body()).isEqualTo(200);
  }

  /** Has layouts come to rest within a second. */
  private static void coolFast() {
    takes(PHYSICS + "coolingRate", 0.2);
  }

  private static Watcher watch() {
    return new Watcher(node.httpPort());
  }

  private static Node named(Map<Integer, Node> frame, String key) {
    return Objects.requireNonNull(frame.get(GraphDocument.of(node).id(key)), "no node " + key);
  }

  private static double radius(Map<Integer, Node> frame) {
    return frame.values().stream()
        .mapToDouble(one -> Math.hypot(Math.hypot(one.x(), one.y()), one.z()))
        .max()
        .orElse(0);
  }

  @Test
  void aClientThatJoinsASettledLayoutHasItWhole() {
    coolFast();
    GraphDocument.replace(node, GraphDocument.ring(300));
    try (Watcher before = watch()) {
      Map<Integer, Node> settled = before.awaitRest();
      assertThat(settled).hasSize(300);
      try (FrameClient joins = FrameClient.connect(node.httpPort(), "?protocol=2")) {
        assertThat(FrameClient.wideNodes(joins.next()))
            .containsExactlyInAnyOrderElementsOf(settled.values());
      }
    }
  }

  @Test
  void whatIsDraggedIsLetGoAfterHalfASecondOfSilence() {
    GraphDocument.replace(node, GraphDocument.ring(20));
    try (Watcher drags = watch();
        Watcher watches = watch()) {
      drags.drag("node_drag", "n3", 4_000, 0, 0);
      watches.await("it is there", frame -> named(frame, "n3").x() == 4_000);
      watches.await("it is drawn back", frame -> named(frame, "n3").x() < 3_000);
    }
  }

  @Test
  void whatIsDraggedIsHeldWhileItsSessionSpeaksAndLetGoWithIt() {
    GraphDocument.replace(node, GraphDocument.ring(20));
    try (Watcher watches = watch()) {
      Watcher drags = watch();
      long longerThanSilence = System.nanoTime() + 3 * SILENCE.toNanos();
      for (int i = 0; System.nanoTime() < longerThanSilence; i++) {
        drags.drag("node_drag", "n3", 4_000, i, 0);
        int y = i;
        Map<Integer, Node> held =
            watches.await("it is there", frame -> named(frame, "n3").y() == y);
        assertThat(named(held, "n3").x()).isEqualTo(4_000);
      }
      drags.close();
      watches.await("it is drawn back", frame -> named(frame, "n3").x() < 3_000);
    }
  }

  @Test
  void aPinHoldsWhateverMovesBesideItUntilItIsTakenOut() {
    GraphDocument.replace(node, GraphDocument.ring(20));
    try (Watcher client = watch()) {
      client.drag("node_pin", "n3", 700, 10, -20);
      client.await("it is there", frame -> named(frame, "n3").x() == 700);
      int id = GraphDocument.of(node).id("n3");
      client.drag("node_drag", "n4", -3_000, 0, 0);
      for (int i = 0; i < 30; i++) {
        Node pinned = Objects.requireNonNull(client.last().get(id));
        assertThat(List.of(pinned.x(), pinned.y(), pinned.z())).containsExactly(700f, 10f, -20f);
        client.awaitMore(1);
      }
      client.say("node_unpin", "n3");
      client.await("it moves", frame -> Objects.requireNonNull(frame.get(id)).x() != 700);
    }
  }

  @Test
  void theDefaultsOfTheSettingsAreTheLayoutsOwn() {
    LayoutParameters own = LayoutParameters.defaults();
    Map<String, Object> expected = new HashMap<>();
    expected.put("springK", own.forces().springK());
    expected.put("restLength", own.forces().restLength());
    expected.put("repelK", own.forces().repelK());
    expected.put("repulsionSofteningEpsilon", own.forces().softening());
    expected.put("maxRepulsionDist", 0f); // which stands for no limit
    expected.put("centerGravityK", own.forces().centreK());
    expected.put("gravity", own.forces().gravity());
    expected.put("maxForce", own.forces().most());
    expected.put("dt", own.motion().step());
    expected.put("damping", own.motion().damping());
    expected.put("maxVelocity", own.motion().maxSpeed());
    expected.put("coolingRate", own.motion().cooling());
    expected.put("temperature", own.motion().temperature());
    expected.put("boundsSize", own.walls().halfWidth());
    expected.put("boundaryDamping", own.walls().damping());
    expected.put("autoPause.equilibriumVelocityThreshold", own.rest().displacement());
    expected.put("autoPause.equilibriumCheckFrames", (float) own.rest().ticks());
    expected.put("trafficWeight", 0.5f);
    expected.put("trafficHalfLife", 60f);
    Map<String, Object> defaults =
        schema().entrySet().stream()
            .filter(one -> one.getValue().getValue("default") instanceof Number)
            .collect(
                Collectors.toMap(
                    one -> one.getKey().substring(PHYSICS.length()),
                    one -> ((Number) one.getValue().getValue("default")).floatValue()));
    assertThat(own.forces().reach()).isInfinite();
    assertThat(defaults).isEqualTo(expected);
  }

  @Test
  void everySettingActsAtItsBoundsWithoutLosingANodeAndIsRefusedBeyondThem() {
    GraphDocument.replace(node, GraphDocument.ring(60));
    Map<String, JsonObject> numbers =
        schema().entrySet().stream()
            .filter(one -> one.getValue().getValue("default") instanceof Number)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    try (Watcher watcher = watch()) {
      numbers.forEach((path, setting) -> {
        for (String bound : List.of("min", "max")) {
          double value = setting.getDouble(bound);
          takes(path, setting.getValue(bound));
          watcher.awaitMore(3);
          assertThat(watcher.last()).as("%s = %s", path, value).hasSize(60);
          double beyond = value + (bound.equals("min") ? -1 : 1) * Math.max(1, value);
          NodeProcess.Answer refused = set(path, beyond);
          assertThat(refused.status()).as("%s = %s", path, beyond).isEqualTo(400);
          assertThat(refused.json().getJsonObject("error").getString("code"))
              .isEqualTo("INVALID_SETTING");
          assertThat(refused.body()).contains(path);
        }
        for (Object none : List.of("much", true, new JsonArray())) {
          assertThat(set(path, none).status()).as("%s = %s", path, none).isEqualTo(400);
        }
        takes(path, setting.getValue("default"));
      });
    }
  }

  @Test
  void whatIsSetActsOnTheLayoutAtOnce() {
    GraphDocument.replace(node, GraphDocument.ring(60));
    try (Watcher watcher = watch()) {
      double usual = radius(watcher.awaitRest());

      takes(PHYSICS + "centerGravityK", 30_000);
      watcher.await("it shrinks", frame -> radius(frame) < usual * 0.8);
      takes(PHYSICS + "centerGravityK", 0);
      takes(PHYSICS + "repelK", 1_000_000);
      watcher.await("it grows", frame -> radius(frame) > usual * 1.2);
      takes(PHYSICS + "boundsSize", usual / 4);
      takes(PHYSICS + "enableBounds", true);
      double box = usual / 4 + 0.01;
      watcher.await(
          "it is within the box",
          frame ->
              frame.values().stream()
                  .allMatch(one ->
                      Stream.of(one.x(), one.y(), one.z())
                          .allMatch(coordinate -> Math.abs(coordinate) <= box)));
      takes(PHYSICS + "enabled", false);
      watcher.awaitMore(1);
      Map<Integer, Node> still = watcher.last();
      watcher.awaitMore(2);
      assertThat(watcher.last()).isEqualTo(still);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void nodesThatProtocol1CannotNameAreLeftOutAndSaidOnce() {
    GraphDocument.replace(node, GraphDocument.loose(33_000));
    try (Watcher wide = watch();
        FrameClient narrow = FrameClient.connect(node.httpPort(), "")) {
      Set<Integer> all =
          wide.await("all nodes are there", frame -> frame.size() == 33_000).keySet();
      assertThat(all).contains(32_767, 32_768);
      String said = narrow.text("V1_ID_RANGE");
      assertThat(said).contains("protocol=2");
      for (int i = 0; i < 5; i++) {
        assertThat(narrow.nextNodes().stream().map(Node::id))
            .containsExactlyInAnyOrderElementsOf(all.stream().filter(id -> id <= 32_767).toList());
      }
      assertThat(narrow.texts()).noneMatch(text -> text.contains("V1_ID_RANGE"));
    }
  }

  @Test
  void simulationStateSaysThatItMovesAndThatItRests() {
    coolFast();
    try (FrameClient client =
        FrameClient.connect(node.httpPort(), "")
            .say("{\"type\":\"subscribe\",\"events\":[\"simulation_state\"]}")) {
      client.text("subscribed");
      GraphDocument.replace(node, GraphDocument.ring(30));
      JsonObject moves = state(client, state -> !state.getBoolean("converged"));
      assertThat(moves.getBoolean("running")).isTrue();
      assertThat(moves.getDouble("kineticEnergy")).isPositive();
      JsonObject rests = state(client, state -> state.getBoolean("converged"));
      assertThat(rests.getDouble("fps")).isEqualTo(0, within(1e-9));
      assertThat(rests.getInteger("iteration")).isGreaterThan(moves.getInteger("iteration"));
    }
  }

  /** The next state of the graph of 30 nodes that is like this. */
  private static JsonObject state(FrameClient client, Predicate<JsonObject> fits) {
    while (true) {
      JsonObject said = new JsonObject(client.text("simulation_state"));
      JsonObject state = said.getJsonObject("data", said);
      if (Objects.equals(state.getInteger("nodes"), 30) && fits.test(state)) {
        return state;
      }
    }
  }
}
