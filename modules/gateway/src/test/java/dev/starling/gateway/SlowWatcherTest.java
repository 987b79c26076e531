/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.starling.testkit.FrameClient;
import dev.starling.testkit.LocalMesh;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Clients that read position frames slowly or not at all, or leave while one is on the way. */
class SlowWatcherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int NODES = 30_000;
  private static final int SMALL_BUFFER = 4 * 1024;

  private final ListAppender<ILoggingEvent> leaks = new ListAppender<>();
  private Level usual = ResourceLeakDetector.getLevel();
  private TestGateway gateway;
  private ScriptedSimulator simulator;
  private int port;

  @BeforeEach
  void start() {
    gateway = new TestGateway("gateway", "router", "physics");
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    simulator = new ScriptedSimulator(gateway.mesh());
    port = LocalMesh.await(gateway.start(PositionFramesTest.config()).httpPort());
    // Vert.x turns it off when its first class is loaded.
    usual = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(Level.PARANOID);
    leaks.start();
    detector().addAppender(leaks);
  }

  @AfterEach
  void stop() {
    simulator.close();
    gateway.close();
    detector().detachAppender(leaks);
    ResourceLeakDetector.setLevel(usual);
  }

  private static Logger detector() {
    return (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
  }

  private double skipped(String cause) {
    return gateway.count("starling.gateway.frames.skipped", "cause", cause);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aClientThatDoesNotReadGetsFewerFramesAndCostsTheOthersNone(int protocol) {
    String query = "?protocol=" + protocol;
    try (FrameClient slow = FrameClient.withBuffer(port, query, SMALL_BUFFER);
        FrameClient reader = FrameClient.connect(port, query)) {
      simulator.run(NODES, 30);
      int length = reader.next().length;
      for (int frame = 0; frame < 40; frame++) {
        assertThat(reader.next()).hasSize(length);
      }
      eventually("it is noticed", PATIENCE, () -> skipped("slow-reader") >= 10);
      simulator.close();
      byte[] last = reader.next();
      eventually("a frame at rest", PATIENCE, () -> Arrays.equals(last, reader.next()));
      int frames = 1;
      for (byte[] frame = slow.next(); !Arrays.equals(frame, last); frames++) {
        assertThat(frame).as("whole, if late").hasSize(length);
        frame = slow.next();
      }
      assertThat(frames).isLessThan(40);
    }
  }

  @Test
  void aClientOfTheThirdProtocolThatMissedFramesGoesOnWithAKeyFrame() {
    try (FrameClient slow = FrameClient.withBuffer(port, "?protocol=3", SMALL_BUFFER);
        FrameClient reader = FrameClient.connect(port, "?protocol=3")) {
      simulator.run(NODES, 30);
      eventually(
          "frames were missed",
          PATIENCE,
          () -> {
            reader.next();
            return skipped("slow-reader") >= 5;
          });
      int last = -1;
      boolean wentOn = false;
      for (int frame = 0; frame < 200 && !wentOn; frame++) {
        ByteBuffer header = ByteBuffer.wrap(slow.next()).order(ByteOrder.LITTLE_ENDIAN);
        boolean isKey = header.get(5) == 1;
        assertThat(isKey || header.getInt(6) == last).isTrue();
        wentOn = isKey && last >= 0 && header.getInt(1) > last + 1;
        last = header.getInt(1);
      }
      assertThat(wentOn).isTrue();
    }
  }

  @Test
  void nothingOfAFrameIsKeptWhoeverLeavesAndWhateverWasOnTheWay() {
    for (int round = 0; round < 3; round++) {
      simulator.term(round + 1);
      try (FrameClient slow = FrameClient.withBuffer(port, "?protocol=3", SMALL_BUFFER);
          FrameClient rows = FrameClient.withBuffer(port, "", SMALL_BUFFER);
          FrameClient reader = FrameClient.connect(port, "?protocol=2&fps=30")) {
        for (int block = 0; block < 20; block++) {
          simulator.sendNow(simulator.block(NODES, block, block < 19));
        }
        assertThat(reader.next()).isNotEmpty();
        slow.say("{\"type\":\"unsubscribe\",\"events\":[\"positions\"]}");
        rows.say("{\"type\":\"subscribe\",\"events\":[\"positions\"]}");
      }
    }
    eventually(
        "all sessions are gone",
        PATIENCE,
        () -> gateway.metrics().get("starling.gateway.sessions").gauge().value() == 0);
    simulator.close();
    gateway.close();
    assertThat(afterCollection()).isEmpty();
  }

  /** Leaks are noticed when buffers are taken after the lost ones were collected. */
  private List<String> afterCollection() {
    for (int i = 0; i < 10; i++) {
      System.gc();
      for (int k = 0; k < 1_000; k++) {
        PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
      }
    }
    return leaks.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
