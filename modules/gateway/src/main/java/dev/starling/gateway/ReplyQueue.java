/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.qis.QisServerMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets replies leave in the order of the messages that they answer, since reference clients pair
 * them by order alone. One session's loop only.
 */
final class ReplyQueue {

  /** The place of one reply in the order. */
  final class Slot {
    private @Nullable QisServerMessage reply;
    private @Nullable Runnable turn;

    /** Runs {@code task} once every earlier reply has left: at once where none waits. */
    void onTurn(Runnable task) {
      turn = task;
      flush();
    }

    /** Gives the reply; it leaves once every earlier one has. */
    void fill(QisServerMessage message) {
      if (reply == null) {
        reply = message;
        flush();
      }
    }
  }

  private final Deque<Slot> slots = new ArrayDeque<>();
  private final Consumer<QisServerMessage> out;

  ReplyQueue(Consumer<QisServerMessage> out) {
    this.out = out;
  }

  Slot reserve() {
    Slot slot = new Slot();
    slots.addLast(slot);
    return slot;
  }

  int size() {
    return slots.size();
  }

  private void flush() {
    while (!slots.isEmpty()) {
      Slot first = slots.getFirst();
      Runnable turn = first.turn;
      if (turn != null) {
        first.turn = null;
        turn.run();
      } else if (first.reply != null) {
        slots.removeFirst();
        out.accept(first.reply);
      } else {
        return;
      }
    }
  }
}
