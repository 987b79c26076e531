/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Times that a test took note of, told in one line of its log. Thread-safe. */
final class Measured {
  private static final System.Logger LOG = System.getLogger(Measured.class.getName());

  private final String what;
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

  Measured(String what) {
    this.what = what;
  }

  <T> T time(Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    add(System.nanoTime() - start);
    return result;
  }

  void add(long one) {
    nanos.add(one);
  }

  Duration worst() {
    return Duration.ofNanos(nanos.stream().mapToLong(Long::longValue).max().orElse(0));
  }

  void report() {
    List<Double> sorted = nanos.stream().sorted().map(one -> one / 1e6).toList();
    if (sorted.isEmpty()) {
      note(what + ": nothing");
      return;
    }
    note(
        String.format(
            "%s: %d times, p50 %.1f ms, p99 %.1f ms, worst %.1f ms",
            what,
            sorted.size(),
            sorted.get(sorted.size() / 2),
            sorted.get((int) (sorted.size() * 0.99)),
            sorted.getLast()));
  }

  /** Writes a line into the test's log. */
  static void note(String line) {
    LOG.log(System.Logger.Level.INFO, line);
  }
}
