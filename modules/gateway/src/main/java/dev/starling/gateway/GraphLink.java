/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Abandon;
import dev.starling.protocol.mesh.PhysicsMessage.Download;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.Upload;
import dev.starling.protocol.mesh.PhysicsMessage.Uploaded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One document on its way between a client and the simulator that led when it began: all parts go
 * to that one, since no other has those before. Safe from any thread.
 */
final class GraphLink {
  static final String ROLE = "physics";

  /** One simulator leads for the one graph. */
  private static final String GRAPH = "graph";

  /** How long the graph may take to become what a document says. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final long LOOK_MILLIS = 250;

  private final Mesh mesh;
  private final String node;
  private final String operation;

  private GraphLink(Mesh mesh, String node, String operation) {
    this.mesh = mesh;
    this.node = node;
    this.operation = operation;
  }

  /**
   * A link to who leads.
   *
   * @param operation what the client wants, as errors name it
   * @throws RefusalException UNAVAILABLE where nobody does
   */
  static GraphLink open(Mesh mesh, String operation) {
    List<NodeInfo> line = mesh.view().inLine(ROLE, GRAPH);
    if (line.isEmpty()) {
      throw RefusalException.unavailable(ROLE, "no node of the mesh runs this role");
    }
    return new GraphLink(mesh, line.getFirst().id(), operation);
  }

  Future<Uploaded> send(Upload part) {
    Duration patience = part.isLast() ? LONG : Roles.PATIENCE;
    return ask(part, patience)
        .recover(failure -> Future.failedFuture(named(patience, told(part, failure))));
  }

  /** Who has left the mesh answers no more: a client need not wait for that. */
  private <R extends MeshMessage, Q extends PhysicsMessage & Asks<R>> Future<R> ask(
      Q message, Duration patience) {
    Promise<R> answer = Promise.promise();
    long watch =
        mesh.vertx()
            .setPeriodic(
                LOOK_MILLIS,
                timer -> {
                  if (mesh.view().node(node).isEmpty()) {
                    answer.tryFail(
                        RefusalException.unavailable(
                            ROLE,
                            "the simulator was lost before it answered; see what there is, or try"
                                + " again"));
                  }
                });
    mesh.bus()
        .request(Addresses.physics(node), message, patience)
        .onComplete(answered -> {
          if (answered.succeeded()) {
            answer.tryComplete(answered.result());
          } else {
            answer.tryFail(answered.cause());
          }
        });
    return answer.future().onComplete(done -> mesh.vertx().cancelTimer(watch));
  }

  /** A document of which the end was not even sent has surely not taken effect. */
  private static Throwable told(Upload part, Throwable failure) {
    boolean isUnmade =
        !part.isLast()
            && failure instanceof RefusalException refusal
            && refusal.code() == ErrorCode.TIMEOUT;
    return isUnmade
        ? new RefusalException(
            ErrorCode.TIMEOUT,
            "part %d was not taken within %d s; nothing was changed"
                .formatted(part.part() + 1, Roles.PATIENCE.toSeconds()),
            Map.of("made", false))
        : failure;
  }

  Future<Downloaded> fetch(Download part) {
    Duration patience = part.part() == 0 ? LONG : Roles.PATIENCE;
    return ask(part, patience).recover(failure -> Future.failedFuture(named(patience, failure)));
  }

  /** Says that a document goes no further; nobody answers. */
  void abandon(String transfer) {
    mesh.bus().send(Addresses.physics(node), new Abandon(transfer));
  }

  private Throwable named(Duration patience, Throwable failure) {
    Throwable timed = Roles.timed(operation, ROLE, patience, failure);
    return Roles.named(operation, ROLE, timed);
  }
}
