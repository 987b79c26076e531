/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.gateway.deflate.Inflation;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression in both directions on real sockets, seen frame by frame. */
class CompressionSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_MESSAGE = 1 << 20;
  private static final String ASKING = "/?compression=deflate";
  private static final String OFFER = "permessage-deflate; client_max_window_bits";
  private static final int COMPRESSED_TEXT = RawWebSocket.TEXT | RawWebSocket.RSV1;

  private static final byte[] BOMB = bomb(300L << 20);

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;
  private static long registrations;

  @BeforeAll
  static void startGateway() {
    gateway = new TestGateway();
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    port = gateway.deploy(TestGateway.config(MAX_MESSAGE, MAX_MESSAGE, Duration.ofMinutes(1)));
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  private static RawWebSocket deflating() {
    RawWebSocket socket = RawWebSocket.offering(port, ASKING, OFFER);
    assertThat(socket.extensions()).startsWith("permessage-deflate");
    return socket;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] deflated(String text) {
    return new PreparedText(utf8(text)).permessage();
  }

  private static String inflated(Frame frame) throws Exception {
    assertThat(frame.compressed()).isTrue();
    return new String(Inflation.inflate(frame.payload(), MAX_MESSAGE), StandardCharsets.UTF_8);
  }

  /** A ping whose answer repeats the id. */
  private static String ping(String id) {
    return "{\"type\":\"ping\",\"id\":\"" + id + "\"}";
  }

  private static double count(String name, String... tags) {
    return gateway.count("starling.gateway." + name, tags);
  }

  @Test
  void bothSidesAreToldToKeepNoWindow() {
    try (RawWebSocket socket = deflating()) {
      assertThat(socket.extensions())
          .isEqualTo("permessage-deflate;server_no_context_takeover;client_no_context_takeover");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/?compression=none", "/?compression=zlib"})
  void anAgentThatDoesNotAskForDeflateIsDeclinedIt(String path) {
    try (RawWebSocket socket = RawWebSocket.offering(port, path, OFFER)) {
      assertThat(socket.extensions()).isEmpty();
      socket.sendText(ping("p"));
      assertThat(socket.readText()).contains("\"p\"");
    }
  }

  @Test
  void anAgentWhoseLibraryOffersNothingIsServedUncompressed() {
    try (RawWebSocket socket = RawWebSocket.connect(port, ASKING)) {
      assertThat(socket.extensions()).isEmpty();
      deliver(new long[] {register(socket)}, "x".repeat(5_000));
      Frame pushed = socket.read();
      assertThat(pushed.compressed()).isFalse();
      assertThat(pushed.payload()).hasSizeGreaterThan(5_000);
    }
  }

  @Test
  void outcomesAreCompressedForWhoAsked() throws Exception {
    try (RawWebSocket asked = deflating();
        RawWebSocket other = RawWebSocket.offering(port, "/", OFFER)) {
      long first = register(asked);
      long second = register(other);
      deliver(new long[] {first, second}, "x".repeat(3_000));
      assertThat(inflated(asked.read())).contains("incoming_outcome").contains("xxxxx");
      assertThat(other.read().text()).contains("incoming_outcome");
    }
  }

  private static long register(RawWebSocket socket) {
    registrations++;
    socket.sendText(
        "{\"type\":\"register\",\"agent_id\":\"c" + registrations + "\",\"fingerprint\":[1]}");
    assertThat(socket.readText()).contains("registered");
    return registrations;
  }

  private static void deliver(long[] keys, String payload) {
    double[] similarities = new double[keys.length];
    Arrays.fill(similarities, 1);
    gateway
        .mesh()
        .bus()
        .send(
            Addresses.gateway(gateway.mesh().nodeId()),
            new Deliver(
                gateway.mesh().view().me().incarnation(),
                TestGateway.nextOutcome(),
                RawJson.of("{\"outcome_id\":\"o\",\"payload\":\"" + payload + "\"}"),
                keys,
                similarities,
                0));
  }

  @Test
  void compressedMessagesAreReadWholeOrInFragmentsWithPingsBetween() {
    double before = count("compressed.messages", "direction", "in");
    byte[] message = deflated(ping("in-pieces"));
    try (RawWebSocket socket = deflating()) {
      socket.send(RawWebSocket.frame(COMPRESSED_TEXT, true, deflated(ping("whole"))));
      assertThat(socket.readText()).contains("whole");
      socket.send(RawWebSocket.frame(COMPRESSED_TEXT, false, new byte[0]));
      for (byte octet : message) {
        socket.send(
            RawWebSocket.frame(RawWebSocket.CONTINUATION, false, new byte[] {octet}),
            RawWebSocket.frame(RawWebSocket.PING, true, new byte[] {octet}));
        assertThat(socket.read().type()).isEqualTo(RawWebSocket.PONG);
      }
      socket.send(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, new byte[0]));
      assertThat(socket.readText()).contains("in-pieces");
      socket.sendText(ping("uncompressed"));
      assertThat(socket.readText()).contains("uncompressed");
    }
    assertThat(count("compressed.messages", "direction", "in")).isEqualTo(before + 2);
    assertThat(count("compressed.bytes", "direction", "in", "form", "plain")).isPositive();
  }

  @Test
  void anEmptyCompressedMessageIsReadAsOne() {
    try (RawWebSocket socket = deflating()) {
      socket.send(RawWebSocket.frame(COMPRESSED_TEXT, true, new byte[] {0}));
      assertThat(socket.readText()).contains("invalid JSON");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void brokenDeflateDataClosesWith1007(boolean last) {
    byte[] broken = new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
    try (RawWebSocket socket = deflating()) {
      socket.send(RawWebSocket.frame(COMPRESSED_TEXT, last, broken));
      if (!last) {
        socket.send(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, broken));
      }
      assertThat(socket.closeCode()).isEqualTo(1007);
      assertThat(socket.answerClose().isEnded()).isTrue();
    }
  }

  @Test
  void whatIsNotUtf8OnceInflatedClosesWith1007() {
    byte[] cut = new PreparedText(new byte[] {(byte) 0xC3, 0x28}).permessage();
    try (RawWebSocket socket = deflating()) {
      socket.send(RawWebSocket.frame(COMPRESSED_TEXT, true, cut));
      assertThat(socket.closeCode()).isEqualTo(1007);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x40, 0x20, 0x10, 0x60})
  void reservedBitsCloseWith1002WhereNothingWasNegotiated(int bits) {
    try (RawWebSocket socket = RawWebSocket.connect(port, "/")) {
      socket.send(
          RawWebSocket.frame(RawWebSocket.TEXT | bits, true, deflated(ping("x"))),
          RawWebSocket.text(ping("never-answered")));
      assertThat(socket.closeCode()).isEqualTo(1002);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x20, 0x10, 0x60, 0x70})
  void otherReservedBitsCloseWith1002AlsoWhereDeflateWasNegotiated(int bits) {
    try (RawWebSocket socket = deflating()) {
      socket.send(RawWebSocket.frame(RawWebSocket.TEXT | bits, true, deflated(ping("x"))));
      assertThat(socket.closeCode()).isEqualTo(1002);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {RawWebSocket.CONTINUATION, RawWebSocket.PING, RawWebSocket.PONG})
  void rsv1OnAFrameThatBeginsNoMessageClosesWith1002(int type) {
    try (RawWebSocket socket = deflating()) {
      socket.send(
          RawWebSocket.frame(COMPRESSED_TEXT, false, deflated(ping("x"))),
          RawWebSocket.frame(type | RawWebSocket.RSV1, true, new byte[] {0}));
      assertThat(socket.closeCode()).isEqualTo(1002);
    }
  }

  /** So many bytes of zeros, compressed in pieces so that the test does not hold them all. */
  private static byte[] bomb(long bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    byte[] zeros = new byte[1 << 20];
    byte[] out = new byte[(int) (bytes / 900) + 4_096];
    int length = 0;
    for (long done = 0; done < bytes; done += zeros.length) {
      deflater.setInput(zeros);
      length += deflater.deflate(out, length, out.length - length, Deflater.NO_FLUSH);
    }
    length += deflater.deflate(out, length, out.length - length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(out, length - 4);
  }

  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBombCostsNoMoreThanTheLimitAndItsSenderHears1009(boolean whole) {
    assertThat(BOMB.length).isBetween(200_000, 400_000);
    double before = count("drops", "cause", "inflated-too-big");
    try (RawWebSocket socket = deflating()) {
      System.gc();
      ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
      long heap = peakHeap();
      if (whole) {
        socket.send(RawWebSocket.frame(COMPRESSED_TEXT, true, BOMB));
      } else {
        sendInPieces(socket, BOMB);
      }
      assertThat(socket.closeCode()).isEqualTo(1009);
      assertThat(peakHeap() - heap).isLessThan(64L * MAX_MESSAGE);
      assertThat(socket.answerClose().isEnded()).isTrue();
    }
    eventually(
        "it is counted", PATIENCE, () -> count("drops", "cause", "inflated-too-big") == before + 1);
  }

  private static void sendInPieces(RawWebSocket socket, byte[] bomb) {
    int piece = 10_000;
    for (int from = 0; from < bomb.length; from += piece) {
      int to = Math.min(bomb.length, from + piece);
      socket.send(
          RawWebSocket.frame(
              from == 0 ? COMPRESSED_TEXT : RawWebSocket.CONTINUATION,
              to == bomb.length,
              Arrays.copyOfRange(bomb, from, to)));
    }
  }

  @Test
  void aFrameOverTheLimitIsReadToItsEndSoThatItsSenderHears1009() {
    byte[] frame = RawWebSocket.frame(RawWebSocket.TEXT, true, new byte[16 * MAX_MESSAGE]);
    try (RawWebSocket socket = deflating()) {
      socket.send(frame);
      assertThat(socket.closeCode()).isEqualTo(1009);
      assertThat(socket.isEnded()).isTrue();
    }
  }

  @Test
  void compressedFragmentsOverTheLimitBeforeInflationCloseWith1009() {
    byte[] noise = new byte[MAX_MESSAGE];
    new Random(1).nextBytes(noise);
    byte[] message = new PreparedText(noise).permessage();
    assertThat(message.length).isGreaterThan(MAX_MESSAGE);
    int half = message.length / 2;
    try (RawWebSocket socket = deflating()) {
      socket.send(
          RawWebSocket.frame(COMPRESSED_TEXT, false, Arrays.copyOf(message, half)),
          RawWebSocket.frame(
              RawWebSocket.CONTINUATION, true, Arrays.copyOfRange(message, half, message.length)));
      assertThat(socket.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void manyMessagesThatWaitForTheirSessionAreNotInflatedYet() {
    byte[] large =
        deflated("{\"type\":\"ping\",\"pad\":\"" + "x".repeat(MAX_MESSAGE - 100) + "\"}");
    assertThat(large).hasSizeLessThan(8_192);
    try (RawWebSocket socket = deflating()) {
      byte[][] frames = new byte[60][];
      Arrays.fill(frames, RawWebSocket.frame(COMPRESSED_TEXT, true, large));
      socket.send(frames);
      for (int i = 0; i < frames.length; i++) {
        assertThat(socket.readText()).contains("pong");
      }
    }
  }
}
