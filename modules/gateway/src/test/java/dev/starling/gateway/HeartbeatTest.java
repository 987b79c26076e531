/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  @Test
  void aPeerFromWhichNothingComesIsClosedAndOneThatAnswersPingsStays() {
    try (TestGateway gateway = new TestGateway()) {
      ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
      int port = gateway.deploy(TestGateway.config(1 << 20, 1 << 20, INTERVAL));
      try (RawWebSocket silent = RawWebSocket.connect(port, "/");
          RawWebSocket alive = RawWebSocket.connect(port, "/")) {
        long pings = 0;
        while (gateway.count("starling.gateway.drops", "cause", "silent-peer") == 0) {
          RawWebSocket.Frame ping = alive.read();
          assertThat(ping.type()).isEqualTo(RawWebSocket.PING);
          alive.send(RawWebSocket.frame(RawWebSocket.PONG, true, ping.payload()));
          pings++;
        }
        assertThat(pings).isGreaterThan(2);
        assertThat(silent.closeCode()).isEqualTo(1001);
        silent.answerClose();
        alive.sendText("{\"type\":\"ping\"}");
        assertThat(alive.readText()).isEqualTo("{\"type\":\"pong\"}");
        eventually(
            "only the living one is counted",
            Duration.ofSeconds(15),
            () -> gateway.mesh().status().figures().getOrDefault("sessions", 0L) == 1);
      }
    }
  }

  @Test
  void aPauseOfTheGatewayIsNoSilenceOfItsPeers() {
    try (TestGateway gateway = new TestGateway()) {
      AtomicLong nanos = new AtomicLong();
      AwakeClock clock = new AwakeClock(nanos::get);
      GatewayMetrics metrics = new GatewayMetrics(gateway.metrics());
      Duration silence = Duration.ofMinutes(2);
      Heartbeat heartbeat = new Heartbeat(Duration.ofSeconds(30), clock);
      TestGateway.Opened opened = gateway.open(metrics, clock);
      Runnable tick =
          () -> {
            heartbeat.tick(List.of(opened.session()));
            opened.session().expire(0, 0, silence);
          };
      try (RawWebSocket peer = opened.peer()) {
        for (int pause = 0; pause < 3; pause++) {
          nanos.addAndGet(Duration.ofHours(1).toNanos());
          opened.runOnLoop(tick);
        }
        assertThat(gateway.count("starling.gateway.drops", "cause", "silent-peer")).isZero();
        peer.sendText("{\"type\":\"ping\"}");
        assertThat(peer.readText()).isEqualTo("{\"type\":\"pong\"}");

        opened.runOnLoop(() -> pass(silence, nanos, tick));
        assertThat(gateway.count("starling.gateway.drops", "cause", "silent-peer")).isZero();
        opened.runOnLoop(() -> pass(Duration.ofMillis(200), nanos, tick));
        assertThat(peer.closeCode()).isEqualTo(1001);
        assertThat(gateway.count("starling.gateway.drops", "cause", "silent-peer")).isEqualTo(1);
        peer.answerClose();
      }
    }
  }

  private static void pass(Duration time, AtomicLong nanos, Runnable tick) {
    for (long ticks = time.toMillis() / 100; ticks > 0; ticks--) {
      nanos.addAndGet(Duration.ofMillis(100).toNanos());
      tick.run();
    }
  }

  @Test
  void aFrameThatComesSlowlyIsNoSilenceButMayNotTakeForEver() {
    try (TestGateway gateway = new TestGateway()) {
      AtomicLong nanos = new AtomicLong();
      AwakeClock clock = new AwakeClock(nanos::get);
      Duration silence = Duration.ofSeconds(75);
      TestGateway.Opened opened = gateway.open(new GatewayMetrics(gateway.metrics()), clock);
      Runnable tick =
          () -> {
            clock.tick();
            opened.session().expire(0, 0, silence);
          };
      byte[] frame = RawWebSocket.text("{\"type\":\"ping\"}");
      try (RawWebSocket peer = opened.peer()) {
        opened.runOnLoop(() -> pass(Duration.ofSeconds(1), nanos, tick));
        for (int sent = 0; sent < 12; sent++) {
          assertThat(gateway.count("starling.gateway.drops")).isZero();
          peer.send(new byte[] {frame[sent]});
          eventually(
              "it came", Duration.ofSeconds(15), () -> opened.session().heardAt() == clock.nanos());
          opened.runOnLoop(() -> pass(Duration.ofSeconds(52), nanos, tick));
        }
        assertThat(peer.closeCode()).isEqualTo(1001);
        assertThat(gateway.count("starling.gateway.drops", "cause", "slow-message")).isEqualTo(1);
        peer.answerClose();
      }
    }
  }

  @Test
  void aMessageInManyFragmentsMayNotTakeForEverEither() {
    try (TestGateway gateway = new TestGateway()) {
      AtomicLong nanos = new AtomicLong();
      AwakeClock clock = new AwakeClock(nanos::get);
      TestGateway.Opened opened = gateway.open(new GatewayMetrics(gateway.metrics()), clock);
      Runnable tick =
          () -> {
            clock.tick();
            opened.session().expire(0, 0, Duration.ofSeconds(75));
          };
      int type = RawWebSocket.TEXT;
      try (RawWebSocket peer = opened.peer()) {
        opened.runOnLoop(() -> pass(Duration.ofSeconds(1), nanos, tick));
        for (int sent = 0; sent < 12; sent++) {
          assertThat(gateway.count("starling.gateway.drops")).isZero();
          peer.send(RawWebSocket.frame(type, false, new byte[] {'x'}));
          type = RawWebSocket.CONTINUATION;
          eventually(
              "it came", Duration.ofSeconds(15), () -> opened.session().heardAt() == clock.nanos());
          opened.runOnLoop(() -> pass(Duration.ofSeconds(52), nanos, tick));
        }
        assertThat(peer.closeCode()).isEqualTo(1001);
        assertThat(gateway.count("starling.gateway.drops", "cause", "slow-message")).isEqualTo(1);
        peer.answerClose();
      }
    }
  }

  @Test
  void aConnectionOnWhichNothingMovesIsEnded() throws Exception {
    try (TestGateway gateway = new TestGateway()) {
      ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
      int port = gateway.deploy(TestGateway.config(1 << 20, 1 << 20, INTERVAL));
      try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
          Socket halfway = new Socket(InetAddress.getLoopbackAddress(), port)) {
        silent.setSoTimeout(20_000);
        halfway.setSoTimeout(20_000);
        halfway.getOutputStream().write("GET / HTTP/1.1\r\nUpgr".getBytes(UTF_8));
        assertThat(silent.getInputStream().read()).isNegative();
        assertThat(halfway.getInputStream().read()).isNegative();
      }
    }
  }
}
