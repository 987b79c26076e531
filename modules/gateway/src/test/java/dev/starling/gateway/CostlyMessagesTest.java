/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.AuthConfig.Anonymous;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TestTokens;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that are large once inflated, on real sockets of one event loop. */
class CostlyMessagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_MESSAGE = 10 << 20;
  private static final String DEFLATE = "/?compression=deflate";
  private static final String OFFER = "permessage-deflate; client_max_window_bits";

  /** Some 10 KB on the wire. */
  private static final byte[] LARGE =
      deflated(
          "{\"type\":\"ping\",\"id\":\"large\",\"pad\":\"" + "x".repeat(MAX_MESSAGE - 100) + "\"}");

  private final TestGateway gateway = new TestGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static byte[] deflated(String text) {
    byte[] body = new PreparedText(text.getBytes(UTF_8)).permessage();
    return RawWebSocket.frame(RawWebSocket.TEXT | RawWebSocket.RSV1, true, body);
  }

  private static EndpointLimits limits(int messagesPerMinute, int maxMessage) {
    EndpointLimits usual = TestGateway.limits(100);
    return new EndpointLimits(
        usual.connectionsPerAddress(),
        messagesPerMinute,
        maxMessage,
        usual.maxPending(),
        usual.outcomeQueue(),
        usual.controlQueue(),
        usual.malformedPerMinute(),
        usual.subscriptions(),
        usual.unauthenticated());
  }

  private static GatewayConfig config(EndpointLimits web, EndpointLimits agent, AuthConfig auth) {
    GatewayConfig usual = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    return new GatewayConfig(
        usual.host(),
        0,
        0,
        1,
        usual.heartbeatInterval(),
        usual.heartbeatTimeout(),
        usual.access(),
        web,
        agent,
        auth);
  }

  private int deploy(EndpointLimits limits, AuthConfig auth) {
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    return gateway.deploy(config(limits, limits, auth));
  }

  private int deploy(int messagesPerMinute) {
    return deploy(limits(messagesPerMinute, MAX_MESSAGE), AuthConfig.OPEN);
  }

  private double dropped(String cause) {
    return gateway.count("starling.gateway.drops", "cause", cause);
  }

  private double messages() {
    return gateway.count("starling.gateway.messages");
  }

  private double inflated() {
    return gateway.count("starling.gateway.compressed.messages", "direction", "in");
  }

  private static byte[][] many(byte[] frame, int times) {
    byte[][] frames = new byte[times][];
    Arrays.fill(frames, frame);
    return frames;
  }

  @Test
  void whoSendsSmallMessagesIsServedWhileOthersSendThoseThatInflateToTheLimit() {
    int port = deploy(1_000_000);
    List<RawWebSocket> others = new ArrayList<>();
    long slowest = 0;
    int pings = 0;
    try (RawWebSocket neighbour = RawWebSocket.connect(port, "/")) {
      for (int i = 0; i < 4; i++) {
        others.add(RawWebSocket.offering(port, DEFLATE, OFFER).send(many(LARGE, 100)));
      }
      eventually("they are being read", PATIENCE, () -> inflated() > 0);
      while (pings < 20 && inflated() < 400) {
        long asked = System.nanoTime();
        neighbour.sendText("{\"type\":\"ping\"}");
        assertThat(neighbour.readText()).contains("pong");
        slowest = Math.max(slowest, System.nanoTime() - asked);
        pings++;
      }
    } finally {
      others.forEach(RawWebSocket::close);
    }
    assertThat(pings).isEqualTo(20);
    assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void whatASocketSendsThatIsBeingClosedIsNotInflated() {
    int port = deploy(1_000_000);
    try (RawWebSocket socket = RawWebSocket.offering(port, DEFLATE, OFFER)) {
      socket.send(RawWebSocket.frame(RawWebSocket.BINARY, true, new byte[1]));
      assertThat(socket.closeCode()).isEqualTo(1003);
      socket.send(many(LARGE, 50));
      eventually("they are thrown away", PATIENCE, () -> dropped("unread") == 50);
      assertThat(inflated()).isZero();
      assertThat(socket.answerClose().isEnded()).isTrue();
    }
  }

  @Test
  void whatInflationAddsUsesUpTheQuotaAndWhoeverIsRefusedHearsTheId() {
    int port = deploy(300);
    String small = "{\"type\":\"ping\",\"id\":\"small\"}";
    try (RawWebSocket socket = RawWebSocket.offering(port, DEFLATE, OFFER)) {
      for (int i = 0; i < 2; i++) {
        socket.send(LARGE);
        assertThat(socket.readText()).contains("pong");
      }
      socket.send(LARGE);
      JsonObject excess = new JsonObject(socket.readText());
      assertThat(excess.getString("code")).isEqualTo("RATE_LIMITED");
      assertThat(excess.getString("id")).isEqualTo("large");
      assertThat(excess.getJsonObject("details").getLong("retryAfterMs")).isBetween(1L, 60_000L);
      socket.sendText(small);
      JsonObject refused = new JsonObject(socket.readText());
      assertThat(refused.getString("code")).isEqualTo("RATE_LIMITED");
      assertThat(refused.getString("id")).isEqualTo("small");
      assertThat(dropped("rate-limit")).isEqualTo(2);
      socket.send(many(RawWebSocket.text(small), MessageQuota.PATIENCE));
      assertThat(socket.closeCode()).isEqualTo(4001);
    }
  }

  @Test
  void messagesThatComeAsLargeAsTheyAreCountAsOneEach() {
    int port = deploy(4);
    String large =
        "{\"type\":\"ping\",\"id\":\"plain\",\"pad\":\"" + "x".repeat(MAX_MESSAGE - 100) + "\"}";
    try (RawWebSocket socket = RawWebSocket.connect(port, "/")) {
      for (int i = 0; i < 4; i++) {
        socket.sendText(large);
        assertThat(socket.readText()).contains("pong");
      }
      socket.sendText(large);
      JsonObject excess = new JsonObject(socket.readText());
      assertThat(excess.getString("code")).isEqualTo("RATE_LIMITED");
      assertThat(excess.getString("id")).isEqualTo("plain");
    }
  }

  @Test
  void framesAreHeldToTheLimitOfTheirOwnEndpoints() {
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    int port =
        LocalMesh.await(
            gateway
                .start(
                    config(limits(1_000, 64 * 1024), limits(1_000, MAX_MESSAGE), AuthConfig.OPEN))
                .httpPort());
    byte[] begun =
        Arrays.copyOf(RawWebSocket.frame(RawWebSocket.TEXT, true, new byte[100_000]), 100);
    try (RawWebSocket web = RawWebSocket.connect(port, "/ws");
        RawWebSocket agent = RawWebSocket.connect(port, "/ws/qis")) {
      assertThat(web.send(begun).closeCode()).isEqualTo(1009);
      agent.sendText("{\"type\":\"ping\",\"pad\":\"" + "x".repeat(100_000) + "\"}");
      assertThat(agent.readText()).contains("pong");
    }
  }

  private static AuthConfig tokens() {
    return new AuthConfig(
        true,
        Anonymous.REFUSE,
        false,
        Optional.of(TestTokens.SECRET),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ZERO,
        Permission.usual());
  }

  @Test
  void beforeATokenCameNoMessageMayBeLargeInFramesOrInflated() {
    int port = deploy(limits(1_000, MAX_MESSAGE), tokens());
    byte[] fragment = RawWebSocket.frame(RawWebSocket.TEXT, false, new byte[10_000]);
    byte[] more = RawWebSocket.frame(RawWebSocket.CONTINUATION, false, new byte[10_000]);
    byte[] frame = Arrays.copyOf(RawWebSocket.text("x".repeat(16 * 1024 + 1)), 100);
    for (byte[][] sent :
        List.of(new byte[][] {LARGE}, new byte[][] {fragment, more}, many(frame, 1))) {
      try (RawWebSocket socket = RawWebSocket.offering(port, DEFLATE, OFFER)) {
        assertThat(socket.send(sent).closeCode()).isEqualTo(1009);
      }
    }
    assertThat(inflated()).isZero();
  }

  @Test
  void aLargeMessageMayFollowATokenAtOnce() {
    int port = deploy(limits(1_000, MAX_MESSAGE), tokens());
    String token = TestTokens.of("alice", "observe");
    byte[] large = RawWebSocket.text("{\"type\":\"ping\",\"pad\":\"" + "x".repeat(100_000) + "\"}");
    try (RawWebSocket socket = RawWebSocket.offering(port, DEFLATE, OFFER);
        RawWebSocket byAddress = RawWebSocket.connect(port, "/?token=" + token)) {
      socket.send(RawWebSocket.text("{\"type\":\"auth\",\"token\":\"" + token + "\"}"), large);
      assertThat(socket.readText()).contains("authenticated");
      assertThat(socket.readText()).contains("pong");
      byAddress.send(large);
      assertThat(byAddress.readText()).contains("pong");
    }
    assertThat(messages()).isEqualTo(3);
  }
}
