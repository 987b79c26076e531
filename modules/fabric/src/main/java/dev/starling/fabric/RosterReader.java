/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RosterChange;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Follows which agents the mesh has, as one router knows it: everything first, and from then on
 * what changed. Where that router is gone it begins anew with another. One event loop, on which the
 * listener hears too.
 */
public final class RosterReader {
  private static final String ROUTER = "router";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Hears which agents there are. */
  public interface Listener {
    /** Everything is told anew: who is not told of until {@link #isWhole} is not there any more. */
    void beginsAnew();

    /** Agents came, changed or left. */
    void changed(List<RosterChange> changes);

    /** All that there is has been told. */
    void isWhole();
  }

  private final Mesh mesh;
  private final Listener listener;
  private RosterMark mark = RosterMark.START;
  private String router = "";
  private boolean isAsking;
  private boolean isStopped;

  /** Follows once {@link #look} is called. */
  public RosterReader(Mesh mesh, Listener listener) {
    this.mesh = mesh;
    this.listener = listener;
  }

  /** Asks for what is new; to be called a few times a second. */
  public void look() {
    List<NodeInfo> line = mesh.view().inLine(ROUTER, mesh.nodeId());
    if (isAsking || isStopped || line.isEmpty() || !line.getFirst().serves(ROUTER)) {
      return;
    }
    String asked = line.getFirst().id();
    if (!asked.equals(router)) {
      router = asked;
      mark = RosterMark.START;
    }
    isAsking = true;
    ask(asked)
        .onComplete(
            done -> isAsking = false,
            failure -> {
              isAsking = false;
              mark = RosterMark.START;
            });
  }

  /** Asks nothing more. */
  public void stop() {
    isStopped = true;
  }

  private Future<Void> ask(String asked) {
    return mesh.bus()
        .request(Addresses.router(asked), new RosterQuery(mark), PATIENCE)
        .compose(part -> {
          if (isStopped) {
            return Future.succeededFuture();
          }
          take(part);
          return part.last() ? Future.succeededFuture() : ask(asked);
        });
  }

  private void take(RosterPart part) {
    if (part.reset()) {
      listener.beginsAnew();
    }
    mark = part.mark();
    if (!part.changes().isEmpty()) {
      listener.changed(part.changes());
    }
    if (part.last()) {
      listener.isWhole();
    }
  }
}
