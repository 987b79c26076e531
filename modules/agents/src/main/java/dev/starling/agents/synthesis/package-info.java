/* SPDX-License-Identifier: Apache-2.0 */

/**
 * The agents that come with the mesh: nine roles, one way of working. Each gathers the outcomes
 * that match its role, merges those that agree and emits what is new in them. An agent's own
 * context only.
 */
@NullMarked
package dev.starling.agents.synthesis;

import org.jspecify.annotations.NullMarked;
