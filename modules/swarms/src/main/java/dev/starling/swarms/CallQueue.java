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
 * call that is late gives way to the next one, although the server may still be at it. Work that is
 * late or taken back does so only once the server shows that it is there for others: it may have
 * but one thread. For one context.
 */
final class CallQueue {
  /** Sends a call. */
  interface Sender {
    Sent send(String tool, Map<String, Object> arguments);
  }

  /** A call that the server was sent. */
  interface Sent {
    /** What the server answers; completes on the queue's context. */
    Future<ToolAnswer> answer();

    /** Tells the server that nobody wants it any more. */
    void withdraw(String why);

    /** Waits for no answer any more. */
    void forget();
  }

  /** One call, which is only equal to itself. */
  final class Call {
    private final String tool;
    private final Map<String, Object> arguments;
    private final Duration patience;
    private final boolean isWork;
    private final Promise<ToolAnswer> promise = Promise.promise();
    private final Promise<Void> over = Promise.promise();
    private final long timer;
    private @Nullable Sent sent;

    private Call(String tool, Map<String, Object> arguments, Duration patience, boolean isWork) {
      this.isWork = isWork;
      this.tool = tool;
      this.arguments = arguments;
      this.patience = patience;
      this.timer = vertx.setTimer(Math.max(1, patience.toMillis()), id -> late(this));
    }

    /** What comes of it; fails with a {@link SwarmFailure}. */
    Future<ToolAnswer> answer() {
      return promise.future();
    }

    /** Complete once the next call need not wait for it any more. */
    Future<Void> over() {
      return over.future();
    }

    /** Takes it back, unless it has ended. */
    void withdraw(String why) {
      giveUp(this, Kind.WITHDRAWN, tool + " was taken back: " + why);
    }

    private boolean isGivenUp() {
      return promise.future().isComplete();
    }
  }

  private final Vertx vertx;
  private final SwarmOptions options;
  private final SwarmFigures figures;
  private final Runnable doubt;
  private final Deque<Call> waiting = new ArrayDeque<>();
  private @Nullable Sender sender;
  private @Nullable Call current;

  /**
   * A queue that sends nothing yet.
   *
   * @param doubt has the server asked whether it is there for others, upon which {@link #heard} is
   *     to be called
   */
  CallQueue(Vertx vertx, SwarmOptions options, SwarmFigures figures, Runnable doubt) {
    this.vertx = vertx;
    this.options = options;
    this.figures = figures;
    this.doubt = doubt;
  }

  /** Sends from now on. */
  void open(Sender to) {
    sender = to;
    next();
  }

  /** Sends no more; what waits or is under way fails at once. */
  void close(String reason) {
    sender = null;
    List<Call> unsent = new ArrayList<>(waiting);
    waiting.clear();
    Call underWay = current;
    if (underWay != null) {
      ended(underWay, Future.failedFuture(new SwarmFailure(Kind.AWAY, reason)));
    }
    for (Call call : unsent) {
      ended(call, Future.failedFuture(SwarmFailure.unsent(Kind.AWAY, reason)));
    }
  }

  /**
   * Whether work is under way that may take its time: a server of one thread answers nothing else
   * meanwhile.
   */
  boolean isWorking() {
    Call call = current;
    return call != null && call.isWork && !call.isGivenUp();
  }

  /** The server answered something else, so that it is not held up by work that was given up. */
  void heard() {
    Call call = current;
    if (call != null && call.isGivenUp()) {
      free(call);
      forget(call);
      next();
    }
  }

  Future<ToolAnswer> call(String tool, Map<String, Object> arguments) {
    try {
      return call(tool, arguments, options.patience().call(), false).answer();
    } catch (SwarmFailure failure) {
      return Future.failedFuture(failure);
    }
  }

  /**
   * The same for work that may take as long as {@code patience}.
   *
   * @throws SwarmFailure where it cannot even wait for its turn
   */
  Call work(String tool, Map<String, Object> arguments, Duration patience) {
    return call(tool, arguments, patience, true);
  }

  private Call call(String tool, Map<String, Object> arguments, Duration patience, boolean isWork) {
    if (sender == null) {
      throw SwarmFailure.unsent(Kind.AWAY, "the server is not connected");
    }
    if (waiting.size() >= options.bounds().calls()) {
      figures.callRefused();
      throw SwarmFailure.unsent(Kind.BUSY, waiting.size() + " calls wait for this server already");
    }
    Call call = new Call(tool, arguments, patience, isWork);
    waiting.add(call);
    next();
    return call;
  }

  private void late(Call call) {
    giveUp(
        call, Kind.LATE, call.tool + " had no answer within " + call.patience.toMillis() + " ms");
  }

  private void giveUp(Call call, Kind kind, String why) {
    if (waiting.remove(call)) {
      ended(call, Future.failedFuture(SwarmFailure.unsent(kind, why)));
      return;
    }
    Sent sent = call.sent;
    if (call != current || sent == null || call.isGivenUp()) {
      return;
    }
    Future<ToolAnswer> failed = Future.failedFuture(new SwarmFailure(kind, why));
    if (call.isWork) {
      finish(call, failed);
      sent.withdraw(why);
      doubt.run();
    } else {
      ended(call, failed);
      forget(call);
    }
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
    Sent sent = to.send(call.tool, call.arguments);
    call.sent = sent;
    sent.answer()
        .onComplete(answer -> {
          Future<ToolAnswer> outcome =
              answer.succeeded()
                  ? Future.succeededFuture(answer.result())
                  : Future.failedFuture(SwarmFailure.of(answer.cause()));
          ended(call, outcome);
        });
  }

  private void ended(Call call, Future<ToolAnswer> outcome) {
    free(call);
    finish(call, outcome);
    next();
  }

  /** Makes room for the next call, where this one is under way. */
  private void free(Call call) {
    if (current == call) {
      current = null;
    }
    call.over.tryComplete();
  }

  private static void forget(Call call) {
    Sent sent = call.sent;
    if (sent != null) {
      sent.forget();
    }
  }

  /** Only the first outcome counts: an answer may come after its deadline. */
  private void finish(Call call, Future<ToolAnswer> outcome) {
    vertx.cancelTimer(call.timer);
    if (outcome.succeeded()) {
      call.promise.tryComplete(outcome.result());
    } else if (call.promise.tryFail(outcome.cause()) && call.sent != null) {
      figures.callFailed();
    }
  }
}
