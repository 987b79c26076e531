/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/**
 * Microseconds since 1970: the wall clock as it was at the start, carried on by the monotonic one,
 * so that differences within a process are true. Thread-safe.
 */
final class MicroClock {
  private final long offsetMicros = System.currentTimeMillis() * 1000 - System.nanoTime() / 1000;

  long now() {
    return offsetMicros + System.nanoTime() / 1000;
  }
}
