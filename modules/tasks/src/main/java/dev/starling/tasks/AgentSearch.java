/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.TextFingerprints;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.task.TaskRequest;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks routers for agents: those that are most about a task for which nobody is named, and one that
 * has just come. One event loop.
 */
final class AgentSearch {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** So many of the nearest agents may have the task. */
  private static final int MOST = 5;

  /** So many agents are looked at, since most of them may take no tasks. */
  private static final int SEEN = 200;

  private final Mesh mesh;
  private final AgentBook book;
  private final TextFingerprints texts;

  AgentSearch(Mesh mesh, AgentBook book) {
    this.mesh = mesh;
    this.book = book;
    this.texts = new TextFingerprints(mesh.bus(), mesh::view, PATIENCE);
  }

  /** The same task with what it is about, which its description says where nothing else does. */
  Future<TaskRequest> meaning(TaskRequest request) {
    return request.namesAgents() || request.meaning() != null
        ? Future.succeededFuture(request)
        : texts.of(request.description()).map(request::about);
  }

  /** The lanes of the agents that are most about it, of those that take tasks, nearest first. */
  Future<List<Lane>> lanes(Fingerprint meaning) {
    return ask(new SimilarQuery(meaning, SEEN))
        .map(found ->
            found.agents().stream()
                .filter(match ->
                    book.agent(match.agentId()).filter(AgentSearch::takesTasks).isPresent())
                .limit(MOST)
                .<Lane>map(match -> new Lane.OfAgent(match.agentId()))
                .toList());
  }

  /** What an agent says of itself that is registered now. */
  Future<Optional<AgentLabel>> label(String agentId) {
    return ask(new HolderQuery(agentId))
        .map(holder -> Optional.ofNullable(holder.registration()).map(Registration::label));
  }

  private <R extends RouterMessage, Q extends RouterMessage & Asks<R>> Future<R> ask(Q question) {
    List<NodeInfo> line = mesh.view().inLine("router", mesh.nodeId());
    return line.isEmpty()
        ? Future.failedFuture(
            RefusalException.unavailable("router", "no node of the mesh runs this role"))
        : mesh.bus().request(Addresses.router(line.getFirst().id()), question, PATIENCE);
  }

  private static boolean takesTasks(AgentEntry agent) {
    return agent.label().tasks() > 0;
  }
}
