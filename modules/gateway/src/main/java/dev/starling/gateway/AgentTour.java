/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.NodeInfo;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tells a session that has just come how every agent of the mesh is: one gateway after the other, a
 * page at a time, and the next page only once the socket has taken the last. A page is written as
 * it comes, so that nothing that happens later is told before it. One session's loop only.
 */
final class AgentTour {
  /** Agents of a page; some 50 KB. */
  private static final int PAGE = 100;

  private final Session session;
  private final Mesh mesh;
  private final Loop loop;
  private final Queue<String> gateways = new ArrayDeque<>();
  private String after = "";
  private boolean asking;
  private boolean isPaused;

  AgentTour(Session session, Mesh mesh, Loop loop) {
    this.session = session;
    this.mesh = mesh;
    this.loop = loop;
    mesh.view().holders().stream().map(NodeInfo::id).forEach(gateways::add);
  }

  /** Goes on where it is not waiting for something. */
  void next() {
    String gateway = gateways.peek();
    if (gateway == null || asking || session.isEnding()) {
      return;
    }
    if (!session.isDrained()) {
      isPaused = true;
      return;
    }
    asking = true;
    mesh.bus()
        .request(Addresses.gateway(gateway), new AgentsQuery(after, PAGE), Roles.PATIENCE)
        .onComplete(done ->
            loop.run(() -> {
              asking = false;
              told(done.succeeded() ? done.result() : null);
            }));
  }

  /** A gateway that does not answer is left out: what it has is heard of when it says so. */
  private void told(@Nullable AgentsPage page) {
    if (page == null || page.agents().isEmpty() || !page.more()) {
      gateways.remove();
      after = "";
    } else {
      after = page.agents().getLast().agentId();
    }
    if (page != null && !session.isEnding()) {
      for (AgentView agent : page.agents()) {
        session.event(new PreparedText(agent.status().bytes()));
      }
    }
    next();
  }

  /** The socket has taken what was written. */
  void drained() {
    if (isPaused) {
      isPaused = false;
      next();
    }
  }
}
