/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which outcomes were seen and what became of them, for a window of time and a bounded number.
 * Router's event loop only.
 */
final class SightingBook {
  /** An outcome that was never settled may come again after this. */
  private static final long UNSETTLED_NANOS = 5_000_000_000L;

  private record Key(String source, String outcomeId) {}

  private record Entry(Promise<Routed> routed, long since) {}

  private final Cache<Key, Entry> entries;
  private final LongSupplier nanoClock;

  /**
   * An empty book.
   *
   * @param window how long an outcome is remembered
   * @param most outcomes remembered at a time
   * @param forgottenEarly told of each outcome forgotten within its window, for want of room
   */
  SightingBook(Duration window, int most, LongSupplier nanoClock, Runnable forgottenEarly) {
    this.nanoClock = nanoClock;
    this.entries =
        Caffeine.newBuilder()
            .expireAfterWrite(window)
            .maximumSize(most)
            .executor(Runnable::run)
            .ticker(nanoClock::getAsLong)
            .evictionListener((@Nullable Key key, @Nullable Entry entry, RemovalCause cause) -> {
              if (cause == RemovalCause.SIZE) {
                forgottenEarly.run();
              }
            })
            .build();
  }

  /**
   * Notes a sighting.
   *
   * @return null inside where it is the first; else what became of the first, once that is known
   */
  Future<Seen> see(String source, String outcomeId) {
    Key key = new Key(source, outcomeId);
    Entry known = entries.getIfPresent(key);
    long now = nanoClock.getAsLong();
    boolean lapsed =
        known != null
            && !known.routed().future().isComplete()
            && now - known.since() > UNSETTLED_NANOS;
    if (known == null || lapsed) {
      entries.put(key, new Entry(Promise.promise(), now));
      return Future.succeededFuture(new Seen(null));
    }
    return known.routed().future().map(Seen::new);
  }

  /** Notes what became of an outcome, whether or not its sighting was noted here. */
  void settle(String source, String outcomeId, Routed routed) {
    Key key = new Key(source, outcomeId);
    Entry known = entries.getIfPresent(key);
    if (known == null) {
      known = new Entry(Promise.promise(), nanoClock.getAsLong());
      entries.put(key, known);
    }
    Routed again = new Routed(Status.DUPLICATE, outcomeId, routed.routedTo(), routed.partial());
    known.routed().tryComplete(again);
  }

  /** Forgets a sighting whose outcome was not routed after all. */
  void retract(String source, String outcomeId, Throwable why) {
    Key key = new Key(source, outcomeId);
    Entry known = entries.getIfPresent(key);
    if (known != null && !known.routed().future().isComplete()) {
      entries.invalidate(key);
      known.routed().tryFail(why);
    }
  }

  /** Outcomes remembered now. */
  long size() {
    return entries.estimatedSize();
  }
}
