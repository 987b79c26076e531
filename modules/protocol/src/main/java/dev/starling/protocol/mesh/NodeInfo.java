/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import java.util.List;

/**
 * What a node tells the others about itself.
 *
 * @param id the node's id in the cluster; kept while the process lives
 * @param incarnation rises at each start and each time the node joins the mesh anew
 * @param name for people
 * @param host where its ports are reached
 * @param httpPort sockets, REST, health and metrics
 * @param agentPort agent sockets; 0 where the node is no gateway
 * @param version of the build
 * @param startedAt milliseconds since 1970
 * @param roles what runs there, and how it is
 * @param textSpaces the spaces that its embedder names; empty where it has none
 */
public record NodeInfo(
    String id,
    long incarnation,
    String name,
    String host,
    int httpPort,
    int agentPort,
    String version,
    long startedAt,
    List<RoleState> roles,
    List<TextSpace> textSpaces) {

  /** How a role of a node is. */
  public enum State {
    /** Not serving yet. */
    STARTING,
    /** Serving. */
    SERVING,
    /** Ready to serve as soon as the node that leads the role is gone. */
    STANDBY,
    /** Serving no longer, about to leave. */
    DRAINING
  }

  /** A role and how it is. */
  public record RoleState(String role, State state) {
    /** Whether it does all that it has to do at present. */
    public boolean isReady() {
      return switch (state) {
        case SERVING, STANDBY -> true;
        case STARTING, DRAINING -> false;
      };
    }
  }

  private static final String GATEWAY = "gateway";
  private static final String AGENTS = "agents";

  public NodeInfo {
    roles = List.copyOf(roles);
    textSpaces = List.copyOf(textSpaces);
  }

  /** Whether agents may be registered there: clients' at a gateway, or those that it hosts. */
  public boolean holdsAgents() {
    return runs(GATEWAY) || runs(AGENTS);
  }

  /** Whether no agent can be registered there yet. */
  public boolean isStartingToHold() {
    return roles.stream()
        .filter(one -> one.role().equals(GATEWAY) || one.role().equals(AGENTS))
        .allMatch(one -> one.state() == State.STARTING);
  }

  /** Whether the node runs {@code role}, serving or not. */
  public boolean runs(String role) {
    return roles.stream().anyMatch(state -> state.role().equals(role));
  }

  /** Whether the node runs {@code role} and says that it serves. */
  public boolean serves(String role) {
    return roles.contains(new RoleState(role, State.SERVING));
  }
}
