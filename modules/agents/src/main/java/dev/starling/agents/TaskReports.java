/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;

/**
 * Tells the keeper of tasks, wherever it is, what comes of the tasks of this node's agents. How one
 * ended is told until it is heard: who kept it may be gone, and another take over. The host's event
 * loop only.
 */
public final class TaskReports {
  static final String ROLE = "tasks";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long PAUSE_MILLIS = 250;

  /** After so long whoever keeps tasks has given up a task of an agent that says nothing. */
  private static final long GIVE_UP_NANOS = 120_000_000_000L;

  private final Mesh mesh;
  private int untold;

  /** Reports of one node, or of one part of it. */
  public TaskReports(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Tells it once. */
  public Future<Reported> tell(Report report) {
    return ask(report, PATIENCE);
  }

  /** Tells it until it is heard, for two minutes at most. */
  public Future<Reported> insist(Report report) {
    Promise<Reported> heard = Promise.promise();
    untold++;
    insist(report, System.nanoTime(), heard);
    return heard.future().onComplete(done -> untold--);
  }

  private void insist(Report report, long since, Promise<Reported> heard) {
    tell(report)
        .onComplete(
            heard::complete,
            failure -> {
              if (!isPassing(failure) || System.nanoTime() - since > GIVE_UP_NANOS) {
                heard.fail(failure);
              } else {
                mesh.vertx().setTimer(PAUSE_MILLIS, timer -> insist(report, since, heard));
              }
            });
  }

  private static boolean isPassing(Throwable failure) {
    return failure instanceof RefusalException refusal
        && (refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.TIMEOUT);
  }

  /** Ends of tasks that the keeper has not heard of. */
  int untold() {
    return untold;
  }

  /** Asks the keeper of tasks something. */
  <R extends TaskMessage, Q extends TaskMessage & Asks<R>> Future<R> ask(
      Q question, Duration patience) {
    List<NodeInfo> line = mesh.view().inLine(ROLE, ROLE);
    return line.isEmpty()
        ? Future.failedFuture(RefusalException.unavailable(ROLE, "no node of the mesh keeps tasks"))
        : mesh.bus().request(Addresses.tasks(line.getFirst().id()), question, patience);
  }
}
