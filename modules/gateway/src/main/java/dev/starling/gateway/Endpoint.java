/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.protocol.flow.Event.AGENT_STATUS;
import static dev.starling.protocol.flow.Event.ANOMALY_DETECTED;
import static dev.starling.protocol.flow.Event.GPU_ANALYTICS;
import static dev.starling.protocol.flow.Event.GRAPH_UPDATE;
import static dev.starling.protocol.flow.Event.POSITIONS;
import static dev.starling.protocol.flow.Event.SETTINGS_UPDATED;
import static dev.starling.protocol.flow.Event.SYSTEM_EVENT;
import static dev.starling.protocol.flow.Event.TASK_PROGRESS;

import dev.starling.protocol.flow.Event;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where sockets connect. Every message is taken on every endpoint: it only chooses what a session
 * is subscribed to at first, and its limits.
 */
enum Endpoint {
  CONSOLE(
      "/ws", EndpointGroup.WEB, Set.of(POSITIONS, GRAPH_UPDATE, SYSTEM_EVENT, SETTINGS_UPDATED)),
  VOICE("/ws/voice", EndpointGroup.WEB, Set.of()),
  AGENTS("/ws/agents", EndpointGroup.WEB, Set.of(AGENT_STATUS, TASK_PROGRESS, SYSTEM_EVENT)),
  ANALYTICS("/ws/analytics", EndpointGroup.WEB, Set.of(GPU_ANALYTICS, ANOMALY_DETECTED)),
  QIS("/ws/qis", EndpointGroup.AGENT, Set.of()),
  /** The agents' port has only this one. */
  AGENT_PORT("/", EndpointGroup.AGENT, Set.of());

  private final String path;
  private final EndpointGroup group;
  private final int subscriptions;

  Endpoint(String path, EndpointGroup group, Set<Event> subscriptions) {
    this.path = path;
    this.group = group;
    this.subscriptions = Event.bits(subscriptions);
  }

  /** The endpoint of a path on the HTTP port or on that of agents. */
  static Optional<Endpoint> of(String path, boolean isAgentPort) {
    return Arrays.stream(values())
        .filter(endpoint -> endpoint.path.equals(path))
        .filter(endpoint -> (endpoint == AGENT_PORT) == isAgentPort)
        .findFirst();
  }

  /** The paths of one port, for people. */
  static String paths(boolean isAgentPort) {
    return isAgentPort
        ? AGENT_PORT.path + " on this port, http.port has the others"
        : Arrays.stream(values())
            .filter(endpoint -> endpoint != AGENT_PORT)
            .map(Endpoint::path)
            .collect(Collectors.joining(", ", "one of ", ""));
  }

  String path() {
    return path;
  }

  EndpointGroup group() {
    return group;
  }

  boolean isForAgents() {
    return group == EndpointGroup.AGENT;
  }

  /** What a session is subscribed to at first, as bits of {@link Event}. */
  int subscriptions() {
    return subscriptions;
  }
}
