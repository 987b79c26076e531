/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.qis.OutcomeEnvelope;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes on their way into one session, which are left out while its peer does not read. The
 * session's loop only, but for {@link #deliver}.
 */
final class Deliveries {
  private final Outbox outbox;
  private final MicroClock clock;
  private final GatewayMetrics metrics;
  private final Loop loop;

  /** Where the session's loop is another than the gateway's, which is who makes it. */
  private @Nullable HandOver handOver;

  Deliveries(Outbox outbox, MicroClock clock, GatewayMetrics metrics, Loop loop) {
    this.outbox = outbox;
    this.clock = clock;
    this.metrics = metrics;
    this.loop = loop;
  }

  /**
   * Pushes an outcome; from the gateway's loop.
   *
   * @param beginning what all its receivers share
   */
  void deliver(PreparedText beginning, double similarity, long acceptedMicros) {
    if (loop.isHere()) {
      push(beginning, similarity, acceptedMicros);
      return;
    }
    HandOver way = handOver();
    if (way.admits(beginning)) {
      loop.run(() -> {
        way.took(beginning);
        push(beginning, similarity, acceptedMicros);
      });
    }
  }

  private HandOver handOver() {
    HandOver way = handOver;
    if (way == null) {
      way = new HandOver(outbox, metrics, loop, this::tellLost);
      handOver = way;
    }
    return way;
  }

  private void push(PreparedText beginning, double similarity, long acceptedMicros) {
    boolean written =
        outbox.outcome(
            beginning.continued(OutcomeEnvelope.tail(similarity)), System.currentTimeMillis());
    if (written) {
      metrics.pushed(clock.now() - acceptedMicros);
    }
  }

  /** Where the queue is full, the client is told once it has drained. */
  private void tellLost() {
    if (!outbox.isFull()) {
      drained();
    }
  }

  /** The peer reads again. */
  void drained() {
    long since = outbox.takeLostSince();
    if (since > 0) {
      RefusalException lost =
          new RefusalException(
              ErrorCode.OUTCOMES_LOST,
              "outcomes since then were left out because this session read too slowly",
              Map.of("since", since));
      metrics.noticed(lost);
      outbox.reply(QisWriter.bytes(new Refused(null, lost)));
    }
  }
}
