/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.AgentContext;
import dev.starling.agent.sdk.AgentHandle;
import dev.starling.agent.sdk.Task;
import dev.starling.protocol.RawJson;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One agent on a context of its own: an event loop, or a virtual thread where it may wait. It is
 * called with one thing at a time, in order; what comes while it is busy or paused waits in its
 * inbox. The inbox and the flags may be used from any thread.
 */
final class AgentCell extends VerticleBase {
  /** Hears what comes of calls, on whichever thread they end. */
  interface Listener {
    /** A call ended; {@code failure} is null for one that did not fail. */
    void called(@Nullable Throwable failure);

    /** A task ended, with a result or with a failure. */
    void taskEnded(Task task, @Nullable JsonObject result, @Nullable Throwable failure);
  }

  private final AgentHandle agent;
  private final Function<Vertx, AgentContext> mesh;
  private final Inbox inbox;
  private final AgentMeter meter;
  private final Listener listener;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean paused;
  private volatile boolean started;
  private volatile boolean ended;
  private volatile @Nullable Thread starter;

  /**
   * An agent that has not started.
   *
   * @param mesh makes what it sees of the mesh
   */
  AgentCell(
      AgentHandle agent,
      Function<Vertx, AgentContext> mesh,
      Inbox inbox,
      AgentMeter meter,
      Listener listener) {
    this.agent = agent;
    this.mesh = mesh;
    this.inbox = inbox;
    this.meter = meter;
    this.listener = listener;
  }

  @Override
  public Future<?> start() throws Exception {
    starter = Thread.currentThread();
    try {
      agent.start(mesh.apply(vertx));
    } finally {
      starter = null;
    }
    started = true;
    pump();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    ended = true;
    agent.stop();
    return Future.succeededFuture();
  }

  /** Nothing more is taken from the inbox, until it is resumed. */
  void pause(boolean isPaused) {
    paused = isPaused;
    pump();
  }

  /**
   * Nothing more reaches the agent; where it waits in its start, on a thread of its own, it is
   * woken.
   */
  void end() {
    ended = true;
    Thread thread = starter;
    if (thread != null && thread.isVirtual()) {
      thread.interrupt();
    }
  }

  /** Whether it is in a call, or one waits. */
  boolean isBusy() {
    return busy.get() || inbox.size() > 0;
  }

  /** Goes on with the inbox, unless that is being done. */
  void pump() {
    if (started && mayGoOn() && inbox.size() > 0 && busy.compareAndSet(false, true)) {
      context.runOnContext(turn -> next());
    }
  }

  private boolean mayGoOn() {
    return !paused && !ended;
  }

  /** One call a turn, so that other agents of the same event loop have theirs. */
  private void next() {
    Optional<AgentCall> call = mayGoOn() ? inbox.take() : Optional.empty();
    try {
      call.ifPresent(this::call);
    } finally {
      busy.set(false);
      pump();
    }
  }

  private void call(AgentCall call) {
    long beganCpu = AgentMeter.threadCpuNanos();
    Throwable failure = null;
    try {
      pass(call);
    } catch (Exception | Error e) {
      failure = e;
      failed(call, e);
    }
    meter.called(beganCpu);
    listener.called(failure);
  }

  /** A task that failed is counted where it ends, however it does. */
  private void failed(AgentCall call, Throwable failure) {
    if (call instanceof AgentCall.TaskCame(Task task)) {
      listener.taskEnded(task, null, failure);
    } else {
      meter.failed();
    }
  }

  private void pass(AgentCall call) throws Exception {
    switch (call) {
      case AgentCall.OutcomeCame(RawJson packet, double similarity) ->
          agent.outcome(OutcomeReader.read(packet, similarity));
      case AgentCall.TaskCame(Task task) ->
          agent
              .task(task)
              .onComplete(
                  result -> listener.taskEnded(task, result, null),
                  why -> listener.taskEnded(task, null, why));
      case AgentCall.TaskWithdrawn(Task task) -> agent.cancelled(task);
    }
  }
}
