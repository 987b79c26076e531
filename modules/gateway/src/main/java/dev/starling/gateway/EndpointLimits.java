/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/**
 * What sockets of one {@link EndpointGroup} may cost; sections {@code limits.web} and {@code
 * limits.agent} of the configuration.
 *
 * @param connectionsPerAddress sockets that one address may have open on this node, 1–100000
 */
public record EndpointLimits(int connectionsPerAddress) {}
