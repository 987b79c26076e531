/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmFailure.Kind;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to one server that is kept up: made, watched, and made again when it is lost.
 *
 * <p>It is lost when the child process ends (noticed by the operating system's word, not by a
 * missing answer), the socket closes, the server does not know the session any more, or three pings
 * in a row have no answer. Then what was being asked fails at once, and the server is tried again
 * after a wait. A program that ends right after its start, again and again, is given up. A server
 * at work need not answer pings, as long as somebody listens where it is.
 *
 * <p>The context that it was made with only, where its listener is heard too.
 */
final class SwarmConnection {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmConnection.class);

  private final Context context;
  private final String name;
  private final SwarmEndpoint endpoint;
  private final SwarmOptions options;
  private final SwarmFigures figures;
  private final ConnectionListener listener;
  private final BackOff backOff;
  private final CallQueue queue;
  private ConnectionState state = ConnectionState.DOWN;

  /** Counts tries: what an earlier try still tells is not heard. */
  private int attempt;

  private long began;
  private @Nullable McpLink link;
  private @Nullable Pulse pulse;
  private @Nullable ServerFacts facts;
  private long retryTimer = -1;
  private Future<?> opening = Future.succeededFuture();
  private Future<?> releasing = Future.succeededFuture();
  private long lastAnswerAt;

  /** Whether it was said that the server cannot be reached, since it last could. */
  private boolean isMissingTold;

  SwarmConnection(
      Context context,
      String name,
      SwarmEndpoint endpoint,
      SwarmOptions options,
      SwarmFigures figures,
      ConnectionListener listener) {
    this.context = context;
    this.name = name;
    this.endpoint = endpoint;
    this.options = options;
    this.figures = figures;
    this.listener = listener;
    this.backOff = new BackOff(options.retry(), () -> ThreadLocalRandom.current().nextDouble());
    this.queue = new CallQueue(context.owner(), options, figures, this::afterWork);
  }

  ConnectionState state() {
    return state;
  }

  /** When the server answered last, ms since 1970; 0 where it never did. */
  long lastAnswerAt() {
    return lastAnswerAt;
  }

  /** The server's process, where it is a child of this one and there. */
  OptionalLong pid() {
    McpLink current = link;
    return current == null ? OptionalLong.empty() : current.pid();
  }

  /** Begins, also after the server was given up; otherwise does nothing. */
  void start() {
    if (state == ConnectionState.DOWN) {
      backOff.reset();
      connect();
    }
  }

  /** Ends for good; complete once nothing is left of the connection. */
  Future<Void> stop() {
    if (state == ConnectionState.CLOSED || state == ConnectionState.STOPPING) {
      return Future.succeededFuture();
    }
    attempt++;
    context.owner().cancelTimer(retryTimer);
    become(ConnectionState.STOPPING, "it was stopped");
    return Future.join(release("the connection was stopped"), opening, releasing)
        .<Void>mapEmpty()
        .otherwiseEmpty()
        .onComplete(done -> become(ConnectionState.CLOSED, "it was stopped"));
  }

  /** Calls a tool; fails with a {@link SwarmFailure}. */
  Future<ToolAnswer> call(String tool, Map<String, Object> arguments) {
    return queue.call(tool, arguments).onSuccess(answer -> answered());
  }

  /**
   * The same for work that may take as long as {@code patience}.
   *
   * @throws SwarmFailure where it cannot even wait for its turn
   */
  CallQueue.Call work(String tool, Map<String, Object> arguments, Duration patience) {
    CallQueue.Call call = queue.work(tool, arguments, patience);
    call.answer().onSuccess(answer -> answered());
    return call;
  }

  /** What went unanswered while it was at work does not count. */
  private void afterWork() {
    Pulse beating = pulse;
    if (beating != null) {
      beating.beat();
      beating.ask();
    }
  }

  private void doubt() {
    Pulse beating = pulse;
    if (beating != null) {
      beating.ask();
    }
  }

  /** What the server has to read; fails with a {@link SwarmFailure}. */
  Future<List<Resource>> resources() {
    McpLink current = link;
    if (current == null || !state.isUsable()) {
      return Future.failedFuture(SwarmFailure.unsent(Kind.AWAY, "the server is not connected"));
    }
    return heard(current.resources())
        .timeout(options.patience().call().toMillis(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(SwarmFailure.of(failure)));
  }

  private void connect() {
    attempt++;
    int mine = attempt;
    began = System.nanoTime();
    become(ConnectionState.CONNECTING, "it is started or dialled, and has yet to answer");
    opening =
        offLoop(() -> McpLink.open(name, endpoint, options, figures, new LinkEar(mine)))
            .onFailure(failure -> lost(mine, SwarmFailure.reason(failure)))
            .compose(opened -> opened(mine, opened));
  }

  /** Complete at once, or once a server that is not wanted any more has been let go of. */
  private Future<Void> opened(int mine, McpLink opened) {
    if (mine != attempt) {
      return heard(opened.close());
    }
    link = opened;
    heard(opened.ended()).onSuccess(reason -> lost(mine, reason));
    heard(opened.initialise())
        .compose(introduction -> {
          if (mine == attempt) {
            introduced(introduction);
          }
          return heard(opened.tools());
        })
        .timeout(options.patience().connect().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(tools -> {
          if (tools.succeeded()) {
            ready(mine, opened, tools.result());
          } else {
            lost(mine, unintroduced(tools.cause()));
          }
        });
    return Future.succeededFuture();
  }

  private String unintroduced(Throwable cause) {
    SwarmFailure failure = SwarmFailure.of(cause);
    return failure.kind() == Kind.LATE
        ? "it did not introduce itself in time"
        : "it did not introduce itself: " + failure.getMessage();
  }

  private void introduced(InitializeResult introduction) {
    var server = introduction.serverInfo();
    ServerFacts known =
        new ServerFacts(
            server == null || server.name() == null ? name : server.name(),
            server == null || server.version() == null ? "" : server.version(),
            introduction.protocolVersion(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    facts = known;
    become(ConnectionState.INITIALISED, known.name() + " " + known.version());
  }

  private void ready(int mine, McpLink opened, List<Tool> tools) {
    if (mine != attempt) {
      return;
    }
    answered();
    queue.open((tool, arguments) -> new LinkCall(opened.call(tool, arguments)));
    pulse = new Pulse(context.owner(), options, () -> heard(opened.ping()), new PulseEar(mine));
    understand(tools);
    isMissingTold = false;
    become(ConnectionState.LIVE, "it answers, and has " + tools.size() + " tools");
  }

  private void understand(List<Tool> tools) {
    ServerFacts known = facts;
    if (known != null) {
      listener.understood(known, Dialect.of(new Toolbox(name, tools, this::call)));
    }
  }

  private void lost(int mine, String reason) {
    if (mine != attempt) {
      return;
    }
    attempt++;
    figures.lost();
    if (!state.isUsable() && !isMissingTold) {
      isMissingTold = true;
      LOG.warn("{} at {} cannot be reached: {}", name, endpoint.describe(), reason);
    }
    releasing = release(reason);
    become(ConnectionState.LOST, reason);
    if (state != ConnectionState.LOST) {
      return;
    }
    Duration lived = Duration.ofNanos(System.nanoTime() - began);
    OptionalLong wait = backOff.lost(endpoint instanceof SwarmEndpoint.Stdio, lived);
    if (wait.isEmpty()) {
      become(ConnectionState.DOWN, "given up, it ends right after each start: " + reason);
      return;
    }
    become(ConnectionState.BACK_OFF, reason + "; tried again in " + wait.getAsLong() + " ms");
    retryTimer = context.owner().setTimer(wait.getAsLong(), timer -> retry());
  }

  /** Not before nothing is left of the former server: two would keep their state in one folder. */
  private void retry() {
    releasing.onComplete(done -> {
      if (state == ConnectionState.BACK_OFF) {
        connect();
      }
    });
  }

  /** Lets go of the server; what is asked of it fails at once. */
  private Future<Void> release(String reason) {
    Pulse beating = pulse;
    if (beating != null) {
      beating.stop();
    }
    pulse = null;
    McpLink former = link;
    link = null;
    queue.close(reason);
    return former == null ? Future.succeededFuture() : heard(former.close());
  }

  private void become(ConnectionState next, String reason) {
    LOG.debug("{}: {} is {} now: {}", name, endpoint.describe(), next, reason);
    state = next;
    listener.became(next, reason);
  }

  private void answered() {
    lastAnswerAt = System.currentTimeMillis();
    Pulse beating = pulse;
    if (beating != null) {
      beating.beat();
    }
    if (state == ConnectionState.DEGRADED) {
      become(ConnectionState.LIVE, "it answers again");
    }
  }

  private <T> Future<T> heard(CompletionStage<T> stage) {
    return Future.fromCompletionStage(stage, context);
  }

  /** What blocks, on a virtual thread of its own. */
  private <T> Future<T> offLoop(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    Thread.startVirtualThread(() -> {
      try {
        T result = work.call();
        context.runOnContext(go -> promise.complete(result));
      } catch (Exception e) {
        context.runOnContext(go -> promise.fail(e));
      }
    });
    return promise.future();
  }

  /** A call over a link, heard on the context. */
  private final class LinkCall implements CallQueue.Sent {
    private final McpLink.Call call;
    private final Future<ToolAnswer> answer;

    private LinkCall(McpLink.Call call) {
      this.call = call;
      this.answer = heard(call.answer());
    }

    @Override
    public Future<ToolAnswer> answer() {
      return answer;
    }

    @Override
    public void withdraw(String why) {
      call.withdraw(why);
    }

    @Override
    public void forget() {
      call.answer().cancel(false);
    }
  }

  /** Hears the pulse of one try. */
  private final class PulseEar implements Pulse.Listener {
    private final int mine;

    private PulseEar(int mine) {
      this.mine = mine;
    }

    @Override
    public void beats() {
      if (mine == attempt) {
        answered();
        queue.heard();
      }
    }

    @Override
    public void misses(int times) {
      if (mine != attempt) {
        return;
      }
      String why = "it did not answer " + times + " pings in a row";
      if (times >= Pulse.MOST_MISSES && !queue.isWorking()) {
        lost(mine, why);
      } else if (times >= Pulse.MOST_MISSES) {
        offLoop(() -> endpoint.isThere(options.patience().ping()))
            .onSuccess(isThere -> {
              if (!isThere) {
                lost(mine, why + ", and takes no connection");
              }
            });
      } else if (state == ConnectionState.LIVE) {
        become(ConnectionState.DEGRADED, "it did not answer a ping");
      }
    }

    @Override
    public void stops(String reason) {
      lost(mine, reason);
    }
  }

  /** Hears the link of one try, on any thread. */
  private final class LinkEar implements McpLink.Listener {
    private final int mine;

    private LinkEar(int mine) {
      this.mine = mine;
    }

    @Override
    public void toolsChanged(List<Tool> tools) {
      context.runOnContext(go -> {
        if (mine == attempt && state.isUsable()) {
          understand(tools);
        }
      });
    }

    @Override
    public void suspected(Throwable failure) {
      context.runOnContext(go -> {
        if (mine == attempt) {
          LOG.debug("{}: something went wrong below the messages", name, failure);
          doubt();
        }
      });
    }
  }
}
