/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.RequestRate.Decision;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger forgotten = new AtomicInteger();
  private final RequestRate rate = new RequestRate(6, 2, clock::get, forgotten::incrementAndGet);

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void aMinutesRequestsMayComeAtOnceAndThenOneATime() {
    assertThat(rate.take(ONE)).isEqualTo(new Decision(true, 5, 10, 0));
    for (int left = 4; left >= 0; left--) {
      assertThat(rate.take(ONE).remaining()).isEqualTo(left);
    }
    assertThat(rate.take(ONE)).isEqualTo(new Decision(false, 0, 60, 10));
    pass(Duration.ofMillis(9_999));
    assertThat(rate.take(ONE).allowed()).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(rate.take(ONE)).isEqualTo(new Decision(true, 0, 60, 10));
  }

  @Test
  void noMoreIsSavedThanAMinutesWorth() {
    rate.take(ONE);
    pass(Duration.ofHours(1));
    assertThat(rate.take(ONE).remaining()).isEqualTo(5);
  }

  @Test
  void addressesDoNotSpendEachOthersRequests() {
    for (int i = 0; i < 7; i++) {
      rate.take(ONE);
    }
    assertThat(rate.take(OTHER).allowed()).isTrue();
    assertThat(rate.take(ONE).allowed()).isFalse();
  }

  @Test
  void onlyTheAddressesSeenLastAreRememberedAndTheOthersCounted() {
    for (int i = 0; i < 7; i++) {
      rate.take(ONE);
    }
    rate.take(OTHER);
    rate.take(ONE);
    rate.take(InetAddress.ofLiteral("192.0.2.3"));
    assertThat(forgotten).hasValue(1);
    assertThat(rate.take(ONE).allowed()).isFalse();
    assertThat(rate.take(OTHER).remaining()).isEqualTo(5);
  }
}
