/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.qis.QisServerMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets replies leave in the order of the messages that they answer, since reference clients pair
 * them by order alone. The slots are linked to each other, so that a session with nothing to answer
 * keeps no room for any. One session's loop only.
 */
final class ReplyQueue {

  /** The place of one reply in the order. */
  final class Slot {
    private @Nullable QisServerMessage reply;
    private @Nullable Runnable turn;
    private @Nullable Slot next;

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

  private final Consumer<QisServerMessage> out;
  private @Nullable Slot first;
  private @Nullable Slot last;
  private int size;

  ReplyQueue(Consumer<QisServerMessage> out) {
    this.out = out;
  }

  Slot reserve() {
    Slot slot = new Slot();
    if (last == null) {
      first = slot;
    } else {
      last.next = slot;
    }
    last = slot;
    size++;
    return slot;
  }

  int size() {
    return size;
  }

  private void flush() {
    for (Slot slot = first; slot != null; slot = first) {
      Runnable turn = slot.turn;
      QisServerMessage reply = slot.reply;
      if (turn != null) {
        slot.turn = null;
        turn.run();
      } else if (reply != null) {
        removeFirst(slot);
        out.accept(reply);
      } else {
        return;
      }
    }
  }

  private void removeFirst(Slot slot) {
    first = slot.next;
    if (first == null) {
      last = null;
    }
    size--;
  }
}
