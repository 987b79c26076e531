/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.time.Duration;

/**
 * What sockets of one {@link EndpointGroup} may cost; sections {@code limits}, {@code limits.web}
 * and {@code limits.agent} of the configuration.
 *
 * @param connectionsPerAddress sockets that one address may have open on this node, 1–100000
 * @param messagesPerMinute messages that one session may send, 1–10 000 000; all at once if it was
 *     silent before (4001)
 * @param maxMessage largest message, whole, fragmented or inflated, in bytes, 1 KiB–1 GiB (1009)
 * @param maxPending messages of one session that wait for their answer at a time, 1–65536
 * @param outcomeQueue bytes of outcomes that wait for one slow reader before live delivery stops
 * @param controlQueue bytes of replies and events that wait for one slow reader before it is closed
 *     (1008)
 * @param malformedPerMinute bad messages that one session may send; one more is answered too, and
 *     then the session is closed (4002)
 * @param subscriptions events that one session may be subscribed to at a time
 * @param unauthenticated how long a session may do without a token where one is needed (4000)
 */
public record EndpointLimits(
    int connectionsPerAddress,
    int messagesPerMinute,
    int maxMessage,
    int maxPending,
    int outcomeQueue,
    int controlQueue,
    int malformedPerMinute,
    int subscriptions,
    Duration unauthenticated) {}
