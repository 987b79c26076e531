/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.RefusalException;
import org.jspecify.annotations.Nullable;

/** What an agent is behind its registration: a client's, or one that a role here hosts. */
sealed interface Registrant permits ClientAgent, HostedAgent {

  /** Whether it ended or has begun to; from any thread. */
  boolean isEnding();

  /** Whether it is given no tasks for now, though it takes some; gateway's loop only. */
  default boolean isClosed() {
    return false;
  }

  /** What it is registered as; null for nothing. From any thread. */
  @Nullable Held held();

  /** Takes note of what it is registered as now. */
  void registeredAs(@Nullable Held now);

  /** It is registered no more, and hears why. */
  void unregistered(Held lost, RefusalException why);

  /** Passes an outcome on; from the gateway's loop. */
  void deliver(Arrival arrival, double similarity);
}
