/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.qis.QisServerMessage;
import dev.starling.protocol.qis.QisServerMessage.Pong;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplyQueueTest {
  private final List<QisServerMessage> out = new ArrayList<>();
  private final ReplyQueue replies = new ReplyQueue(out::add);

  private static QisServerMessage reply(int number) {
    return new Pong(RawJson.of(Integer.toString(number)), null, 0);
  }

  @Test
  void aReplyLeavesOnceEveryEarlierOneHas() {
    ReplyQueue.Slot first = replies.reserve();
    ReplyQueue.Slot second = replies.reserve();
    second.fill(reply(2));
    assertThat(out).isEmpty();
    assertThat(replies.size()).isEqualTo(2);
    first.fill(reply(1));
    assertThat(out).containsExactly(reply(1), reply(2));
    assertThat(replies.size()).isZero();
  }

  @Test
  void aSlotIsFilledOnce() {
    replies.reserve().fill(reply(1));
    ReplyQueue.Slot slot = replies.reserve();
    slot.fill(reply(2));
    slot.fill(reply(3));
    assertThat(out).containsExactly(reply(1), reply(2));
  }

  @Test
  void aTurnComesOnceEveryEarlierReplyHasLeft() {
    ReplyQueue.Slot first = replies.reserve();
    ReplyQueue.Slot second = replies.reserve();
    second.onTurn(() -> {
      assertThat(out).containsExactly(reply(1));
      second.fill(reply(2));
    });
    assertThat(out).isEmpty();
    first.fill(reply(1));
    assertThat(out).containsExactly(reply(1), reply(2));
    assertThat(replies.size()).isZero();
  }

  @Test
  void aTurnComesAtOnceWhereNoReplyWaits() {
    ReplyQueue.Slot only = replies.reserve();
    only.onTurn(() -> only.fill(reply(1)));
    assertThat(out).containsExactly(reply(1));
  }

  @Test
  void howeverTheAnswersComeTheRepliesLeaveInOrder() {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, 1_000).boxed().toList());
    List<ReplyQueue.Slot> slots = numbers.stream().map(number -> replies.reserve()).toList();
    Collections.shuffle(numbers, new Random(1));
    numbers.forEach(number -> slots.get(number).fill(reply(number)));
    assertThat(out)
        .containsExactlyElementsOf(
            IntStream.range(0, 1_000).mapToObj(ReplyQueueTest::reply).toList());
  }
}
