/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import io.vertx.core.Future;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The agents of the whole mesh, asked of the gateways that hold them. Safe from any thread; answers
 * come on any.
 */
final class AgentDirectory {
  private final Mesh mesh;

  AgentDirectory(Mesh mesh) {
    this.mesh = mesh;
  }

  /**
   * Some of the agents, in the order of their ids.
   *
   * @param next behind which the next page begins; null at the end
   * @param isPartial whether a gateway did not answer
   */
  record Page(List<AgentView> agents, @Nullable String next, boolean isPartial) {}

  /** An agent; while it moves two gateways may know it. */
  Future<AgentView> one(String id) {
    List<Future<AgentsPage>> answers = ask(new AgentsQuery("", 1, id, null, null));
    return Future.join(answers)
        .transform(ignored ->
            answers.stream()
                .filter(Future::succeeded)
                .flatMap(answer -> answer.result().agents().stream())
                .reduce(AgentDirectory::later)
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(missing(id, answers))));
  }

  /** A gateway that does not answer may hold it. */
  private static RefusalException missing(String id, List<Future<AgentsPage>> answers) {
    return answers.stream().allMatch(Future::succeeded)
        ? AgentOperations.unknown(id)
        : RefusalException.unavailable(
            "gateway", "not every gateway of the mesh answers now; try again");
  }

  /** The agents that a query asks for; those of gateways that do not answer are left out. */
  Future<Page> page(AgentsQuery query) {
    List<Future<AgentsPage>> answers = ask(query);
    return Future.join(answers)
        .transform(ignored -> Future.succeededFuture(merged(answers, query.limit())));
  }

  private List<Future<AgentsPage>> ask(AgentsQuery query) {
    return mesh.view().holders().stream()
        .map(node -> mesh.bus().request(Addresses.gateway(node.id()), query, Roles.PATIENCE))
        .toList();
  }

  private static Page merged(List<Future<AgentsPage>> answers, int limit) {
    NavigableMap<String, AgentView> agents = new TreeMap<>();
    String end = null;
    boolean missing = false;
    for (Future<AgentsPage> answer : answers) {
      if (answer.failed()) {
        missing = true;
        continue;
      }
      List<AgentView> page = answer.result().agents();
      page.forEach(agent -> agents.merge(agent.agentId(), agent, AgentDirectory::later));
      if (answer.result().more()) {
        String last = page.getLast().agentId();
        end = end == null || last.compareTo(end) < 0 ? last : end;
      }
    }
    return cut(agents, end, limit, missing);
  }

  /** While an agent moves, the gateway that it leaves may still tell of it. */
  private static AgentView later(AgentView one, AgentView other) {
    return other.registeredMillis() > one.registeredMillis() ? other : one;
  }

  /** The agents up to which every gateway told of all that it has. */
  private static Page cut(
      NavigableMap<String, AgentView> agents, @Nullable String end, int limit, boolean missing) {
    NavigableMap<String, AgentView> told = end == null ? agents : agents.headMap(end, true);
    List<AgentView> page = told.values().stream().limit(limit).toList();
    boolean more = end != null || page.size() < told.size();
    String next = more && !page.isEmpty() ? page.getLast().agentId() : null;
    return new Page(page, next, missing);
  }
}
