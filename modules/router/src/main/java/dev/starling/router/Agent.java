/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.Registration;
import dev.starling.vectors.Row;
import org.jspecify.annotations.Nullable;

/** One registration as a router holds it. Router's event loop only, but for what is final. */
final class Agent {
  private final Registration registration;
  private final String gateway;
  private final long incarnation;
  private @Nullable Row<Agent> row;

  Agent(Registration registration, String gateway, long incarnation) {
    this.registration = registration;
    this.gateway = gateway;
    this.incarnation = incarnation;
  }

  Registration registration() {
    return registration;
  }

  String id() {
    return registration.agentId();
  }

  /** The node that holds the agent's session. */
  String gateway() {
    return gateway;
  }

  long incarnation() {
    return incarnation;
  }

  /** Its row in the index; null while it matches nothing. */
  @Nullable Row<Agent> row() {
    return row;
  }

  void indexedAt(@Nullable Row<Agent> now) {
    this.row = now;
  }
}
