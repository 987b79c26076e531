/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events that roles publish over the real bus, on their way to real sockets on two event loops. */
class EventsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int CONTROL_QUEUE = 64 * 1024;
  private static final int SMALL_BUFFER = 4 * 1024;

  /** What the system's own socket buffers take at most, with room to spare. */
  private static final int SYSTEM_BUFFERS = 16 << 20;

  private final Vertx clients = Vertx.vertx();
  private final TestGateway gateway = new TestGateway();
  private int port;

  @BeforeEach
  void start() {
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    GatewayConfig config =
        TestGateway.onLoops(TestGateway.config(64 * 1024, CONTROL_QUEUE, Duration.ofMinutes(1)), 2);
    port = LocalMesh.await(gateway.start(config).httpPort());
  }

  @AfterEach
  void stop() {
    LocalMesh.await(clients.close());
    gateway.close();
  }

  private QisClient connect(String path) {
    return QisClient.connect(clients, port, path).settle();
  }

  private void send(GatewayMessage message) {
    gateway.mesh().bus().send(Addresses.gateway(gateway.mesh().nodeId()), message);
  }

  private void publish(Event event, String key, int number, String more) {
    JsonObject message =
        new JsonObject().put("type", event.word()).put("about", key).put("number", number);
    send(new Publish(event, key, RawJson.of(message.put("more", more).encode())));
  }

  /** What is published behind it has been handed to every session that there was before. */
  private void published(Event event, double times) {
    eventually("it is published", PATIENCE, () -> passed(event) >= times);
  }

  private double passed(Event event) {
    return gateway.count("starling.gateway.events", "event", event.word());
  }

  /** What a client has once the last one came: a loop may answer a ping before what it queued. */
  private static List<Integer> numbersUpTo(int last, QisClient client) {
    eventually("the last one arrived", PATIENCE, () -> numbers(client).contains(last));
    return numbers(client);
  }

  private static List<Integer> numbers(QisClient client) {
    return client.settle().pending().stream().map(event -> event.getInteger("number")).toList();
  }

  @Test
  void anEventReachesEverybodyWhoSubscribedOnceAndNobodyElse() {
    List<QisClient> subscribed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      subscribed.add(connect("/ws/agents"));
    }
    QisClient asked = connect("/ws/voice");
    asked.send("{\"type\":\"subscribe\",\"events\":[\"agent_status\"]}").next("subscribed");
    subscribed.add(asked);
    QisClient left = connect("/ws/agents");
    left.send("{\"type\":\"unsubscribe\",\"events\":[\"agent_status\"]}").next("subscribed");
    List<QisClient> others =
        List.of(left, connect("/ws"), connect("/ws/voice"), connect("/ws/qis"));
    List<Integer> sent = IntStream.range(0, 50).boxed().toList();
    sent.forEach(number -> publish(Event.AGENT_STATUS, "", number, ""));
    published(Event.AGENT_STATUS, 50);
    for (QisClient client : subscribed) {
      assertThat(numbersUpTo(sent.getLast(), client)).isEqualTo(sent);
    }
    for (QisClient client : others) {
      assertThat(numbers(client)).isEmpty();
    }
  }

  @Test
  void aSubscriptionIsAnsweredWithAllThatAreHeldAndRefusedWholeWhereOneIsUnknown() {
    QisClient client = connect("/ws/agents");
    client.send("{\"type\":\"subscribe\",\"id\":1,\"events\":[\"positions\",\"agent_status\"]}");
    assertThat(client.next("subscribed"))
        .isEqualTo(
            new JsonObject()
                .put("type", "subscribed")
                .put(
                    "events",
                    new JsonArray(
                        List.of("positions", "agent_status", "task_progress", "system_event")))
                .put("id", 1));
    client.send("{\"type\":\"subscribe\",\"events\":[\"outcome_routed\",\"gossip\"]}");
    JsonObject error = client.next("error");
    assertThat(error.getString("code")).isEqualTo("UNKNOWN_EVENT");
    assertThat(error.getString("message")).contains("gossip");
    assertThat(error.getJsonObject("details").getJsonArray("known"))
        .isEqualTo(new JsonArray(Event.KNOWN));
    client.send("{\"type\":\"unsubscribe\",\"events\":[\"positions\"]}");
    assertThat(client.next("subscribed").getJsonArray("events"))
        .isEqualTo(new JsonArray(List.of("agent_status", "task_progress", "system_event")));
  }

  @Test
  void ofManyAboutTheSameTheLatestArrivesAndNoneOlderBehindIt() {
    QisClient client = connect("/ws/agents");
    for (int number = 0; number < 400; number++) {
      publish(Event.AGENT_STATUS, "agent-" + number % 8, number, "");
    }
    Map<String, Integer> last = new HashMap<>();
    int received = 0;
    while (!isLatestOfEach(last)) {
      JsonObject event = client.next("agent_status");
      received++;
      Integer before = last.put(event.getString("about"), event.getInteger("number"));
      assertThat(before == null || before < event.getInteger("number")).isTrue();
    }
    assertThat(received).isLessThan(100);
    assertThat(numbers(client)).isEmpty();
    assertThat(gateway.count("starling.gateway.drops", "cause", "event-overflow")).isZero();
  }

  @Test
  void everyFailureOfAnAgentArrivesAmidItsStatusesWhereThoseAreSubscribedToAndNowhereElse() {
    QisClient watcher = connect("/ws/agents");
    QisClient other = connect("/ws");
    int failures = 30;
    for (int number = 0; number < failures; number++) {
      publish(Event.AGENT_STATUS, "agent-1", 2 * number, "");
      send(Publish.agentFailure("agent-1 has crashed", Map.of("agentId", "agent-1", "at", number)));
      publish(Event.AGENT_STATUS, "agent-1", 2 * number + 1, "");
    }
    for (int number = 0; number < failures; number++) {
      assertThat(watcher.next("error"))
          .isEqualTo(
              new JsonObject()
                  .put("type", "error")
                  .put("code", "AGENT_FAILURE")
                  .put("message", "agent-1 has crashed")
                  .put("details", new JsonObject().put("agentId", "agent-1").put("at", number))
                  .put("error", "agent-1 has crashed"));
    }
    int statuses = 1;
    while (watcher.next("agent_status").getInteger("number") < 2 * failures - 1) {
      statuses++;
    }
    assertThat(statuses).as("statuses, which were conflated").isLessThan(2 * failures);
    assertThat(other.settle().pending()).isEmpty();
  }

  private static boolean isLatestOfEach(Map<String, Integer> last) {
    return last.size() == 8 && last.values().stream().allMatch(number -> number >= 392);
  }

  @Test
  void noMoreThanTenASecondPassAndWhatFindsNoRoomIsCounted() {
    long since = System.nanoTime();
    for (int number = 0; number < 10_100; number++) {
      publish(Event.TASK_PROGRESS, "task-" + number, number, "");
    }
    eventually(
        "some were dropped",
        PATIENCE,
        () -> gateway.count("starling.gateway.drops", "cause", "event-overflow") > 0);
    // A session's own subscription has no part in it: this is what it would be sent.
    eventually("more than one second's pass", PATIENCE, () -> passed(Event.TASK_PROGRESS) > 10);
    double passed = passed(Event.TASK_PROGRESS);
    double seconds = (System.nanoTime() - since) / 1e9;
    assertThat(passed).isLessThanOrEqualTo(10 * (Math.floor(seconds) + 1));
    eventually("they go on", PATIENCE, () -> passed(Event.TASK_PROGRESS) > passed);
  }

  @Test
  void whatIsToBePassedOnOnceIsPassedOnAtOnceAndNeverAgain() {
    QisClient watcher = connect("/ws/agents");
    for (int number = 0; number < 30; number++) {
      for (int again = 0; again < 3; again++) {
        JsonObject message =
            new JsonObject().put("type", "task_progress").put("number", number).put("more", again);
        send(new PublishOnce(Event.TASK_PROGRESS, "task-" + number, RawJson.of(message.encode())));
      }
    }
    publish(Event.TASK_PROGRESS, "", 30, "");
    assertThat(numbersUpTo(30, watcher))
        .containsExactlyElementsOf(IntStream.rangeClosed(0, 30).boxed().toList());
  }

  @Test
  void theLatestAnalysisAndAnomalyGreetWhoeverConnectsForThem() {
    publish(Event.GPU_ANALYTICS, "", 1, "");
    publish(Event.ANOMALY_DETECTED, "", 2, "");
    publish(Event.GPU_ANALYTICS, "", 3, "");
    publish(Event.TASK_PROGRESS, "", 4, "");
    published(Event.TASK_PROGRESS, 1);
    for (int i = 0; i < 4; i++) {
      QisClient client = QisClient.connect(clients, port, "/ws/analytics");
      client.next("gpu_analytics");
      client.next("anomaly_detected");
      assertThat(client.lastTexts())
          .anyMatch(text -> text.contains("\"number\":3"))
          .anyMatch(text -> text.contains("\"number\":2"))
          .noneMatch(text -> text.contains("\"number\":1"));
      assertThat(numbers(client)).isEmpty();
      assertThat(numbers(connect("/ws"))).isEmpty();
    }
  }

  @Test
  void whoeverConnectsAmidEventsMissesNoneAndHasNoneTwice() {
    int events = 600;
    List<QisClient> joined = new ArrayList<>();
    for (int number = 0; number < events; number++) {
      publish(Event.GPU_ANALYTICS, "", number, "");
      if (number % 60 == 30) {
        joined.add(QisClient.connect(clients, port, "/ws/analytics"));
      }
    }
    for (QisClient client : joined) {
      List<Integer> received = numbersUpTo(events - 1, client);
      int first = received.getFirst();
      assertThat(received).isEqualTo(IntStream.range(first, events).boxed().toList());
    }
  }

  @Test
  void aSubscriberThatDoesNotReadIsClosedWith1008WhileOthersMissNothing() {
    String long1 = "x".repeat(20_000);
    try (RawWebSocket slow =
            RawWebSocket.connect(port, "/ws/agents?compression=none", SMALL_BUFFER);
        QisClient healthy = connect("/ws/agents?compression=none")) {
      int sent = 0;
      while (gateway.count("starling.gateway.closed", "code", "1008") == 0) {
        publish(Event.AGENT_STATUS, "", sent, long1);
        JsonObject event = healthy.next("agent_status");
        assertThat(event.getInteger("number")).isEqualTo(sent);
        sent++;
        assertThat(sent * 20_000L).isLessThan(2L * SYSTEM_BUFFERS);
      }
      assertThat(slow.closeCode()).isEqualTo(1008);
      publish(Event.AGENT_STATUS, "", sent, "");
      assertThat(healthy.next("agent_status").getInteger("number")).isEqualTo(sent);
      slow.answerClose();
    }
    assertThat(gateway.count("starling.gateway.drops", "cause", "control-queue")).isEqualTo(1);
    eventually(
        "no session is left",
        PATIENCE,
        () -> gateway.mesh().status().figures().getOrDefault("sessions", -1L) == 0);
  }

  @Test
  void samplesOfSeveralGatewaysAreMergedWithTheTrueCount() {
    QisClient client = connect("/ws");
    client.send("{\"type\":\"subscribe\",\"events\":[\"outcome_routed\"]}").next("subscribed");
    long told = 0;
    for (int i = 0; i < 2_000; i++) {
      long count = 1L + i % 7;
      told += count;
      send(
          new OutcomeSample(
              "o" + i,
              "agent-" + i % 3,
              List.of("a", "b"),
              5,
              i % 2 == 0,
              2_500,
              count,
              1_000 + i));
    }
    long received = 0;
    int events = 0;
    JsonObject event = new JsonObject();
    while (received < told) {
      event = client.next("outcome_routed");
      received += event.getLong("count");
      events++;
    }
    assertThat(received).isEqualTo(told);
    assertThat(events).isLessThan(2_000);
    assertThat(event)
        .isEqualTo(
            new JsonObject()
                .put("type", "outcome_routed")
                .put("outcomeId", "o1999")
                .put("sourceAgent", "agent-1")
                .put("receivers", new JsonArray(List.of("a", "b")))
                .put("matchesFound", 5)
                .put("partial", false)
                .put("latency", 2.5)
                .put("count", event.getLong("count"))
                .put("timestamp", 2_999));
    assertThat(client.settle().pending()).isEmpty();
  }
}
