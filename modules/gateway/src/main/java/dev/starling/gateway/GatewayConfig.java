/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.time.Duration;

/**
 * Where the gateway listens and what one session may cost; sections {@code http}, {@code limits}
 * and {@code heartbeat} of the configuration.
 *
 * @param host the address that both ports bind to
 * @param httpPort sockets, REST, health and metrics, 0–65535; 0 takes a free one
 * @param agentPort agent sockets only, 0–65535; 0 takes a free one
 * @param eventLoops threads that serve sockets, 1–64
 * @param maxMessage largest message of a client, whole or fragmented, in bytes, 1 KiB–1 GiB
 * @param maxPendingOutcomes outcomes of one session that wait for their ack at a time, 1–65536
 * @param outcomeQueue bytes of outcomes that wait for one slow reader before live delivery stops
 * @param controlQueue bytes of replies that wait for one slow reader before it is closed (1008)
 * @param malformedPerMinute bad messages that one session may send; one more is answered too, and
 *     then the session is closed (4002)
 * @param heartbeatInterval between two pings of the server
 * @param heartbeatTimeout silence after which a peer is closed, above the interval
 * @param access whose requests are taken, and TLS
 * @param web what sockets of browsers may cost
 * @param agent what sockets of agents may cost
 */
public record GatewayConfig(
    String host,
    int httpPort,
    int agentPort,
    int eventLoops,
    int maxMessage,
    int maxPendingOutcomes,
    int outcomeQueue,
    int controlQueue,
    int malformedPerMinute,
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    HttpAccess access,
    EndpointLimits web,
    EndpointLimits agent) {}
