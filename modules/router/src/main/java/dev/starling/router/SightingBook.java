/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.Status;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which outcomes were seen and what became of them, for a window of time and within a bound of
 * memory. Answers at once, whatever it knows. Router's event loop only.
 */
final class SightingBook {
  /** An outcome that was never settled may be routed again after this. */
  private static final long UNSETTLED_NANOS = 5_000_000_000L;

  private static final int ENTRY_BYTES = 200;
  private static final int NAME_BYTES = 56;

  private record Key(String source, String outcomeId) {}

  /** A sighting by a router, at a time, and what came of it; null while nobody knows. */
  private record Entry(String router, long since, @Nullable Routed routed) {

    /** Its size in the units of the bound, of which an outcome without matches takes one. */
    int weight() {
      return 1 + (routed == null ? 0 : routed.routedTo().size() * NAME_BYTES / ENTRY_BYTES);
    }
  }

  private final Cache<Key, Entry> entries;
  private final LongSupplier nanoClock;
  private final Predicate<String> isHere;

  /**
   * An empty book.
   *
   * @param window how long an outcome is remembered
   * @param most outcomes remembered at a time; long lists of matches count for several
   * @param isHere whether a router is in the mesh, so that it may still settle what it sighted
   * @param forgottenEarly told of each outcome forgotten within its window, for want of room
   */
  SightingBook(
      Duration window,
      int most,
      LongSupplier nanoClock,
      Predicate<String> isHere,
      Runnable forgottenEarly) {
    this.nanoClock = nanoClock;
    this.isHere = isHere;
    this.entries =
        Caffeine.newBuilder()
            .expireAfterWrite(window)
            .maximumWeight(most)
            .weigher((Key key, Entry entry) -> entry.weight())
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
   * Notes a sighting, and tells what is known of earlier ones. A router that asks again has ended
   * its earlier try: it does not ask while one is under way.
   */
  Seen see(Sighting sighting) {
    Key key = new Key(sighting.source(), sighting.outcomeId());
    Entry known = entries.getIfPresent(key);
    if (known == null || hasLapsed(known, sighting.router())) {
      entries.put(key, new Entry(sighting.router(), nanoClock.getAsLong(), null));
      return new Seen(null, false);
    }
    return new Seen(known.routed(), known.routed() == null);
  }

  private boolean hasLapsed(Entry entry, String asker) {
    if (entry.routed() != null) {
      return false;
    }
    return entry.router().equals(asker)
        || !isHere.test(entry.router())
        || nanoClock.getAsLong() - entry.since() > UNSETTLED_NANOS;
  }

  /** Notes what became of an outcome, whether or not its sighting was noted here. */
  void settle(String source, String outcomeId, Routed routed) {
    Key key = new Key(source, outcomeId);
    Entry known = entries.getIfPresent(key);
    if (known == null || known.routed() == null) {
      Routed again = new Routed(Status.DUPLICATE, outcomeId, routed.routedTo(), routed.partial());
      entries.put(key, new Entry("", nanoClock.getAsLong(), again));
    }
  }

  /** Outcomes remembered now; from any thread. */
  long size() {
    return entries.estimatedSize();
  }

  /** Forgets the sighting by a router that did not route the outcome after all. */
  void retract(String source, String outcomeId, String router) {
    Key key = new Key(source, outcomeId);
    Entry known = entries.getIfPresent(key);
    if (known != null && known.routed() == null && known.router().equals(router)) {
      entries.invalidate(key);
    }
  }
}
