/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools, one at a time, each with a deadline that counts from when it was asked for. A
 * call that is late gives way to the next one, although the server may still be at it. For one
 * context.
 */
final class CallQueue {
  /** Sends a call, and completes on this queue's context. */
  interface Sender {
    Future<ToolAnswer> send(String tool, Map<String, Object> arguments);
  }

  /** One call, which is only equal to itself. */
  private final class Call {
    private final String tool;
    private final Map<String, Object> arguments;
    private final Duration patience;
    private final boolean isWork;
    private final Promise<ToolAnswer> promise = Promise.promise();
    private final long timer;

    private Call(String tool, Map<String, Object> arguments, Duration patience, boolean isWork) {
      this.isWork = isWork;
      this.tool = tool;
      this.arguments = arguments;
      this.patience = patience;
      this.timer = vertx.setTimer(Math.max(1, patience.toMillis()), id -> late(this));
    }
  }

  private final Vertx vertx;
  private final SwarmOptions options;
  private final SwarmFigures figures;
  private final Deque<Call> waiting = new ArrayDeque<>();
  private @Nullable Sender sender;
  private @Nullable Call current;

  CallQueue(Vertx vertx, SwarmOptions options, SwarmFigures figures) {
    this.vertx = vertx;
    this.options = options;
    this.figures = figures;
  }

  /** Sends from now on. */
  void open(Sender to) {
    sender = to;
    next();
  }

  /** Sends no more; what waits or is under way fails at once. */
  void close(String reason) {
    sender = null;
    List<Call> lost = new ArrayList<>(waiting);
    waiting.clear();
    Call underWay = current;
    current = null;
    if (underWay != null) {
      lost.addFirst(underWay);
    }
    for (Call call : lost) {
      finish(call, Future.failedFuture(new SwarmFailure(Kind.AWAY, reason)));
    }
  }

  /**
   * Whether work is under way that may take its time: a server of one thread answers nothing else
   * meanwhile.
   */
  boolean isWorking() {
    Call call = current;
    return call != null && call.isWork;
  }

  Future<ToolAnswer> call(String tool, Map<String, Object> arguments) {
    return call(tool, arguments, options.patience().call(), false);
  }

  /** The same for work that may take as long as {@code patience}. */
  Future<ToolAnswer> work(String tool, Map<String, Object> arguments, Duration patience) {
    return call(tool, arguments, patience, true);
  }

  private Future<ToolAnswer> call(
      String tool, Map<String, Object> arguments, Duration patience, boolean isWork) {
    if (sender == null) {
      return Future.failedFuture(new SwarmFailure(Kind.AWAY, "the server is not connected"));
    }
    if (waiting.size() >= options.bounds().calls()) {
      figures.callRefused();
      return Future.failedFuture(
          new SwarmFailure(Kind.BUSY, waiting.size() + " calls wait for this server already"));
    }
    Call call = new Call(tool, arguments, patience, isWork);
    waiting.add(call);
    next();
    return call.promise.future();
  }

  private void late(Call call) {
    waiting.remove(call);
    SwarmFailure failure =
        new SwarmFailure(
            Kind.LATE, call.tool + " had no answer within " + call.patience.toMillis() + " ms");
    ended(call, Future.failedFuture(failure));
  }

  private void next() {
    Sender to = sender;
    if (to == null || current != null) {
      return;
    }
    Call call = waiting.poll();
    if (call == null) {
      return;
    }
    current = call;
    figures.called();
    to.send(call.tool, call.arguments)
        .onComplete(answer -> {
          Future<ToolAnswer> outcome =
              answer.succeeded()
                  ? Future.succeededFuture(answer.result())
                  : Future.failedFuture(SwarmFailure.of(answer.cause()));
          ended(call, outcome);
        });
  }

  private void ended(Call call, Future<ToolAnswer> outcome) {
    if (current == call) {
      current = null;
    }
    finish(call, outcome);
    next();
  }

  /** Only the first outcome counts: an answer may come after its deadline. */
  private void finish(Call call, Future<ToolAnswer> outcome) {
    vertx.cancelTimer(call.timer);
    boolean isFirst =
        outcome.succeeded()
            ? call.promise.tryComplete(outcome.result())
            : call.promise.tryFail(outcome.cause());
    if (isFirst && outcome.failed()) {
      figures.callFailed();
    }
  }
}
