/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Agents that live in a node: which kinds there are, how one is started, kept alive, told what to
 * do and reached. Each agent has a context of its own; everything else belongs to the event loop of
 * {@link dev.starling.agents.AgentsVerticle}. Who an outcome reaches is no matter of this room, nor
 * is who gets a task.
 */
@NullMarked
package dev.starling.agents;

import org.jspecify.annotations.NullMarked;
