/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.mcp.McpSession;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of {@code /mcp} on this node, as many as there may be, and the agents that ended
 * sessions left behind: a client that comes back in time is that agent again. Gateway's loop only.
 */
final class McpVisits {
  /** Sessions on one node at most. */
  static final int MOST = 1_000;

  /** Sessions of one address at most. */
  static final int MOST_OF_AN_ADDRESS = 100;

  /** Silence after which a session without a stream ends. */
  static final Duration SILENCE = Duration.ofMinutes(10);

  /** How long an agent stays behind the session that it was registered in. */
  static final Duration GRACE = Duration.ofSeconds(30);

  private final Loop loop;
  private final EndpointLimits limits;
  private final Consumer<McpAgent> withdraw;
  private final Map<String, McpVisit> visits = new ConcurrentHashMap<>();
  private final Map<ClientKey, Integer> ofAddress = new HashMap<>();
  private final SequencedMap<String, Left> left = new LinkedHashMap<>();

  /** An agent without a session. */
  private record Left(McpAgent agent, long untilNanos) {}

  /**
   * No clients yet.
   *
   * @param loop the gateway's
   * @param withdraw takes an agent's registration back
   */
  McpVisits(Loop loop, EndpointLimits limits, Consumer<McpAgent> withdraw) {
    this.loop = loop;
    this.limits = limits;
    this.withdraw = withdraw;
  }

  /**
   * A client begins.
   *
   * @throws RefusalException RATE_LIMITED or UNAVAILABLE where there are as many as there may be
   */
  McpVisit enter(Principal principal, ClientKey client) {
    if (visits.size() >= MOST) {
      throw RefusalException.unavailable("gateway", "this node has " + MOST + " MCP sessions");
    }
    int already = ofAddress.getOrDefault(client, 0);
    if (already >= MOST_OF_AN_ADDRESS) {
      throw new RefusalException(
          ErrorCode.RATE_LIMITED,
          "this address has " + already + " MCP sessions; end one with DELETE",
          Map.of("limit", MOST_OF_AN_ADDRESS));
    }
    MessageQuota quota =
        new MessageQuota(
            limits.messagesPerMinute(), limits.malformedPerMinute(), System.nanoTime());
    McpSession session = new McpSession(UUID.randomUUID().toString());
    McpVisit visit = new McpVisit(loop, session, principal, client, quota);
    visits.put(session.id(), visit);
    ofAddress.put(client, already + 1);
    return visit;
  }

  /** The client of a session; empty where there is none, or it is somebody else's. */
  Optional<McpVisit> find(@Nullable String id, Principal principal) {
    return id == null
        ? Optional.empty()
        : Optional.ofNullable(visits.get(id))
            .filter(visit -> visit.owner().equals(principal.owner()));
  }

  /** Whether a client's session has not ended. */
  boolean isHere(McpVisit visit) {
    return visits.containsKey(visit.session().id());
  }

  /** All that are here. */
  Collection<McpVisit> all() {
    return visits.values();
  }

  /** How many there are; from any thread. */
  int size() {
    return visits.size();
  }

  /** A session ends; its agent stays a while. */
  void end(McpVisit visit) {
    end(visit, System.nanoTime());
  }

  private void end(McpVisit visit, long nowNanos) {
    if (visits.remove(visit.session().id()) == null) {
      return;
    }
    ofAddress.computeIfPresent(visit.client(), (key, count) -> count > 1 ? count - 1 : null);
    visit.session().close();
    McpAgent agent = visit.agent();
    if (agent != null) {
      leave(agent, nowNanos);
    }
  }

  /** One that is not registered yet never will be: nobody would know of it to take it back. */
  private void leave(McpAgent agent, long nowNanos) {
    Held held = agent.held();
    if (held == null) {
      withdraw(agent);
      return;
    }
    Left before = left.put(held.agentId(), new Left(agent, nowNanos + GRACE.toNanos()));
    if (before != null) {
      withdraw(before.agent());
    }
    Map.Entry<String, Left> oldest = left.size() > MOST ? left.pollFirstEntry() : null;
    if (oldest != null) {
      withdraw(oldest.getValue().agent());
    }
  }

  /** The agent that a session of the same owner left behind; from now on it is the caller's. */
  Optional<McpAgent> takeUp(@Nullable String agentId, String owner) {
    Left found = agentId == null ? null : left.get(agentId);
    Held held = found == null ? null : found.agent().held();
    if (found == null
        || held == null
        || !held.agentId().equals(agentId)
        || !held.registration().subject().equals(owner)) {
      return Optional.empty();
    }
    left.remove(agentId);
    return Optional.of(found.agent());
  }

  private void withdraw(McpAgent agent) {
    agent.end();
    withdraw.accept(agent);
  }

  /** Ends what is over; called every second. */
  void sweep(long nowMillis, long nowNanos) {
    for (McpVisit visit : List.copyOf(visits.values())) {
      if (visit.isOver(nowMillis, nowNanos, SILENCE)) {
        end(visit, nowNanos);
      }
    }
    for (Iterator<Left> each = left.values().iterator(); each.hasNext(); ) {
      Left one = each.next();
      if (nowNanos - one.untilNanos() >= 0) {
        each.remove();
        withdraw(one.agent());
      }
    }
  }

  /** Ends all. */
  void close() {
    List.copyOf(visits.values()).forEach(this::end);
    left.values().forEach(one -> withdraw(one.agent()));
    left.clear();
  }
}
