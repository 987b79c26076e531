/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Swarms behind MCP servers, as part of the mesh: their agents are agents of the mesh, tasks of the
 * mesh are done by them, and what becomes of them is told as it happens. Each swarm that an
 * operator names is followed by one node at a time.
 */
@NullMarked
package dev.starling.agents.swarm;

import org.jspecify.annotations.NullMarked;
