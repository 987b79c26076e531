/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.function.IntConsumer;

/** Threads that work on one task together; who owns them says how many and where from. */
public interface Crew {
  /** Nobody but the caller. */
  Crew ALONE =
      new Crew() {
        @Override
        public int size() {
          return 1;
        }

        @Override
        public void run(IntConsumer task) {
          task.accept(0);
        }
      };

  /** How many work together, the caller among them; at least 1. */
  int size();

  /**
   * Has every worker run the task once with its number, 0 to {@code size() - 1}, the caller as
   * number 0, and returns when all are done; what they wrote is then seen by the caller. What a
   * worker throws is thrown to the caller once all are done.
   */
  void run(IntConsumer task);
}
