/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time is the channel's own, which passes as the tests say. */
class RequestDeadlineTest {
  private static final int SECONDS = 4;
  private static final int ENOUGH = (int) (SECONDS * RequestDeadline.LEAST_RATE);
  private static final int LENGTH = 5 * ENOUGH;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicInteger late = new AtomicInteger();

  @BeforeEach
  void install() {
    channel.freezeTime();
    channel.pipeline().addLast(VertxInternals.DECODER, new HttpRequestDecoder());
    RequestDeadline.install(channel.pipeline(), Duration.ofSeconds(SECONDS), late::incrementAndGet);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void comes(byte[] bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  private void head() {
    comes(("POST / HTTP/1.1\r\ncontent-length: " + LENGTH + "\r\n\r\n").getBytes(US_ASCII));
  }

  private void wait(int millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void aRequestThatTricklesIsEndedWhenItsTimeIsOver() {
    head();
    for (int second = 1; second < SECONDS; second++) {
      wait(1_000);
      comes(new byte[1_000]);
      assertThat(channel.isActive()).isTrue();
    }
    wait(1_000);
    assertThat(channel.isActive()).isFalse();
    assertThat(late).hasValue(1);
  }

  @Test
  void aLargeOneHasAsLongAgainForAsLongAsEnoughOfItComes() {
    head();
    for (int part = 1; part < 5; part++) {
      comes(new byte[ENOUGH]);
      wait(1_000 * SECONDS);
      assertThat(channel.isActive()).as("after %s parts", part).isTrue();
    }
    comes(new byte[ENOUGH - 1]);
    wait(1_000 * SECONDS);
    assertThat(channel.isActive()).isFalse();
    assertThat(late).hasValue(1);
  }

  @Test
  void aConnectionThatIsSilentBetweenRequestsStays() {
    head();
    comes(new byte[LENGTH]);
    wait(10_000 * SECONDS);
    assertThat(channel.isActive()).isTrue();
    head();
    wait(1_000 * SECONDS);
    assertThat(channel.isActive()).isFalse();
  }
}
