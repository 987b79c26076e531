/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The router that another node's gateway uses is told to end (SIGTERM) amid a pipeline. In the
 * short form a router's own tests and those of a node that leaves stand for it.
 */
@EnabledIfSystemProperty(named = "starling.long", matches = "true")
class RouterLeavesFailureTest {
  private static final int UNDER_WAY = 64;
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  @Test
  void shouldLoseNothingKeepTheOrderAndStayFast() {
    try (RouterPair mesh = RouterPair.far()) {
      QisClient receiver = mesh.agent("receiver", 1, 0);
      NumberedEmitter emitter = mesh.pipeline("emitter", UNDER_WAY);
      int before = emitter.pace();
      NodeProcess leaving = mesh.chosen(emitter::emitAndAwait);
      leaving.terminate();
      assertThat(leaving.exitCode(DRAIN)).isZero();
      int after = emitter.paceOf(before / 3, RECOVERY);
      emitter.finish();
      emitter.awaitArrivals("receiver", receiver);

      assertThat(emitter.answers()).allMatch(answer -> answer.isAckOf("receiver"));
      assertThat(emitter.arrivedAt(receiver)).isEqualTo(emitter.numbers());
      assertThat(after).as("the pace, which was %d", before).isGreaterThanOrEqualTo(before / 3);
    }
  }
}
