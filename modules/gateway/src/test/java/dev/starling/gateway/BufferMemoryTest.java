/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.testkit.RawWebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator sees of the memory outside the heap that connections take. */
class BufferMemoryTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final Duration SOON = Duration.ofSeconds(10);

  private static GatewayConfig config() {
    GatewayConfig usual =
        TestGateway.config(TestGateway.OUTCOME_QUEUE, MEBIBYTE, Duration.ofSeconds(30));
    EndpointLimits limits =
        new EndpointLimits(
            10,
            1_000,
            32 * MEBIBYTE,
            64,
            TestGateway.OUTCOME_QUEUE,
            MEBIBYTE,
            20,
            10,
            Duration.ofSeconds(5));
    return TestGateway.with(usual, TestGateway.access(Optional.empty()), limits);
  }

  private static double pooled(TestGateway gateway) {
    return gateway
        .metrics()
        .get("starling.gateway.buffer.bytes")
        .tag("allocator", "pooled")
        .gauge()
        .value();
  }

  @Test
  void shouldShowAFrameThatHasNotComeWholeForAsLongAsItIsHeld() {
    try (TestGateway gateway = new TestGateway()) {
      int port = gateway.deploy(config());
      double before = pooled(gateway);
      try (RawWebSocket peer = RawWebSocket.connect(port, "/")) {
        byte[] frame = RawWebSocket.frame(RawWebSocket.TEXT, true, new byte[32 * MEBIBYTE]);
        peer.send(Arrays.copyOf(frame, 24 * MEBIBYTE));
        eventually("what came is seen", SOON, () -> pooled(gateway) > before + 20 * MEBIBYTE);
      }
      eventually("it is let go", SOON, () -> pooled(gateway) < before + 8 * MEBIBYTE);
    }
  }
}
