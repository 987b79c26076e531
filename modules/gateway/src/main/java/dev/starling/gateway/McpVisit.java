/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.mcp.McpSession;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client of {@code /mcp}: its session, who it is and the agent that it is. Gateway's loop only.
 */
final class McpVisit {
  private final Loop loop;
  private final McpSession session;
  private final String owner;
  private final ClientKey client;
  private final MessageQuota quota;
  private @Nullable McpAgent agent;
  private @Nullable Long expiresAtMillis;
  private long heardNanos;

  McpVisit(
      Loop loop, McpSession session, Principal principal, ClientKey client, MessageQuota quota) {
    this.loop = loop;
    this.session = session;
    this.owner = principal.owner();
    this.client = client;
    this.quota = quota;
    heard(principal, System.nanoTime());
  }

  /** Where all of this happens. */
  Loop loop() {
    return loop;
  }

  McpSession session() {
    return session;
  }

  /** Who the session and its agent belong to; empty without a token. */
  String owner() {
    return owner;
  }

  /** Where it came from when it began. */
  ClientKey client() {
    return client;
  }

  MessageQuota quota() {
    return quota;
  }

  /** Something came from the client, with a token that is valid for so long. */
  void heard(Principal principal, long nowNanos) {
    heardNanos = nowNanos;
    expiresAtMillis = principal.expiresAtMillis();
    if (agent != null) {
      agent.heard();
    }
  }

  /** Whether the client is silent for too long, or what it showed is not valid any more. */
  boolean isOver(long nowMillis, long nowNanos, Duration silence) {
    boolean isSilent =
        !session.isListening()
            && session.running() == 0
            && nowNanos - heardNanos > silence.toNanos();
    return isSilent || (expiresAtMillis != null && nowMillis >= expiresAtMillis);
  }

  /** The agent that the client is; null for none yet. */
  @Nullable McpAgent agent() {
    return agent;
  }

  /**
   * The agent that the client is, and its registration holds.
   *
   * @throws dev.starling.protocol.RefusalException NOT_REGISTERED, or why it is no agent any more
   */
  McpAgent registered() {
    McpAgent mine = agent;
    if (mine == null) {
      throw McpAgent.unregistered();
    }
    mine.registration();
    return mine;
  }

  void is(@Nullable McpAgent now) {
    agent = now;
  }
}
