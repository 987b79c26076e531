/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import org.jspecify.annotations.Nullable;

/**
 * Who an agent of this node is, for all its lives.
 *
 * @param agentId its id in the mesh
 * @param subject whose it is; empty for nobody's
 * @param name what whoever spawned it wants it called; null for the kind's own name
 * @param about what whoever spawned it wants it to be about, in words; null for the kind's own
 */
record AgentIdentity(
    String agentId,
    AgentKind kind,
    String subject,
    @Nullable String name,
    @Nullable String about) {}
