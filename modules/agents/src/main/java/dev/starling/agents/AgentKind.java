/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Agent;
import java.util.function.Supplier;

/**
 * A kind of agents that this node can start.
 *
 * @param kind what it is spawned by
 * @param origin where it comes from, for people: a jar's name, or built in
 * @param maker makes a new agent of it each time; may throw whatever its author's code does
 */
record AgentKind(String kind, String origin, Supplier<Agent> maker) {}
