/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.flow.Event;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoopSessionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SIZE = 1 << 20;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private int dropped() {
    return (int)
        registry.find("starling.gateway.drops").tags("cause", "slow-loop").counters().stream()
            .mapToDouble(one -> one.count())
            .sum();
  }

  @Test
  void eventsForALoopThatStandsStillAreLeftOutAndCountedOnceTooManyWait() {
    Vertx vertx = Vertx.vertx();
    try {
      Loop loop = new Loop(vertx.getOrCreateContext());
      LoopSessions sessions = new LoopSessions(loop, new GatewayMetrics(registry));
      CompletableFuture<Void> busy = new CompletableFuture<>();
      loop.run(busy::join);
      int room = LoopSessions.MOST_WAITING / SIZE;
      for (int i = 0; i < 2 * room; i++) {
        sessions.publish(Event.GPU_ANALYTICS, new PreparedText(new byte[SIZE]), "");
      }
      assertThat(dropped()).isBetween(room, room + 1);
      int before = dropped();
      busy.complete(null);
      CompletableFuture<Void> done = new CompletableFuture<>();
      loop.run(() -> done.complete(null));
      done.join();
      PreparedText last = new PreparedText(new byte[1]);
      sessions.publish(Event.GPU_ANALYTICS, last, "");
      eventually(
          "the next one passes",
          PATIENCE,
          () -> sessions.latest(Event.GPU_ANALYTICS).orElseThrow() == last);
      assertThat(dropped()).isEqualTo(before);
    } finally {
      LocalMesh.await(vertx.close());
    }
  }
}
