/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.DuplicateOutcomesClusterTest.emitAll;
import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One of three nodes ends without a word ({@code kill -9}). */
class NodeKilledFailureTest {
  private static final Duration GONE = Duration.ofSeconds(2);

  /**
   * Well within the 3 s of a lease and the 5 s of a request, which who waited for it would take.
   */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final Duration WHOLE = Duration.ofSeconds(60);
  private static final int DEAD = 2;
  private static final List<Integer> SURVIVORS = List.of(0, 1);

  private static ThreeNodes mesh;

  @BeforeAll
  static void begin() {
    mesh = new ThreeNodes();
  }

  @AfterAll
  static void end() {
    mesh.close();
  }

  @BeforeEach
  void makeWhole() {
    if (!mesh.node(DEAD).isAlive()) {
      mesh.start(DEAD).awaitReady();
    }
    mesh.leaveEmpty();
    mesh.awaitWhole(WHOLE);
  }

  @Test
  void shouldGoOnWithoutAPauseAndForgetTheAgentsOfTheDeadNode() throws Exception {
    List<String> dead =
        IntStream.range(0, TopicLoad.TOPICS)
            .mapToObj(topic -> TopicLoad.receiver(topic, DEAD))
            .toList();
    try (TopicLoad load = new TopicLoad(mesh, SURVIVORS).start()) {
      load.awaitReplies(200);
      assertThat(load.replies()).allMatch(reply -> reply.names("receiver-" + reply.topic() + "-2"));
      long killed = System.nanoTime();
      mesh.node(DEAD).kill();
      ThreeNodes.soon(
          "the survivors forgot the dead node's agents",
          GONE.minusNanos(System.nanoTime() - killed),
          () -> SURVIVORS.stream().allMatch(NodeKilledFailureTest::hasForgotten));
      long listed = System.nanoTime();
      SURVIVORS.forEach(
          place -> assertThat(mesh.agentsListedBy(place)).doesNotContainAnyElementsOf(dead));
      load.awaitReplies(200);
      load.stop();

      load.assertNoErrors();
      SURVIVORS.forEach(load::assertDeliveredOnce);
      Measured.note(
          "kill -9: the last ack that names a dead agent came after %d ms, counts after %d ms"
              .formatted(millis(load.lastNamed(dead) - killed), millis(listed - killed)));
      assertThat(load.lastNamed(dead) - killed).isLessThan(GONE.toNanos());
      load.latencies("acks before the kill", 0, killed).report();
      Measured after = load.latencies("acks during and after the kill", killed, Long.MAX_VALUE);
      after.report();
      assertThat(after.worst()).isLessThan(PAUSE);
    }
  }

  private static boolean hasForgotten(int survivor) {
    JsonObject seen = mesh.mesh(survivor);
    return seen.getJsonArray("nodes").size() == 2
        && seen.getJsonObject("totals").getInteger("agents") == TopicLoad.TOPICS * 3;
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }

  @Test
  void shouldTakeTheAgentsOfTheDeadNodeInAtOnce() {
    QisClient emitter = mesh.agent(0, "emitter", 0, 1);
    List<QisClient> watchers = SURVIVORS.stream().map(mesh::watcher).toList();
    for (int i = 0; i < 6; i++) {
      mesh.agent(DEAD, "agent-" + i, 1, 0);
    }
    mesh.node(DEAD).kill();
    watchers.forEach(watcher -> {
      for (int i = 0; i < 6; i++) {
        ThreeNodes.presence(watcher, "agent_left", "agent-" + i);
      }
    });
    assertNobodyHeardOfOneTwice(watchers);
    Measured returning = new Measured("a dead node's agent registers elsewhere");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String id = "agent-" + i;
      QisClient back = mesh.connect(i % 2);
      returning.time(() -> back.register(id, 1, 0));
      ids.add(id);
      assertThat(named(emitter.emit("back?", 1, 0))).containsAll(ids).doesNotHaveDuplicates();
      assertThat(back.next("incoming_outcome").containsKey("packet")).isTrue();
    }
    returning.report();
    eventually(
        "each has one holder",
        GONE,
        () -> SURVIVORS.stream().allMatch(place -> mesh.agentsListedBy(place).size() == 9));
  }

  /** A router has told what it tells once it counts without them, and later news comes behind. */
  private static void assertNobodyHeardOfOneTwice(List<QisClient> watchers) {
    ThreeNodes.soon(
        "both routers forgot the dead node's agents",
        WHOLE,
        () -> mesh.seenBy(0) == SURVIVORS.size() && mesh.countedBy(0) == 1);
    SURVIVORS.forEach(place -> mesh.agent(place, "fence-" + place, 0, 1));
    for (QisClient watcher : watchers) {
      SURVIVORS.forEach(place -> ThreeNodes.presence(watcher, "agent_joined", "fence-" + place));
      assertThat(watcher.pending())
          .noneMatch(message -> "agent_left".equals(message.getString("event")));
    }
  }

  @Test
  void shouldStillKnowWhatWasRoutedBeforeTheOwnerOfItsIdDied() {
    List<String> ids = IntStream.range(0, 60).mapToObj(i -> "kept-" + i).toList();
    QisClient receiver = mesh.agent(0, "receiver", 1, 0);
    QisClient emitter = mesh.agent(DEAD, "emitter", 0, 1);
    assertThat(emitAll(emitter, ids))
        .allSatisfy(ack -> assertThat(ack.getString("status")).isEqualTo("routed"));
    for (int i = 0; i < ids.size(); i++) {
      receiver.next("incoming_outcome");
    }
    mesh.node(DEAD).kill();
    QisClient again = mesh.agent(1, "emitter", 0, 1);
    List<JsonObject> acks = emitAll(again, ids);
    assertThat(acks)
        .allSatisfy(ack -> {
          assertThat(ack.getString("status")).isEqualTo("duplicate");
          assertThat(named(ack)).containsExactly("receiver");
        });
    again.emit("fence", 1, 0);
    assertThat(receiver.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("fence");
  }
}
