/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoadGeneratorTest {
  private static final Workload WORKLOAD = new Workload(12, 3, 16, 60, Workload.Digits.JS, true);

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void shouldAccountForEveryDeliveryOfAClosedLoop(boolean deflate, boolean fragments)
      throws IOException {
    try (TestRouter router = new TestRouter(TestRouter.Fault.NONE, deflate, fragments)) {
      LoadResult result = run(router, 0, deflate);
      assertThat(result.whole()).as(result.toString()).isTrue();
      assertThat(result.firstError()).isNull();
      assertThat(result.deflated()).isEqualTo(deflate);
      assertThat(result.totals().emitted()).isGreaterThan(100);
      assertThat(result.deliveriesPerSecond()).isGreaterThan(2 * result.outcomesPerSecond());
      assertThat(result.connect().count()).isEqualTo(12);
      assertThat(result.registered().millis(50)).isPositive();
      assertThat(result.generatorCpuMicros()).isPositive();
      assertThat(result.serverCpuMicros()).isNull();
      assertThat(router.pongs).hasPositiveValue();
    }
  }

  @Test
  void shouldEmitOnScheduleInAnOpenLoop() throws IOException {
    try (TestRouter router = new TestRouter(TestRouter.Fault.NONE, false, false)) {
      LoadResult result = run(router, 300, false);
      assertThat(result.whole()).as(result.toString()).isTrue();
      // 0.1 s of warm-up and 0.3 s of measuring; each outcome reaches the topic's 3 other agents.
      assertThat(result.totals().emitted()).isBetween(115L, 122L);
      assertThat(result.ack().count()).isBetween(85L, 92L);
      assertThat(result.push().count()).isEqualTo(3 * result.ack().count());
      assertThat(result.lateness().millis(50)).isLessThan(20);
    }
  }

  @Test
  void shouldNoticeOneLostDelivery() throws IOException {
    try (TestRouter router = new TestRouter(TestRouter.Fault.DROP, false, false)) {
      LoadResult result = run(router, 0, false);
      assertThat(result.totals().lost()).isEqualTo(1);
      assertThat(result.totals().duplicates()).isZero();
      assertThat(result.whole()).isFalse();
    }
  }

  @Test
  void shouldNoticeOneDoubledDelivery() throws IOException {
    try (TestRouter router = new TestRouter(TestRouter.Fault.DOUBLE, false, false)) {
      LoadResult result = run(router, 0, false);
      assertThat(result.totals().duplicates()).isEqualTo(1);
      assertThat(result.totals().lost()).isZero();
      assertThat(result.whole()).isFalse();
    }
  }

  private static LoadResult run(TestRouter router, double rate, boolean deflate)
      throws IOException {
    Pace pace =
        new Pace(rate, 2, Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(5));
    return new LoadGenerator(
            router.address(), WORKLOAD, pace, deflate, LoadGenerator.CpuClock.UNKNOWN)
        .run();
  }
}
