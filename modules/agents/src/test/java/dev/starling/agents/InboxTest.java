/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import org.junit.jupiter.api.Test;

class InboxTest {
  private static AgentCall outcome(long bytes) {
    return new AgentCall.OutcomeCame(new RawJson(new byte[Math.toIntExact(bytes)]), 1);
  }

  @Test
  void soManyCallsWait() {
    Inbox inbox = new Inbox(2);
    assertThat(inbox.offer(outcome(1))).isTrue();
    assertThat(inbox.offer(outcome(1))).isTrue();
    assertThat(inbox.offer(outcome(1))).isFalse();
  }

  @Test
  void soManyBytesWaitAndALargerCallAlone() {
    Inbox inbox = new Inbox(10);
    assertThat(inbox.offer(outcome(Inbox.MOST_BYTES + 1))).isTrue();
    assertThat(inbox.offer(outcome(1))).isFalse();
    assertThat(inbox.take()).isPresent();
    assertThat(inbox.offer(outcome(Inbox.MOST_BYTES - 1))).isTrue();
    assertThat(inbox.offer(outcome(1))).isTrue();
    assertThat(inbox.offer(outcome(1))).isFalse();
    assertThat(inbox.clear()).isEqualTo(2);
    assertThat(inbox.offer(outcome(Inbox.MOST_BYTES))).isTrue();
  }
}
