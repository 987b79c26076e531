/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.socket.BinaryFrame;
import dev.starling.protocol.CloseCode;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawWebSocket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How an outbox ends, on a real socket whose peer reads or does not. */
class OutboxTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofHours(1);
  private static final int QUEUE = 64 * 1024;
  private static final int SMALL_BUFFER = 4 * 1024;

  /** What the system's own socket buffers take at most, with room to spare. */
  private static final int SYSTEM_BUFFERS = 16 << 20;

  private static final byte[] OUTCOME = "o".repeat(1_000).getBytes(StandardCharsets.UTF_8);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicInteger closings = new AtomicInteger();
  private final Promise<Connected> connected = Promise.promise();

  /** An outbox, its socket's own loop, and when the socket closed in nanoseconds. */
  private record Connected(Outbox outbox, Context loop, Future<Long> closedAt) {
    <T> T onLoop(Supplier<T> work) {
      Promise<T> done = Promise.promise();
      loop.runOnContext(go -> done.complete(work.get()));
      return LocalMesh.await(done.future());
    }

    boolean offer() {
      return onLoop(() -> outbox.outcome(OUTCOME, System.currentTimeMillis()));
    }

    /** Offers outcomes until the peer is found not to read; how many were taken. */
    int fill() {
      int taken = 0;
      while (offer()) {
        taken++;
        assertThat(taken * OUTCOME.length).isLessThan(QUEUE + SYSTEM_BUFFERS);
      }
      return taken;
    }

    void close() {
      onLoop(() -> {
        outbox.close(CloseCode.POLICY);
        return outbox.isClosing();
      });
    }
  }

  @AfterEach
  void stop() {
    LocalMesh.await(vertx.close());
  }

  private RawWebSocket connect(Duration farewell) {
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setSendBufferSize(SMALL_BUFFER))
            .connectionHandler(FlushGathering::install)
            .requestHandler(
                TestSockets.opening(
                    vertx,
                    Compression.NONE,
                    socket -> {
                      Promise<Long> closedAt = Promise.promise();
                      socket.listen(TestSockets.onEnd(() -> closedAt.complete(System.nanoTime())));
                      Loop loop = new Loop(vertx.getOrCreateContext());
                      Outbox outbox =
                          new Outbox(
                              socket,
                              TestGateway.limits(10, QUEUE, QUEUE),
                              new GatewayMetrics(registry),
                              loop,
                              farewell,
                              _ -> closings.incrementAndGet(),
                              Compression.NONE);
                      connected.complete(new Connected(outbox, loop.context(), closedAt.future()));
                    }));
    int port = LocalMesh.await(server.listen(0, "127.0.0.1")).actualPort();
    return RawWebSocket.connect(port, "/", SMALL_BUFFER);
  }

  /** Writes a position frame that is larger than all that may wait; whether it has left. */
  private static Supplier<Boolean> writeFrame(Connected peer) {
    AtomicBoolean left = new AtomicBoolean();
    byte[] payload = new byte[SYSTEM_BUFFERS];
    ByteBuf frame = BinaryFrame.begin(UnpooledByteBufAllocator.DEFAULT, payload.length);
    BinaryFrame.payload(frame, payload.length).put(payload);
    ByteBuf made = BinaryFrame.end(frame, payload.length);
    assertThat(peer.onLoop(() -> peer.outbox().frame(made, () -> left.set(true)))).isTrue();
    return left::get;
  }

  @Test
  void aFrameOnItsWayLeavesTheRoomThatOutcomesHave() {
    try (RawWebSocket peer = connect(LONG)) {
      Connected mine = connected();
      Supplier<Boolean> left = writeFrame(mine);
      assertThat(mine.fill() * OUTCOME.length).isBetween(QUEUE - 10 * OUTCOME.length, 2 * QUEUE);
      assertThat(left.get()).isFalse();
      assertThat(peer.read().payload()).hasSize(SYSTEM_BUFFERS);
      eventually("it has left", PATIENCE, left::get);
      assertThat(peer.read().payload()).isEqualTo(OUTCOME);
    }
  }

  @Test
  void whatWaitsBehindAFrameThatHasLeftIsBoundedAsEver() {
    try (RawWebSocket peer = connect(LONG)) {
      Connected mine = connected();
      Supplier<Boolean> left = writeFrame(mine);
      assertThat(peer.read().payload()).hasSize(SYSTEM_BUFFERS);
      eventually("it has left", PATIENCE, left::get);
      assertThat(mine.onLoop(() -> mine.outbox().room())).isBetween(1L, (long) QUEUE + 1);
    }
  }

  @Test
  void aFrameForASocketThatClosesIsGivenBack() {
    try (RawWebSocket peer = connect(LONG)) {
      Connected mine = connected();
      mine.close();
      ByteBuf frame = BinaryFrame.begin(UnpooledByteBufAllocator.DEFAULT, 1);
      assertThat(mine.onLoop(() -> mine.outbox().frame(frame, () -> {}))).isFalse();
      assertThat(frame.refCnt()).isZero();
      assertThat(peer.closeCode()).isEqualTo(CloseCode.POLICY.code());
    }
  }

  private Connected connected() {
    return LocalMesh.await(connected.future());
  }

  private double dropped(String cause) {
    return registry.find("starling.gateway.drops").tags("cause", cause).counters().stream()
        .mapToDouble(one -> one.count())
        .sum();
  }

  /** Reads what is left until the connection ends without a close; how many outcomes that was. */
  private static int readToTheCut(RawWebSocket peer) {
    int outcomes = 0;
    try {
      while (true) {
        assertThat(peer.readText()).hasSize(OUTCOME.length);
        outcomes++;
      }
    } catch (UncheckedIOException cut) {
      assertThat(peer.isEnded()).isTrue();
      return outcomes;
    }
  }

  @Test
  void aPeerThatNeverReadsIsCutOnceTheFarewellIsOver() {
    try (RawWebSocket peer = connect(SHORT)) {
      Connected side = connected();
      assertThat(side.fill()).isPositive();
      long closing = System.nanoTime();
      side.close();
      long closed = LocalMesh.await(side.closedAt());
      assertThat(Duration.ofNanos(closed - closing)).isBetween(SHORT, PATIENCE);
      assertThat(readToTheCut(peer)).isPositive();
    }
  }

  @Test
  void everyOutcomeThatWasQueuedForAPeerThatIsCutIsCountedAsDropped() {
    try (RawWebSocket peer = connect(SHORT)) {
      Connected side = connected();
      int taken = side.fill();
      assertThat(dropped("slow-reader")).isEqualTo(1);
      assertThat(dropped("closing")).isZero();
      side.close();
      LocalMesh.await(side.closedAt());
      int read = readToTheCut(peer);
      assertThat(read).isLessThan(taken);
      eventually("all are counted", PATIENCE, () -> dropped("closing") == taken - read);
      assertThat(dropped("slow-reader")).isEqualTo(1);
    }
  }

  @Test
  void aPeerThatReadsGetsWhatWasQueuedAndTheCloseBehindIt() {
    try (RawWebSocket peer = connect(LONG)) {
      Connected side = connected();
      int taken = side.fill();
      side.close();
      for (int i = 0; i < taken; i++) {
        assertThat(peer.readText()).hasSize(OUTCOME.length);
      }
      RawWebSocket.Frame last = peer.read();
      assertThat(last.type()).isEqualTo(RawWebSocket.CLOSE);
      assertThat(last.closeCode()).isEqualTo(1008);
      assertThat(peer.answerClose().isEnded()).isTrue();
      LocalMesh.await(side.closedAt());
      assertThat(dropped("closing")).isZero();
    }
  }

  @Test
  void nothingIsTakenOnceTheCloseIsSentAndEachOutcomeIsCounted() {
    try (RawWebSocket peer = connect(LONG)) {
      Connected side = connected();
      side.close();
      assertThat(side.offer()).isFalse();
      assertThat(side.offer()).isFalse();
      side.onLoop(() -> {
        side.outbox().reply(OUTCOME);
        return true;
      });
      assertThat(dropped("closing")).isEqualTo(2);
      assertThat(peer.read().closeCode()).isEqualTo(1008);
      assertThat(peer.answerClose().isEnded()).isTrue();
      LocalMesh.await(side.closedAt());
      assertThat(side.offer()).isFalse();
      assertThat(dropped("closing")).isEqualTo(3);
    }
  }

  @Test
  void closingTwiceIsClosingOnce() {
    try (RawWebSocket peer = connect(LONG)) {
      Connected side = connected();
      side.close();
      side.close();
      assertThat(closings).hasValue(1);
      assertThat(registry.get("starling.gateway.closed").tags("code", "1008").counter().count())
          .isEqualTo(1);
      assertThat(peer.closeCode()).isEqualTo(1008);
    }
  }
}
