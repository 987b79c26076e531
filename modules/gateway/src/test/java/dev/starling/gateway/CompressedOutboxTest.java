/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.deflate.Inflation;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.gateway.socket.Socket;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What leaves an outbox, on real sockets, seen frame by frame. */
class CompressedOutboxTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofHours(1);
  private static final String OFFER = "permessage-deflate; client_max_window_bits";
  private static final int QUEUE = 64 * 1024;
  private static final int SMALL_BUFFER = 4 * 1024;
  private static final int SYSTEM_BUFFERS = 16 << 20;

  private final Vertx vertx = Vertx.vertx();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Promise<Connected> connected = Promise.promise();
  private int port;

  private record Connected(Socket socket, Outbox outbox, Loop loop) {
    <T> T onLoop(Supplier<T> work) {
      Promise<T> done = Promise.promise();
      loop.context().runOnContext(go -> done.complete(work.get()));
      return LocalMesh.await(done.future());
    }

    void reply(PreparedText... texts) {
      onLoop(() -> {
        for (PreparedText text : texts) {
          outbox.reply(text);
        }
        return true;
      });
    }
  }

  @AfterEach
  void stop() {
    LocalMesh.await(vertx.close());
  }

  private void serve(Compression compression) {
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setSendBufferSize(SMALL_BUFFER))
            .connectionHandler(FlushGathering::install)
            .requestHandler(
                TestSockets.opening(
                    vertx,
                    compression,
                    socket -> {
                      Loop loop = new Loop(vertx.getOrCreateContext());
                      Outbox outbox =
                          new Outbox(
                              socket,
                              TestGateway.limits(10, QUEUE, 1 << 20),
                              new GatewayMetrics(registry),
                              loop,
                              LONG,
                              _ -> {},
                              compression);
                      connected.complete(new Connected(socket, outbox, loop));
                    }));
    port = LocalMesh.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private RawWebSocket connect(Compression compression) {
    serve(compression);
    return compression == Compression.DEFLATE
        ? RawWebSocket.offering(port, "/", OFFER)
        : RawWebSocket.connect(port, "/");
  }

  private Connected connected() {
    return LocalMesh.await(connected.future());
  }

  private static PreparedText text(int bytes) {
    String around = "{\"type\":\"pong\",\"id\":\"\"}";
    return new PreparedText(
        utf8(around.replace("\"\"", '"' + "i".repeat(bytes - around.length()) + '"')));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] inflated(Frame frame) throws Exception {
    assertThat(frame.compressed()).isTrue();
    assertThat(frame.type()).isEqualTo(RawWebSocket.TEXT);
    return Inflation.inflate(frame.payload(), 1 << 20);
  }

  private double count(String name, String... tags) {
    return registry.find("starling.gateway." + name).tags(tags).counters().stream()
        .mapToDouble(one -> one.count())
        .sum();
  }

  @Test
  void onlyTextOverOneKibibyteLeavesCompressed() throws Exception {
    try (RawWebSocket peer = connect(Compression.DEFLATE)) {
      connected().reply(text(1_024), text(1_025));
      Frame plain = peer.read();
      assertThat(plain.compressed()).isFalse();
      assertThat(plain.payload()).hasSize(1_024);
      assertThat(inflated(peer.read())).isEqualTo(text(1_025).utf8());
    }
    assertThat(count("compressed.messages", "direction", "out")).isEqualTo(1);
    assertThat(count("compressed.bytes", "direction", "out", "form", "plain")).isEqualTo(1_025);
    assertThat(count("compressed.bytes", "direction", "out", "form", "compressed"))
        .isBetween(1.0, 100.0);
  }

  @Test
  void equalMessagesInARowLeaveAsEqualBytes() throws Exception {
    try (RawWebSocket peer = connect(Compression.DEFLATE)) {
      connected().reply(text(3_000), text(3_000));
      Frame first = peer.read();
      assertThat(inflated(first)).hasSize(3_000);
      assertThat(peer.read().payload()).isEqualTo(first.payload());
    }
  }

  @Test
  void textThatDoesNotGetSmallerLeavesAsItIs() {
    byte[] noise = new byte[3_000];
    new Random(3).nextBytes(noise);
    try (RawWebSocket peer = connect(Compression.DEFLATE)) {
      connected().reply(new PreparedText(noise));
      Frame frame = peer.read();
      assertThat(frame.compressed()).isFalse();
      assertThat(frame.payload()).isEqualTo(noise);
    }
    assertThat(count("compressed.messages")).isZero();
  }

  @Test
  void aPeerThatOffersNothingGetsPlainText() {
    serve(Compression.DEFLATE);
    try (RawWebSocket peer = RawWebSocket.connect(port, "/")) {
      connected().reply(text(5_000));
      Frame frame = peer.read();
      assertThat(frame.compressed()).isFalse();
      assertThat(frame.payload()).hasSize(5_000);
    }
  }

  @Test
  void binaryFramesAreNeverCompressed() {
    try (RawWebSocket peer = connect(Compression.DEFLATE)) {
      Connected side = connected();
      side.onLoop(() -> side.socket().binary(new byte[5_000]));
      Frame frame = peer.read();
      assertThat(frame.compressed()).isFalse();
      assertThat(frame.payload()).hasSize(5_000);
    }
  }

  @Test
  void zlibMessagesAreBinaryAndShortOnesText() throws Exception {
    try (RawWebSocket peer = connect(Compression.ZLIB)) {
      connected().reply(text(1_024), text(1_025));
      assertThat(peer.read().type()).isEqualTo(RawWebSocket.TEXT);
      Frame frame = peer.read();
      assertThat(frame.type()).isEqualTo(RawWebSocket.BINARY);
      assertThat(frame.compressed()).isFalse();
      assertThat(new InflaterInputStream(new ByteArrayInputStream(frame.payload())).readAllBytes())
          .isEqualTo(text(1_025).utf8());
    }
  }

  @Test
  void compressedPlainAndControlFramesLeaveInTheOrderInWhichTheyWereWritten() throws Exception {
    try (RawWebSocket peer = connect(Compression.DEFLATE)) {
      Connected side = connected();
      side.onLoop(() -> {
        for (int i = 0; i < 100; i++) {
          side.outbox().reply(text(2_000 + i));
          side.outbox().reply(text(100 + i));
          side.socket().ping();
        }
        return true;
      });
      for (int i = 0; i < 100; i++) {
        assertThat(inflated(peer.read())).hasSize(2_000 + i);
        assertThat(peer.read().payload()).hasSize(100 + i);
        assertThat(peer.read().type()).isEqualTo(RawWebSocket.PING);
      }
    }
  }

  /** Long texts that hardly get smaller, so that few of them fill a queue. */
  private static PreparedText long64(int seed) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(seed);
    for (int i = 0; i < 8_000; i++) {
      text.append((char) ('0' + random.nextInt(64)));
    }
    return new PreparedText(utf8(text.toString()));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void compressedOutcomesThatWaitCountInTheSocketsQueueAndAsDroppedWhenItEnds(
      Compression compression) {
    serve(compression);
    RawWebSocket peer = RawWebSocket.offering(port, "/", OFFER);
    Connected side = connected();
    PreparedText outcome = long64(1);
    long whole = side.onLoop(side.outbox()::room);
    int taken = 0;
    while (side.onLoop(() -> side.outbox().outcome(outcome, 1))) {
      taken++;
      assertThat(taken * 5_000L).isLessThan(QUEUE + SYSTEM_BUFFERS);
    }
    int accepted = taken;
    assertThat(whole).isGreaterThanOrEqualTo(QUEUE);
    assertThat(side.onLoop(side.outbox()::room)).isZero();
    assertThat(side.onLoop(side.outbox()::isFull)).isTrue();
    peer.close();
    eventually(
        "what waited is counted",
        PATIENCE,
        () ->
            count("drops", "cause", "closing") > 0
                && count("drops", "cause", "closing") <= accepted);
  }

  @Test
  void oneCopyServesEverySession() throws Exception {
    serve(Compression.DEFLATE);
    PreparedText text = text(4_000);
    List<RawWebSocket> peers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      peers.add(RawWebSocket.offering(port, "/", OFFER));
      connected().reply(text);
      connected = Promise.promise();
    }
    for (RawWebSocket peer : peers) {
      Frame frame = peer.read();
      assertThat(frame.payload()).isEqualTo(text.permessage());
      peer.close();
    }
  }

  @Test
  void aLibrarysClientReadsWhatItIsSentAndIsRead() {
    serve(Compression.DEFLATE);
    WebSocketClient client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setTryUsePerMessageCompression(true)
                .setCompressionAllowClientNoContext(true));
    Future<List<String>> read =
        client
            .connect(port, "127.0.0.1", "/")
            .compose(socket -> {
              Promise<List<String>> done = Promise.promise();
              List<String> texts = new ArrayList<>();
              socket.textMessageHandler(one -> {
                texts.add(one);
                if (texts.size() == 3) {
                  done.complete(texts);
                }
              });
              return done.future();
            });
    connected().reply(text(3_000), text(30), text(30_000));
    assertThat(LocalMesh.await(read)).extracting(String::length).containsExactly(3_000, 30, 30_000);
    // Until here, since Vert.x closes a client that nobody refers to.
    LocalMesh.await(client.close());
  }
}
