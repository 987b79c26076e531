/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what this node's gateway has registered of one agent in step with what the agent is: one
 * change at a time, always to the latest, tried again while routers are out of reach. The host's
 * event loop only.
 */
public final class Enrolment {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 500;

  private final Mesh mesh;
  private final Supplier<Enrol> wanted;
  private final Consumer<RefusalException> refused;
  private @Nullable Promise<Void> waiting;
  private boolean isAsking;
  private boolean isOver;
  private volatile double threshold = -1;

  /**
   * Nothing is registered yet.
   *
   * @param wanted what is to be registered, as it is when it is asked
   * @param refused hears where the mesh will not have this agent
   */
  public Enrolment(Mesh mesh, Supplier<Enrol> wanted, Consumer<RefusalException> refused) {
    this.mesh = mesh;
    this.wanted = wanted;
    this.refused = refused;
  }

  /**
   * Registers the agent as it is now.
   *
   * @return complete once every router knows; fails where the mesh will not have it, or once its
   *     registration was taken back
   */
  public Future<Void> renew() {
    Promise<Void> promise = waiting;
    if (promise == null) {
      promise = Promise.promise();
      waiting = promise;
    }
    if (!isAsking) {
      ask();
    }
    return promise.future();
  }

  private void ask() {
    Promise<Void> promise = waiting;
    if (promise == null) {
      return;
    }
    waiting = null;
    if (isOver) {
      promise.fail("its registration was taken back");
      return;
    }
    isAsking = true;
    mesh.bus()
        .request(Addresses.gateway(mesh.nodeId()), wanted.get(), PATIENCE)
        .onComplete(
            done -> {
              isAsking = false;
              threshold = done.threshold();
              promise.complete();
              ask();
            },
            failure -> failed(promise, failure));
  }

  private void failed(Promise<Void> promise, Throwable failure) {
    if (isOver) {
      isAsking = false;
      promise.fail(failure);
      ask();
      return;
    }
    if (failure instanceof RefusalException refusal && !isPassing(refusal)) {
      isAsking = false;
      promise.fail(refusal);
      refused.accept(refusal);
      return;
    }
    mesh.vertx()
        .setTimer(
            PAUSE_MILLIS,
            timer -> {
              isAsking = false;
              Promise<Void> later = waiting;
              waiting = promise;
              if (later != null) {
                promise.future().onComplete(later);
              }
              ask();
            });
  }

  private static boolean isPassing(RefusalException refusal) {
    return refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.TIMEOUT;
  }

  /** The least cosine at which outcomes reach the agent; -1 until that is known. Any thread. */
  public double threshold() {
    return threshold;
  }

  /** Tells everybody how the agent is. */
  public void tell(AgentIs status) {
    mesh.bus().send(Addresses.gateway(mesh.nodeId()), status);
  }

  /** Takes the registration back, for good. */
  public Future<?> end() {
    isOver = true;
    return mesh.bus()
        .request(Addresses.gateway(mesh.nodeId()), new Dismiss(wanted.get().agentId()), PATIENCE);
  }
}
