/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Peers that do not read, on real sockets: what waits for them is bounded, and nobody is fooled.
 */
class SlowReaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int OUTCOME_QUEUE = 64 * 1024;
  private static final int CONTROL_QUEUE = 32 * 1024;
  private static final int SMALL_BUFFER = 4 * 1024;

  /** What the system's own socket buffers take at most, with room to spare. */
  private static final int SYSTEM_BUFFERS = 16 << 20;

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int agentPort;
  private static int agents;

  @BeforeAll
  static void startGateway() {
    gateway = new TestGateway();
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    agentPort =
        gateway.deploy(TestGateway.config(OUTCOME_QUEUE, CONTROL_QUEUE, Duration.ofMinutes(1)));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static double dropped(String cause) {
    return gateway.count("starling.gateway.drops", "cause", cause);
  }

  /** Registers; the keys of registrations are given one after the other. */
  private static long register(RawWebSocket socket) {
    agents++;
    socket.sendText("{\"type\":\"register\",\"agent_id\":\"a" + agents + "\",\"fingerprint\":[1]}");
    assertThat(socket.readText()).contains("registered");
    return agents;
  }

  private static void deliver(long key, String payload) {
    gateway
        .mesh()
        .bus()
        .send(
            Addresses.gateway(gateway.mesh().nodeId()),
            new Deliver(
                gateway.mesh().view().me().incarnation(),
                TestGateway.nextOutcome(),
                RawJson.of("{\"outcome_id\":\"o\",\"payload\":\"" + payload + "\"}"),
                new long[] {key},
                new double[] {1},
                0));
  }

  @Test
  void outcomesForAPeerThatDoesNotReadAreLeftOutCountedAndTold() {
    String payload = "x".repeat(10_000);
    try (RawWebSocket reader = RawWebSocket.connect(agentPort, "/", SMALL_BUFFER);
        RawWebSocket healthy = RawWebSocket.connect(agentPort, "/")) {
      long slow = register(reader);
      long before = System.currentTimeMillis();
      long pushedBefore = pushed();
      int sent = 0;
      while (dropped("slow-reader") < 100) {
        for (int i = 0; i < 100; i++) {
          deliver(slow, payload);
          sent++;
        }
        int soFar = sent;
        eventually(
            "all were handled",
            PATIENCE,
            () -> pushed() - pushedBefore + dropped("slow-reader") >= soFar);
        assertThat(soFar * 10_000L).isLessThan(SYSTEM_BUFFERS + 3_000_000L);
      }
      int accepted = (int) (sent - dropped("slow-reader"));
      assertThat(accepted * 10_000L).isLessThan(OUTCOME_QUEUE + SYSTEM_BUFFERS);

      deliver(register(healthy), "fresh");
      assertThat(healthy.readText()).contains("fresh");

      List<Long> lostSince = readOutcomes(reader, accepted);
      deliver(slow, "after");
      String last = reader.readText();
      while (last.contains("OUTCOMES_LOST")) {
        lostSince.add(since(last));
        last = reader.readText();
      }
      assertThat(last).contains("after");
      assertThat(lostSince)
          .isNotEmpty()
          .allSatisfy(since -> assertThat(since).isBetween(before, System.currentTimeMillis()));
    }
  }

  /** Reads so many outcomes; since when others were left out, as is told between them. */
  private static List<Long> readOutcomes(RawWebSocket reader, int outcomes) {
    List<Long> lostSince = new ArrayList<>();
    int read = 0;
    while (read < outcomes) {
      String text = reader.readText();
      if (text.contains("incoming_outcome")) {
        read++;
      } else {
        assertThat(text).contains("OUTCOMES_LOST");
        lostSince.add(since(text));
      }
    }
    return lostSince;
  }

  private static long since(String lost) {
    return new JsonObject(lost).getJsonObject("details").getLong("since");
  }

  private static long pushed() {
    return gateway.mesh().status().figures().getOrDefault("deliveries", 0L);
  }

  private static long figure(String name) {
    return gateway.mesh().status().figures().getOrDefault(name, -1L);
  }

  @Test
  void aPeerThatSaysGoodbyeAndReadsNoMoreIsNoAgentAtOnceAndEndsSoon() {
    try (RawWebSocket reader = RawWebSocket.connect(agentPort, "/", SMALL_BUFFER)) {
      eventually("the others have left", PATIENCE, () -> figure("agents") <= 0);
      long key = register(reader);
      double before = dropped("slow-reader");
      while (dropped("slow-reader") == before) {
        deliver(key, "x".repeat(10_000));
      }
      reader.answerClose();
      eventually("it is no agent", Duration.ofSeconds(4), () -> figure("agents") == 0);
      eventually("its socket ends", Duration.ofSeconds(15), () -> figure("sessions") == 0);
    }
  }

  @Test
  void aBurstWithinTheQueueReachesAPeerThatReadsWhole() {
    try (RawWebSocket reader = RawWebSocket.connect(agentPort, "/")) {
      long key = register(reader);
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        deliver(key, "p" + i);
        sent.add("p" + i);
      }
      List<String> received = new ArrayList<>();
      for (int i = 0; i < sent.size(); i++) {
        JsonObject message = new JsonObject(reader.readText());
        received.add(message.getJsonObject("packet").getString("payload"));
      }
      assertThat(received).isEqualTo(sent);
    }
  }

  @Test
  void aPeerThatLeavesItsRepliesUnreadIsClosedWith1008() {
    String id = "i".repeat(250);
    String[] pings = new String[200];
    Arrays.fill(pings, "{\"type\":\"ping\",\"id\":\"" + id + "\"}");
    try (RawWebSocket socket = RawWebSocket.connect(agentPort, "/", SMALL_BUFFER)) {
      int sent = 0;
      while (dropped("control-queue") == 0) {
        socket.sendText(pings);
        sent += pings.length;
        assertThat(sent * 300L).isLessThan(2L * SYSTEM_BUFFERS);
      }
      assertThat(socket.closeCode()).isEqualTo(1008);
      assertThat(socket.answerClose().isEnded()).isTrue();
    }
    eventually(
        "it is counted",
        PATIENCE,
        () -> gateway.count("starling.gateway.closed", "code", "1008") == 1);
  }
}
