/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.acceptance.TopicLoad.Reply;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** One of three nodes stops and goes on later (SIGSTOP, SIGCONT): a long pause of its machine. */
class NodeStoppedFailureTest {
  private static final Duration GONE = Duration.ofMillis(6_500);

  /** Half of the 5 s after which a stalled node is dropped: who waited for it would take longer. */
  private static final Duration WITHOUT_WAITING = Duration.ofMillis(2_500);

  private static final Duration WHOLE_AGAIN = Duration.ofSeconds(30);
  private static final Duration REGISTERED = Duration.ofMillis(4_500);
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int STOPPED = 2;
  private static final int MOVED_TOPIC = 0;
  private static final int STAYED_TOPIC = 1;
  private static final int WARM = 300;
  private static final int PIPELINED = 400;
  private static final long RATE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final List<Integer> OTHERS = List.of(0, 1);

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldRouteOnAndBringNoGhostBack() throws Exception {
    assertNoGhostAfter(Duration.ZERO);
  }

  @Test
  void shouldRegisterAndAnswerAPipelineOfOutcomesWithoutWaitingForTheStoppedNode()
      throws Exception {
    try (ThreeNodes mesh = new ThreeNodes()) {
      QisClient receiver = mesh.agent(1, "receiver", 1, 0);
      QisClient emitter = mesh.agent(0, "emitter", 0, 1);
      QisClient asker = mesh.agent(1, "asker", 0, 1, 0);
      List<QisClient> agents = IntStream.range(0, 8).mapToObj(i -> mesh.connect(0)).toList();
      Measured before = new Measured("pipelined acks before a node is stopped");
      pipeline(emitter, 0, WARM, before);
      before.report();

      mesh.node(STOPPED).pause();
      CompletableFuture<Void> registered =
          CompletableFuture.runAsync(
              () -> assertRegisteredSoon(agents, asker), Thread::startVirtualThread);
      assertAnsweredFast(emitter, receiver);
      registered.join();
    }
  }

  private static void assertRegisteredSoon(List<QisClient> agents, QisClient asker) {
    long stopped = System.nanoTime();
    // One of them is numbered by the stopped node's router, for all but one in 25 runs.
    for (int i = 0; i < agents.size(); i++) {
      agents
          .get(i)
          .send(
              new JsonObject()
                  .put("type", "register")
                  .put("agent_id", "agent-" + i)
                  .put("fingerprint", QisClient.array(1, 0, 0)));
    }
    List<String> ids = IntStream.range(0, agents.size()).mapToObj(i -> "agent-" + i).toList();
    for (QisClient agent : agents) {
      agent.next("registered");
    }
    Measured.note("8 agents registered " + since(stopped).toMillis() + " ms after SIGSTOP");
    assertThat(since(stopped)).isLessThan(REGISTERED);
    assertThat(named(asker.emit("all?", 1, 0, 0))).isEqualTo(ids);
  }

  private static void assertAnsweredFast(QisClient emitter, QisClient receiver)
      throws InterruptedException {
    Measured latencies = new Measured("pipelined acks while a node is stopped");
    pipeline(emitter, WARM, PIPELINED, latencies);
    latencies.report();
    assertThat(latencies.worst()).isLessThan(WITHOUT_WAITING);
    List<Integer> expected = IntStream.range(0, WARM + PIPELINED).boxed().toList();
    eventually(
        "every outcome arrived",
        WHOLE_AGAIN,
        () -> TopicLoad.numbers(receiver).size() >= expected.size());
    assertThat(TopicLoad.numbers(receiver)).isEqualTo(expected);
  }

  /** Sends outcomes at a rate without waiting for answers, each of which must name the receiver. */
  private static void pipeline(QisClient emitter, int first, int count, Measured latencies)
      throws InterruptedException {
    long[] sent = new long[count];
    Thread sender = Thread.ofVirtual().start(() -> sendAtARate(emitter, first, sent));
    for (int i = 0; i < count; i++) {
      int number = first + i;
      JsonObject ack =
          emitter.next(
              message -> Objects.equals(number, message.getValue("id")),
              "an answer to outcome " + number);
      latencies.add(System.nanoTime() - sent[i]);
      assertThat(ack.getString("type")).as("%s", ack).isEqualTo("outcome_ack");
      assertThat(named(ack)).containsExactly("receiver");
    }
    sender.join();
  }

