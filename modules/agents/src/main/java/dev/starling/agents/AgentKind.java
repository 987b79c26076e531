/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentHandle;
import dev.starling.agent.sdk.AgentProfile;
import java.util.function.Supplier;

/**
 * A kind of agents that this node can start.
 *
 * @param kind what it is spawned by
 * @param origin where it comes from, for people: a jar's name, or built in
 * @param loader of its classes: threads that run its author's code have it as their context's
 * @param maker makes a new agent of it each time; may throw whatever its author's code does
 */
record AgentKind(String kind, String origin, ClassLoader loader, Supplier<Agent> maker) {
  /** A new agent, and what it says it is. */
  record Made(AgentHandle handle, AgentProfile profile) {}

  /** A kind of the node's own. */
  AgentKind(String kind, String origin, Supplier<Agent> maker) {
    this(kind, origin, AgentKind.class.getClassLoader(), maker);
  }

  /** Makes one. Takes as long as its author's constructor: not for an event loop. */
  Made make() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      AgentHandle handle = new AgentHandle(maker.get());
      return new Made(handle, handle.profile());
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
