/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts and times of one run. The generator's thread only; instants are ns. */
final class LoadRecorder {
  private final Ledger ledger;
  private final Latencies push = new Latencies();
  private final Latencies ack = new Latencies();
  private final Latencies lateness = new Latencies();
  private final Latencies connect = new Latencies();
  private final Latencies registered = new Latencies();
  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private long[] emitTimes = new long[1 << 16];
  private long from = Long.MAX_VALUE;
  private long to = Long.MIN_VALUE;
  private long acked;
  private long pushed;
  private long promises;
  private long deliveries;
  private long refused;
  private long disconnects;
  private long ownCpu;
  private long serverCpu;
  private @Nullable String firstError;

  LoadRecorder(int agents) {
    this.ledger = new Ledger(agents);
  }

  void connected(Connector.Connected connected) {
    connect.record(connected.connectNanos());
    registered.record(connected.registeredNanos());
  }

  /** What is emitted or arrives in [from, to) is measured. */
  void measure(long from, long to) {
    this.from = from;
    this.to = to;
  }

  void begin(long serverCpuNanos) {
    ownCpu = -system.getProcessCpuTime();
    serverCpu = -serverCpuNanos;
  }

  void end(long serverCpuNanos) {
    ownCpu += system.getProcessCpuTime();
    serverCpu = serverCpuNanos < 0 ? -1 : serverCpu + serverCpuNanos;
  }

  int emit() {
    return ledger.emit();
  }

  void emittedAt(int sequence, long time) {
    if (sequence >= emitTimes.length) {
      emitTimes = Arrays.copyOf(emitTimes, 2 * emitTimes.length);
    }
    emitTimes[sequence] = time;
  }

  void late(long nanos, long due) {
    if (measured(due)) {
      lateness.record(nanos);
    }
  }

  void pushed(int sequence, int agent, long emitted, long now) {
    if (!ledger.receive(sequence, agent)) {
      return;
    }
    deliveries++;
    if (measured(now)) {
      pushed++;
    }
    if (measured(emitted)) {
      push.record(now - emitted);
    }
  }

  /** {@code matches} is negative where the outcome was refused. */
  void answered(int sequence, int matches, long now) {
    ledger.promise(sequence, Math.max(0, matches));
    if (matches < 0) {
      refused++;
      return;
    }
    promises += matches;
    if (measured(now)) {
      acked++;
    }
    if (measured(emitTimes[sequence])) {
      ack.record(now - emitTimes[sequence]);
    }
  }

  void disconnected(String why) {
    disconnects++;
    wrong(why);
  }

  void wrong(String what) {
    if (firstError == null) {
      firstError = what;
    }
  }

  /** Whether as many deliveries came as were promised. */
  boolean balanced() {
    return deliveries >= promises;
  }

  LoadResult result(Duration duration, boolean deflated) {
    double seconds = duration.toNanos() / 1e9;
    return new LoadResult(
        acked / seconds,
        pushed / seconds,
        push,
        ack,
        lateness,
        connect,
        registered,
        ledger.totals(),
        refused,
        disconnects,
        deflated,
        perOutcome(serverCpu),
        perOutcome(ownCpu),
        firstError);
  }

  private @Nullable Double perOutcome(long cpuNanos) {
    return cpuNanos < 0 || acked == 0 ? null : cpuNanos / 1e3 / acked;
  }

  private boolean measured(long instant) {
    return instant >= from && instant < to;
  }
}
