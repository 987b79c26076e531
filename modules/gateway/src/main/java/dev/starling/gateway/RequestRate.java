/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Requests of each client address, a token bucket each that holds a minute's worth. Only the
 * addresses seen last are remembered; one that is forgotten starts anew with a full bucket, and is
 * counted. Thread-safe; the lock is held for a look-up.
 */
final class RequestRate {
  private static final double MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int perMinute;
  private final LongSupplier nanoClock;
  private final Map<ClientKey, Bucket> buckets;

  /**
   * What became of one request.
   *
   * @param allowed whether it may go on
   * @param remaining requests that may follow at once
   * @param resetSeconds until the whole limit is there again
   * @param retrySeconds until the next request may come; 0 where it may at once
   */
  record Decision(boolean allowed, int remaining, long resetSeconds, long retrySeconds) {}

  private static final class Bucket {
    private double tokens;
    private long at;

    Bucket(double tokens, long at) {
      this.tokens = tokens;
      this.at = at;
    }
  }

  /**
   * A limit.
   *
   * @param perMinute requests of one address a minute
   * @param addresses how many are remembered
   * @param forgotten hears of each address that is not any more
   */
  RequestRate(int perMinute, int addresses, LongSupplier nanoClock, Runnable forgotten) {
    this.perMinute = perMinute;
    this.nanoClock = nanoClock;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<ClientKey, Bucket> eldest) {
            if (size() > addresses) {
              forgotten.run();
              return true;
            }
            return false;
          }
        };
  }

  int perMinute() {
    return perMinute;
  }

  Decision take(InetAddress address) {
    synchronized (buckets) {
      long now = nanoClock.getAsLong();
      Bucket bucket =
          buckets.computeIfAbsent(ClientKey.of(address), key -> new Bucket(perMinute, now));
      double gained = (now - bucket.at) / MINUTE_NANOS * perMinute;
      bucket.tokens = Math.min(perMinute, bucket.tokens + gained);
      bucket.at = now;
      boolean allowed = bucket.tokens >= 1;
      if (allowed) {
        bucket.tokens--;
      }
      return new Decision(
          allowed,
          (int) bucket.tokens,
          seconds(perMinute - bucket.tokens),
          bucket.tokens >= 1 ? 0 : seconds(1 - bucket.tokens));
    }
  }

  private long seconds(double tokens) {
    return (long) Math.ceil(tokens * 60 / perMinute);
  }
}
