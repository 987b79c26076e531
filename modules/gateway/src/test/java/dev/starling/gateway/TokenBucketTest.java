/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final long START = Long.MAX_VALUE - MINUTE;
  private static final long MUCH_LATER = Long.MIN_VALUE + 3 * MINUTE;

  private static int taken(TokenBucket bucket, int tries, long now) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += bucket.take(now) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void allOfAPeriodPassAtOnceAndNoMore() {
    assertThat(taken(new TokenBucket(60, MINUTE, START), 100, START)).isEqualTo(60);
  }

  @Test
  void whatPassedComesBackEvenlyAndTheClockMayRunOver() {
    TokenBucket bucket = new TokenBucket(60, MINUTE, START);
    assertThat(taken(bucket, 60, START)).isEqualTo(60);
    assertThat(taken(bucket, 10, START + 3_000_000_001L)).isEqualTo(3);
    assertThat(taken(bucket, 100, MUCH_LATER)).isEqualTo(60);
  }

  @Test
  void itSaysWhenTheNextMayPass() {
    TokenBucket bucket = new TokenBucket(60, MINUTE, START);
    taken(bucket, 61, START);
    assertThat(bucket.retryAfterMillis(START)).isEqualTo(1_000);
    assertThat(bucket.retryAfterMillis(START + 250_000_000L)).isEqualTo(750);
    assertThat(bucket.take(START + 250_000_000L)).isFalse();
    assertThat(bucket.retryAfterMillis(START + 250_000_000L)).isEqualTo(750);
    assertThat(bucket.retryAfterMillis(START + 1_000_000_001L)).isEqualTo(1);
    assertThat(bucket.take(START + 1_000_000_001L)).isTrue();
  }
}
