/* SPDX-License-Identifier: Apache-2.0 */

/**
 * What a developer extends to write an agent: {@link dev.starling.agent.sdk.Agent}. An agent knows
 * nothing of sockets, buses or nodes; whoever hosts it gives it an {@link
 * dev.starling.agent.sdk.AgentContext}. Nothing here depends on the rest of the mesh.
 */
@NullMarked
package dev.starling.agent.sdk;

import org.jspecify.annotations.NullMarked;