  /** Ids of the client's, parents that no router knows, both, and neither, in turn. */
  private static void sendAtARate(QisClient emitter, int first, long[] sent) {
    for (int i = 0; i < sent.length; i++) {
      int number = first + i;
      JsonObject packet =
          new JsonObject().put("payload", number).put("fingerprint", QisClient.array(1, 0));
      if (number % 2 == 0) {
        packet.put("outcome_id", "pipelined-" + number);
      }
      if (number % 4 < 2) {
        packet.put("derived_from", new JsonArray().add("unknown-" + number));
      }
      sent[i] = System.nanoTime();
      emitter.send(new JsonObject().put("type", "outcome").put("id", number).put("packet", packet));
      LockSupport.parkNanos(RATE_NANOS);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldBringNoGhostBackAfterALongStop() throws Exception {
    assertNoGhostAfter(Duration.ofSeconds(40));
  }

  private static void assertNoGhostAfter(Duration stop) throws Exception {
    try (ThreeNodes mesh = new ThreeNodes();
        TopicLoad load = new TopicLoad(mesh, OTHERS).start()) {
      load.awaitReplies(100);
      long stopped = System.nanoTime();
      QisClient watcher = mesh.watcher(OTHERS.getFirst());
      mesh.node(STOPPED).pause();
      ThreeNodes.soon(
          "the stopped node's agents are out of every index",
          GONE,
          () -> OTHERS.stream().allMatch(place -> hasForgotten(mesh, place)));
      Measured.note("SIGSTOP: out of every index after " + since(stopped).toMillis() + " ms");
      load.awaitReplies(100);
      String stays = TopicLoad.receiver(STAYED_TOPIC, STOPPED);
      eventually(
          "its agents are said to be gone",
          WHOLE_AGAIN,
          () -> presence(watcher, stays).equals("agent_left"));
      long restarted = System.nanoTime();
      // One agent of the stopped node does not wait for it.
      QisClient old = load.receiverClient(MOVED_TOPIC, STOPPED);
      String moved = TopicLoad.receiver(MOVED_TOPIC, STOPPED);
      QisClient now = mesh.agent(0, moved, TopicLoad.fingerprint(MOVED_TOPIC));
      load.awaitReplies(100);
      eventually("it has stopped long enough", LONGEST, () -> since(stopped).compareTo(stop) > 0);

      long resumed = System.nanoTime();
      mesh.node(STOPPED).resume();
      Duration whole = mesh.awaitWhole(WHOLE_AGAIN.minus(since(resumed)));
      Measured.note("SIGCONT: the mesh is whole after " + whole.toMillis() + " ms");
      assertReachableOrTold(mesh, load, resumed);
      eventually(
          "they are said to be back",
          WHOLE_AGAIN,
          () -> presence(watcher, stays).equals("agent_left agent_joined"));
      eventually("the old session is told", WHOLE_AGAIN, () -> isTold(old));
      load.awaitReplies(100);
      load.stop();

      load.assertNoErrors();
      assertThat(presence(watcher, stays)).isEqualTo("agent_left agent_joined");
      OTHERS.forEach(load::assertDeliveredOnce);
      assertOneHolder(mesh, moved, now);
      assertNothingCameTwice(load, old, now, restarted);
      load.latencies("acks while it was stopped", stopped, resumed).report();
      load.latencies("acks since it went on", resumed, Long.MAX_VALUE).report();
      Measured.note(
          "acks marked partial: " + load.replies().stream().filter(Reply::isPartial).count());
      assertThat(load.latencies("all", stopped, Long.MAX_VALUE).worst())
          .isLessThan(WITHOUT_WAITING);
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static boolean hasForgotten(ThreeNodes mesh, int place) {
    JsonObject seen = mesh.mesh(place);
    return seen.getJsonArray("nodes").size() == 2
        && seen.getJsonObject("totals").getInteger("agents") == TopicLoad.TOPICS * 3;
  }

  private static String presence(QisClient watcher, String agentId) {
    return watcher.pending().stream()
        .filter(message -> "system_event".equals(message.getString("type")))
        .filter(message -> agentId.equals(message.getJsonObject("data").getString("agentId")))
        .map(message -> message.getString("event"))
        .collect(Collectors.joining(" "));
  }

  private static boolean isTold(QisClient session) {
    return session.pending().stream()
        .anyMatch(message -> "AGENT_MOVED".equals(message.getString("code")));
  }

  /** The sessions that stayed connected to the stopped node receive again, or know better. */
  private static void assertReachableOrTold(ThreeNodes mesh, TopicLoad load, long resumed) {
    for (int topic = 0; topic < TopicLoad.TOPICS; topic++) {
      QisClient session = load.receiverClient(topic, STOPPED);
      String id = TopicLoad.receiver(topic, STOPPED);
      eventually(
          id + " is routed to again or told",
          WHOLE_AGAIN.minus(since(resumed)),
          () -> isTold(session) || isNamed(load, id));
    }
    Measured.note("SIGCONT: all sessions served again after " + since(resumed).toMillis() + " ms");
    assertThat(mesh.node(STOPPED).isAlive()).isTrue();
  }

  private static boolean isNamed(TopicLoad load, String id) {
    List<Reply> replies = load.replies();
    return replies.subList(Math.max(0, replies.size() - 20), replies.size()).stream()
        .anyMatch(reply -> reply.names(id));
  }

  private static void assertOneHolder(ThreeNodes mesh, String moved, QisClient holder) {
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      assertThat(mesh.agentsListedBy(place)).containsOnlyOnce(moved).doesNotHaveDuplicates();
      QisClient emitter = mesh.agent(place, "asker-" + place);
      assertThat(named(emitter.emit("asked " + place, TopicLoad.fingerprint(MOVED_TOPIC))))
          .containsOnlyOnce(moved);
      String payload = "asked " + place;
      holder.next(
          message ->
              payload.equals(message.getJsonObject("packet", new JsonObject()).getValue("payload")),
          payload);
    }
  }

  /** What was emitted since the agent registered elsewhere came to its new session, once. */
  private static void assertNothingCameTwice(
      TopicLoad load, QisClient old, QisClient now, long since) {
    List<Integer> atNew = TopicLoad.numbers(now);
    assertThat(atNew).doesNotHaveDuplicates().isSorted();
    assertThat(TopicLoad.numbers(old)).doesNotHaveDuplicates().doesNotContainAnyElementsOf(atNew);
    List<Integer> promised =
        load.replies().stream()
            .filter(reply -> reply.topic() == MOVED_TOPIC && reply.sentNanos() > since)
            .filter(reply -> reply.names(TopicLoad.receiver(MOVED_TOPIC, STOPPED)))
            .map(Reply::number)
            .toList();
    assertThat(atNew).isEqualTo(promised);
  }
}
