/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What is counted of position frames. Thread-safe. */
public final class FrameMetrics {
  private final MeterRegistry registry;
  private final Counter bytes;
  private final Counter replaced;
  private final Map<Integer, Counter> sent = new ConcurrentHashMap<>();
  private final Map<Integer, Timer> encodes = new ConcurrentHashMap<>();
  private final Map<String, Counter> skipped = new ConcurrentHashMap<>();

  /** Counts in {@code registry}. */
  public FrameMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.bytes =
        Counter.builder("starling.gateway.frames.bytes")
            .description("Bytes of position frames that were written to sockets")
            .register(registry);
    this.replaced =
        Counter.builder("starling.gateway.frames.replaced")
            .description("Numbers that were not finite and went out as others")
            .register(registry);
  }

  void sent(int protocol, int size) {
    of(sent, protocol, this::sent).increment();
    bytes.increment(size);
  }

  private Counter sent(int protocol) {
    return Counter.builder("starling.gateway.frames.sent")
        .description("Position frames that were written to sockets")
        .tag("protocol", Integer.toString(protocol))
        .register(registry);
  }

  /** Counts frames that clients did not get, by cause. */
  void skipped(String cause, int frames) {
    if (frames > 0) {
      of(skipped, cause, this::skipped).increment(frames);
    }
  }

  private Counter skipped(String cause) {
    return Counter.builder("starling.gateway.frames.skipped")
        .description("Position frames that clients did not get, by cause")
        .tag("cause", cause)
        .register(registry);
  }

  /** Takes note of the time that encoding a frame took, once for all who got it. */
  Timer encodes(int protocol) {
    return of(encodes, protocol, this::encodeTimer);
  }

  private Timer encodeTimer(int protocol) {
    return Timer.builder("starling.gateway.frames.encode")
        .description("Time to encode a position frame, once for all who get it")
        .tag("protocol", Integer.toString(protocol))
        .register(registry);
  }

  void replaced(long numbers) {
    replaced.increment((double) numbers);
  }

  private static <K, V> V of(Map<K, V> meters, K key, Function<K, V> maker) {
    V known = meters.get(key);
    return known != null ? known : meters.computeIfAbsent(key, maker);
  }
}
