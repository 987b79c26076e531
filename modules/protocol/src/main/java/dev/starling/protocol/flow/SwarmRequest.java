/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

/**
 * A swarm that somebody wants started.
 *
 * @param endpoint the name of one that an operator named
 * @param topology a word that its server knows
 * @param maxAgents how many agents it may have
 * @param strategy a word that its server knows
 */
public record SwarmRequest(String endpoint, String topology, int maxAgents, String strategy) {}
