/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The other routers, and which of them are silent: one that did not answer is asked nothing more,
 * so that a stalled node costs one wait and not one for each outcome. It is probed meanwhile, and
 * trusted again as soon as it answers. Router's event loop only.
 */
final class Peers {
  private static final LineageQuery PROBE = new LineageQuery(List.of());
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);
  private static final long PROBE_PAUSE_MILLIS = 100;

  private final Mesh mesh;
  private final Set<String> silent = new HashSet<>();
  private final Set<String> probed = new HashSet<>();

  Peers(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Forgets who left. */
  void viewIs(View view) {
    silent.removeIf(router -> view.node(router).isEmpty());
  }

  /** Whether a router is not known to be silent. */
  boolean answers(String router) {
    return !silent.contains(router);
  }

  /** Asks a router, which counts as silent if it does not answer in time. */
  <R extends MeshMessage, Q extends RouterMessage & Asks<R>> Future<R> ask(
      String router, Q question, Duration patience) {
    return mesh.bus()
        .request(Addresses.router(router), question, patience)
        .onFailure(failure -> {
          if (isSilence(failure) && isThere(router) && silent.add(router)) {
            probe(router);
          }
        });
  }

  private void probe(String router) {
    if (!probed.add(router)) {
      return;
    }
    mesh.bus()
        .request(Addresses.router(router), PROBE, PROBE_PATIENCE)
        .onComplete(answer -> {
          probed.remove(router);
          if (answer.failed() && isSilence(answer.cause()) && isThere(router)) {
            silent.add(router);
            mesh.vertx().setTimer(PROBE_PAUSE_MILLIS, timer -> probe(router));
          } else {
            silent.remove(router);
          }
        });
  }

  private static boolean isSilence(Throwable failure) {
    return failure instanceof RefusalException refusal
        && (refusal.code() == ErrorCode.TIMEOUT || refusal.code() == ErrorCode.UNAVAILABLE);
  }

  private boolean isThere(String router) {
    return !router.equals(mesh.nodeId()) && mesh.view().node(router).isPresent();
  }
}
