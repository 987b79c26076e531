/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.gateway.socket.ReassemblyBudget;
import dev.starling.gateway.socket.Socket;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.testkit.RawWebSocket;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What becomes of a session, and of the others, when something of the gateway's own fails. */
class FaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] BROKEN =
      RawWebSocket.frame(RawWebSocket.TEXT | RawWebSocket.RSV1, true, new byte[] {-1, -1, -1});

  private final TestGateway gateway = new TestGateway();
  private final Logger log = (Logger) LoggerFactory.getLogger(Session.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  /** Has no memory, once. */
  private static final class FailingAllocator extends AbstractByteBufAllocator {
    private final AtomicBoolean fails = new AtomicBoolean(true);

    FailingAllocator() {
      super(true);
    }

    @Override
    protected ByteBuf newHeapBuffer(int size, int most) {
      return new UnpooledHeapByteBuf(this, size, most);
    }

    @Override
    protected ByteBuf newDirectBuffer(int size, int most) {
      if (fails.getAndSet(false)) {
        throw new OutOfMemoryError("as if");
      }
      return new UnpooledDirectByteBuf(this, size, most);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  @BeforeEach
  void listen() {
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void stop() {
    log.detachAppender(lines);
    gateway.close();
  }

  private List<String> errors() {
    return lines.list.stream()
        .filter(line -> line.getLevel() == Level.ERROR)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private double faults() {
    return gateway.count("starling.gateway.closed", "code", "1011");
  }

  /** Metrics that fail where this is counted. */
  private static MeterFilter failingOn(String cause) {
    return new MeterFilter() {
      @Override
      public MeterFilterReply accept(Meter.Id id) {
        if (cause.equals(id.getTag("cause"))) {
          throw new IllegalStateException("metrics fail");
        }
        return MeterFilterReply.NEUTRAL;
      }
    };
  }

  @Test
  void aFaultAmidAMessageEndsItsSessionWith1011AndNobodyElses() {
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    gateway.metrics().config().meterFilter(failingOn("broken-deflate"));
    int port = gateway.deploy(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)));
    try (RawWebSocket other = RawWebSocket.connect(port, "/");
        RawWebSocket broken =
            RawWebSocket.offering(port, "/?compression=deflate", "permessage-deflate")) {
      broken.send(BROKEN);
      assertThat(broken.closeCode()).isEqualTo(1011);
      assertThat(faults()).isEqualTo(1);
      assertThat(errors()).containsExactly("a frame failed");
      // It does not answer the close, and is cut all the same.
      assertThat(broken.isEnded()).isTrue();
      other.sendText("{\"type\":\"ping\"}");
      assertThat(other.readText()).contains("pong");
    }
  }

  @Test
  void aSessionThatCannotBeWrittenToHoldsUpNoEventForTheOthers() {
    List<Socket> sockets = new CopyOnWriteArrayList<>();
    TestGateway.Served served =
        gateway.listen(Endpoint.CONSOLE, new ReassemblyBudget(Long.MAX_VALUE), sockets::add);
    List<RawWebSocket> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        RawWebSocket peer = RawWebSocket.connect(served.port(), "/");
        peers.add(peer);
        peer.sendText("{\"type\":\"ping\"}");
        assertThat(peer.readText()).contains("pong");
      }
      for (Socket socket : sockets.subList(0, 10)) {
        socket.channel().config().setAllocator(new FailingAllocator());
      }
      served
          .sessions()
          .publish(
              Event.SYSTEM_EVENT,
              new PreparedText("{\"type\":\"system_event\"}".getBytes(UTF_8)),
              "");
      for (RawWebSocket peer : peers.subList(10, 20)) {
        assertThat(peer.readText()).contains("system_event");
      }
      for (RawWebSocket peer : peers.subList(0, 10)) {
        assertThat(peer.closeCode()).isEqualTo(1011);
      }
      eventually("each is counted", PATIENCE, () -> faults() == 10);
      assertThat(gateway.count("starling.gateway.drops", "cause", "fault")).isEqualTo(10);
      assertThat(errors()).hasSize(10).containsOnly("an event failed");
    } finally {
      peers.forEach(RawWebSocket::close);
    }
  }

  @Test
  void aSessionThatCannotBeWrittenToKeepsNoOutcomeFromTheReceiversBehindIt() {
    TestGateway.Opened opened =
        gateway.open(new GatewayMetrics(gateway.metrics()), new AwakeClock(System::nanoTime));
    CompletableFuture<String> behind = new CompletableFuture<>();
    try (RawWebSocket peer = opened.peer()) {
      opened.socket().channel().config().setAllocator(new FailingAllocator());
      opened
          .loop()
          .run(() -> {
            opened.session().deliver(new Arrival(RawJson.EMPTY_OBJECT, 0), 0.9);
            behind.complete("has its turn");
          });
      assertThat(behind).succeedsWithin(PATIENCE);
      assertThat(peer.closeCode()).isEqualTo(1011);
      assertThat(gateway.count("starling.gateway.drops", "cause", "fault")).isEqualTo(1);
      assertThat(errors()).containsExactly("a delivery failed");
    }
  }
}
