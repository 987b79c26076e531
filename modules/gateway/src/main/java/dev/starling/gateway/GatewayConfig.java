/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.AuthConfig;
import java.time.Duration;

/**
 * Where the gateway listens and what one session may cost; sections {@code http}, {@code limits},
 * {@code heartbeat} and {@code auth} of the configuration.
 *
 * @param host the address that both ports bind to
 * @param httpPort sockets, REST, health and metrics, 0–65535; 0 takes a free one
 * @param agentPort agent sockets only, 0–65535; 0 takes a free one
 * @param eventLoops threads that serve sockets, 1–64
 * @param heartbeatInterval between two pings of the server
 * @param heartbeatTimeout silence after which a peer is closed, above the interval
 * @param access whose requests are taken, and TLS
 * @param web what sockets of browsers may cost, and bodies over HTTP
 * @param agent what sockets of agents may cost
 * @param auth who may connect and what tokens are verified by
 */
public record GatewayConfig(
    String host,
    int httpPort,
    int agentPort,
    int eventLoops,
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    HttpAccess access,
    EndpointLimits web,
    EndpointLimits agent,
    AuthConfig auth) {

  /** The limits of a group of endpoints. */
  EndpointLimits limits(EndpointGroup group) {
    return switch (group) {
      case WEB -> web;
      case AGENT -> agent;
    };
  }
}
