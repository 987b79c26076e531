/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class McpInboxTest {
  private final AtomicInteger dropped = new AtomicInteger();
  private final McpInbox inbox = new McpInbox(100, dropped::incrementAndGet);

  private void add(int bytes) {
    inbox.add(RawJson.of("\"" + "x".repeat(bytes - 2) + "\""), 1);
  }

  private List<Long> positions() {
    return inbox.first(10_000).stream().map(McpInbox.Entry::position).toList();
  }

  @Test
  void keepsWhatIsNotReleased() {
    add(10);
    add(10);
    add(10);
    assertThat(inbox.first(2)).extracting(McpInbox.Entry::position).containsExactly(1L, 2L);
    inbox.release(2);
    assertThat(positions()).containsExactly(3L);
    assertThat(inbox.missing()).isZero();
    inbox.release(3);
    assertThat(inbox.isEmpty()).isTrue();
    assertThat(inbox.last()).isEqualTo(3);
    assertThat(dropped).hasValue(0);
  }

  @Test
  void theOldestMakeRoomAndAreCounted() {
    add(40);
    add(40);
    add(40);
    assertThat(positions()).containsExactly(2L, 3L);
    assertThat(inbox.missing()).isEqualTo(1);
    assertThat(dropped).hasValue(1);
    inbox.release(1);
    assertThat(inbox.missing()).isZero();
  }

  @Test
  void whatTheClientHadIsNeverCountedAsDropped() {
    add(10);
    add(10);
    inbox.release(2);
    add(90);
    add(90);
    inbox.release(0);
    assertThat(positions()).containsExactly(4L);
    assertThat(inbox.missing()).isEqualTo(1);
    inbox.release(4);
    assertThat(inbox.missing()).isZero();
  }

  @Test
  void noTwoHaveOneName() {
    assertThat(inbox.name()).isNotEqualTo(new McpInbox(100, () -> {}).name());
  }

  @Test
  void oneThatIsLargerThanTheInboxIsTakenAlone() {
    add(40);
    add(500);
    assertThat(positions()).containsExactly(2L);
    add(10);
    assertThat(positions()).containsExactly(3L);
  }

  @Test
  void holdsSoManyAtMost() {
    McpInbox wide = new McpInbox(Integer.MAX_VALUE, dropped::incrementAndGet);
    for (int i = 0; i < McpInbox.MOST + 5; i++) {
      wide.add(RawJson.EMPTY_OBJECT, 1);
    }
    assertThat(wide.first(10_000)).hasSize(McpInbox.MOST);
    assertThat(wide.missing()).isEqualTo(5);
    assertThat(dropped).hasValue(5);
  }
}
