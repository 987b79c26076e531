/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of one agent: what it was called with and gave, its failures, and the CPU time
 * of its calls, which only a platform thread has. Thread-safe.
 */
final class AgentMeter {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final AtomicLong processed = new AtomicLong();
  private final AtomicLong responses = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong cpuNanos = new AtomicLong();
  private volatile boolean isCpuKnown;
  private volatile long lastActiveMillis;
  private long sampledNanos;
  private long sampledCpu;
  private @Nullable Double cpu;

  /** The CPU time of the calling thread; negative where it has none of its own. */
  static long threadCpuNanos() {
    return Thread.currentThread().isVirtual() || !THREADS.isCurrentThreadCpuTimeSupported()
        ? -1
        : THREADS.getCurrentThreadCpuTime();
  }

  /** A call ended that began at {@code beganCpu} of the thread's CPU time. */
  void called(long beganCpu) {
    if (beganCpu >= 0) {
      cpuNanos.addAndGet(Math.max(0, threadCpuNanos() - beganCpu));
      isCpuKnown = true;
    }
    processed.incrementAndGet();
    touch();
  }

  /** A call threw, or the task that one began failed: once for each call. */
  void failed() {
    errors.incrementAndGet();
    touch();
  }

  /** It emitted an outcome or completed a task. */
  void responded() {
    responses.incrementAndGet();
    touch();
  }

  /** It said something, or did something. */
  void touch() {
    lastActiveMillis = System.currentTimeMillis();
  }

  long processed() {
    return processed.get();
  }

  long responses() {
    return responses.get();
  }

  /** The share of its calls that threw or whose tasks failed; null where there was none. */
  @Nullable Double errorRate() {
    long calls = processed.get();
    return calls == 0 ? null : (double) errors.get() / calls;
  }

  /** When it last did anything, milliseconds since 1970; 0 for never. */
  long lastActiveMillis() {
    return lastActiveMillis;
  }

  /** Measures the CPU share since the last sample; called by the host, about every second. */
  void sample(long nowNanos) {
    long spent = cpuNanos.get();
    if (isCpuKnown && sampledNanos != 0 && nowNanos > sampledNanos) {
      cpu = 100.0 * (spent - sampledCpu) / (nowNanos - sampledNanos);
    }
    sampledNanos = nowNanos;
    sampledCpu = spent;
  }

  /** Per cent of one core that its calls took between the last two samples; null if not known. */
  @Nullable Double cpu() {
    return cpu;
  }
}
