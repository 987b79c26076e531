/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

/**
 * What came of a socket's message that is not whole yet. Its {@link ReassemblyBudget} guards it.
 */
final class Unfinished {
  /** Bytes of it that are counted. */
  long counted;

  /** Whether its socket was told to let go of it. */
  boolean leaving;

  private final Socket socket;
  private final int since;

  /** {@code since}: the second in which it began to come. */
  Unfinished(Socket socket, int since) {
    this.socket = socket;
    this.since = since;
  }

  /** The second in which it began to come. */
  int since() {
    return since;
  }

  /** Has its socket let go of it; from any thread. */
  void evict() {
    socket.evict(this);
  }
}
