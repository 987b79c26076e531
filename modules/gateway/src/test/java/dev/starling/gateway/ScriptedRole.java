/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Address;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A peer on the real bus that a gateway takes for a role: takes note of what it is asked and
 * answers as the test says, at once or when the test lets it.
 */
final class ScriptedRole<Q extends MeshMessage> {
  private final List<Q> heard = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private Function<Q, @Nullable Future<? extends MeshMessage>> script;
  private boolean holds;

  private ScriptedRole(Function<Q, @Nullable Future<? extends MeshMessage>> script) {
    this.script = script;
  }

  /** Serves an address from {@code mesh}, which says that it serves the role. */
  static <Q extends MeshMessage> ScriptedRole<Q> serve(
      Mesh mesh,
      String role,
      Address<Q> address,
      Function<Q, @Nullable Future<? extends MeshMessage>> script) {
    ScriptedRole<Q> peer = new ScriptedRole<>(script);
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(
            go -> mesh.bus().serve(address, peer::handle).<Void>mapEmpty().onComplete(served));
    LocalMesh.await(served.future());
    mesh.roleIs(role, State.SERVING);
    return peer;
  }

  private synchronized @Nullable Future<? extends MeshMessage> handle(Q message) {
    heard.add(message);
    Future<? extends MeshMessage> answer = script.apply(message);
    if (!holds || answer == null) {
      return answer;
    }
    Promise<MeshMessage> promise = Promise.promise();
    held.add(() -> answer.onComplete(promise::complete, promise::fail));
    return promise.future();
  }

  /** Answers by another script from now on, and has heard nothing yet. */
  synchronized void play(Function<Q, @Nullable Future<? extends MeshMessage>> next) {
    script = next;
    heard.clear();
  }

  /** From now on answers wait for {@link #release}. */
  synchronized void hold() {
    holds = true;
  }

  /** Answers what was held, and whatever comes from now on. */
  synchronized void release() {
    holds = false;
    List<Runnable> answers = List.copyOf(held);
    held.clear();
    answers.forEach(Runnable::run);
  }

  /** What was asked so far; a copy. */
  synchronized List<Q> heard() {
    return List.copyOf(heard);
  }
}
