/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

/**
 * Another agent of the mesh.
 *
 * @param similarity the cosine of its fingerprint and of what it was found by
 */
public record Peer(String agentId, double similarity) {}
