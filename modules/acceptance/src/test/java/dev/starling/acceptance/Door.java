/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

/** A gateway as some of the socket contract's cases need it; each runs in a process of its own. */
enum Door {
  /** Lets everybody in and has limits that no case comes near; tokens are verified all the same. */
  OPEN(
      """
      limits:
        malformed-per-minute: 100000
        connections-per-address: 1000
        messages-per-minute: 1000000
      """),
  /** Lets nobody do anything without a token, and notices soon that a peer is dead. */
  GUARDED(
      """
      limits:
        malformed-per-minute: 100000
        connections-per-address: 1000
        web: {unauthenticated: 4s}
        agent: {unauthenticated: 1s}
      heartbeat: {interval: 1s, timeout: 4s}
      """),
  /**
   * Has limits that are cheap to go beyond, other ones for browsers than for agents, trusts what a
   * proxy on this machine says of its clients, and knowingly lets these in without a token.
   */
  TIGHT(
      """
      limits:
        outcome-queue: 16KiB
        control-queue: 64KiB
        web:
          connections-per-address: 6
          messages-per-minute: 60
          malformed-per-minute: 10
          max-message: 128KiB
          subscriptions: 5
        agent:
          connections-per-address: 8
          messages-per-minute: 90
          malformed-per-minute: 12
          max-message: 64KiB
          subscriptions: 3
      """);

  private final String own;

  Door(String own) {
    this.own = own;
  }

  /** The gateway's configuration, where it differs from the usual. */
  String configuration() {
    return """
    http: {event-loops: 1, trusted-proxies: [%s]}
    embedder: {kind: lexical}
    auth:
      required: %s
      anonymous: %s
      secret: %s
      audience: [%s]
      leeway: 0ms
    """
            .formatted(
                this == TIGHT ? "127.0.0.1" : "",
                this == GUARDED,
                this == TIGHT ? "allow" : "loopback",
                Tokens.SECRET,
                Tokens.AUDIENCE)
        + own;
  }
}
