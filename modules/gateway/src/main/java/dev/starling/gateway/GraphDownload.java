/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import io.vertx.core.Future;
import java.util.UUID;

/** A document of the graph, from who leads it. */
final class GraphDownload implements AnswerParts {
  private final GraphLink link;
  private final GraphSelection selection;
  private final String transfer = UUID.randomUUID().toString();

  GraphDownload(GraphLink link, GraphSelection selection) {
    this.link = link;
    this.selection = selection;
  }

  @Override
  public Future<Downloaded> part(int number) {
    return link.fetch(new Download(transfer, number, selection));
  }

  @Override
  public void abandon() {
    link.abandon(transfer);
  }
}
