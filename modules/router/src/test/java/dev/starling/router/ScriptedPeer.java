/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Lineage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.Witness;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Another router on the real bus: takes note of what it is told, and answers as the test says, or
 * not at all, as a process that is stopped.
 */
final class ScriptedPeer {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Seen FIRST = new Seen(null, false);

  private final Mesh mesh;
  private final List<RouterMessage> told = new ArrayList<>();
  private boolean silent;
  private @Nullable Function<RouterMessage, @Nullable Future<? extends MeshMessage>> script;

  private ScriptedPeer(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Serves the router's address of {@code mesh}, once. */
  static ScriptedPeer serve(Mesh mesh) {
    ScriptedPeer peer = new ScriptedPeer(mesh);
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(Addresses.router(mesh.nodeId()), peer::handle)
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    return peer;
  }

  /** Lets each node say that it serves as a router, and waits until all know it of all. */
  static void allServe(List<Mesh> meshes) {
    meshes.forEach(mesh -> mesh.roleIs("router", State.SERVING));
    for (Mesh mesh : meshes) {
      eventually(
          "all serve",
          PATIENCE,
          () -> mesh.view().nodes().values().stream().allMatch(node -> node.serves("router")));
    }
  }

  private synchronized @Nullable Future<? extends MeshMessage> handle(RouterMessage message) {
    told.add(message);
    if (silent) {
      return Promise.<MeshMessage>promise().future();
    }
    if (script != null) {
      Future<? extends MeshMessage> answer = script.apply(message);
      if (answer != null) {
        return answer;
      }
    }
    return switch (message) {
      case Sighting _, Witness _ -> Future.succeededFuture(FIRST);
      case LineageQuery _ -> Future.succeededFuture(new Lineage(List.of()));
      default -> null;
    };
  }

  String id() {
    return mesh.nodeId();
  }

  Mesh mesh() {
    return mesh;
  }

  /** From now on it answers nothing. */
  synchronized void fallSilent() {
    silent = true;
  }

  synchronized void goOn() {
    silent = false;
  }

  /** Answers by {@code with}, and as a router that knows nothing where it gives null. */
  synchronized void answer(Function<RouterMessage, @Nullable Future<? extends MeshMessage>> with) {
    script = with;
  }

  /**
   * Forgets the script and what it was told, also what {@code sender} has sent and is on its way
   * still: what comes behind that is answered behind it.
   */
  void reset(Mesh sender) {
    answerAsUsual();
    LocalMesh.await(
        sender.bus().request(Addresses.router(id()), new LineageQuery(List.of()), PATIENCE));
    forget();
  }

  private synchronized void answerAsUsual() {
    silent = false;
    script = null;
  }

  private synchronized void forget() {
    told.clear();
  }

  synchronized <M extends RouterMessage> List<M> told(Class<M> kind) {
    return told.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
