/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class MovedNodesTest {
  private static void frame(ByteBuffer into, int protocol, float... xs) {
    into.order(ByteOrder.LITTLE_ENDIAN);
    if (protocol == 2) {
      into.put((byte) 2);
    }
    for (int id = 0; id < xs.length; id++) {
      if (protocol == 1) {
        into.putShort((short) id);
      } else {
        into.putInt(id);
      }
      into.putFloat(xs[id]).putFloat(1).putFloat(2);
      into.put(new byte[20]);
    }
  }

  @Test
  void whatIsElsewhereHasMoved() {
    for (int protocol = 1; protocol <= 2; protocol++) {
      MovedNodes moved = new MovedNodes(protocol);
      frame(moved.first(), protocol, 1, 2, 3, 4);
      frame(moved.second(), protocol, 1, 2, 3.5f, 4);
      moved.compare();
      assertThat(moved.percent()).isEqualTo(25);
      frame(moved.first(), protocol, 1, 2, 3, 4);
      frame(moved.second(), protocol, 5, 6, 7, 8);
      moved.compare();
      assertThat(moved.percent()).isEqualTo(62.5);
    }
  }

  @Test
  void framesBetweenWhichNodesCameAreNotCompared() {
    MovedNodes moved = new MovedNodes(1);
    frame(moved.first(), 1, 1, 2);
    frame(moved.second(), 1, 1, 2, 3);
    moved.compare();
    assertThat(moved.percent()).isNaN();
  }
}
