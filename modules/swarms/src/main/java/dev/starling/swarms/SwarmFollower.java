/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmChange.Connected;
import dev.starling.swarms.SwarmChange.ConnectionChanged;
import dev.starling.swarms.SwarmChange.Disconnected;
import dev.starling.swarms.SwarmChange.GivenUp;
import dev.starling.swarms.SwarmFailure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one server: keeps it connected, looks at its swarm, agents and tasks at intervals, tells
 * what changed, and has it do what is asked.
 *
 * <p>Everything that is told was said by the server or measured here. While the server is away, its
 * agents are told to be out of reach, with what was known of them last; when it is back, they are
 * listed anew before anything else: some servers keep their agents over a restart, others do not.
 *
 * <p>All methods but {@link #figures} are for the context that it was made with; futures complete
 * and the listener is heard there. Futures fail with a {@link SwarmFailure}.
 */
public final class SwarmFollower {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmFollower.class);

  private final String name;
  private final SwarmFigures figures = new SwarmFigures();
  private final Consumer<SwarmChange> listener;
  private final SwarmConnection connection;
  private final SwarmWatch watch;
  private ConnectionState state = ConnectionState.DOWN;
  private String reason = "it was not started";
  private @Nullable ServerFacts server;
  private @Nullable Dialect dialect;
  private boolean isUp;
  private boolean wasUp;

  /**
   * A follower that does nothing until it is started.
   *
   * @param context where everything happens; may be an event loop, which is never blocked
   * @param name what the operator calls this server; names threads and log lines
   * @param listener must not block
   */
  public SwarmFollower(
      Context context,
      String name,
      SwarmEndpoint endpoint,
      SwarmOptions options,
      Consumer<SwarmChange> listener) {
    this.name = name;
    this.listener = listener;
    this.connection =
        new SwarmConnection(context, name, endpoint, options, figures, new ConnectionEar());
    this.watch = new SwarmWatch(context, options, connection, figures, this::tell);
  }

  /**
   * What happened on the connection since this was made, for metrics; may be asked on any thread.
   */
  public SwarmFigures figures() {
    return figures;
  }

  /** Connects, also after {@link GivenUp}; while it is connected or tries to be, does nothing. */
  public void start() {
    connection.start();
  }

  /** Ends for good; complete once nothing is left, a child process included. */
  public Future<Void> stop() {
    return connection.stop();
  }

  /** All that is known now. */
  public SwarmSnapshot snapshot() {
    Dialect spoken = dialect;
    long lastAnswerAt = connection.lastAnswerAt();
    return new SwarmSnapshot(
        state,
        reason,
        server,
        spoken == null ? null : spoken.label(),
        spoken == null || !isUp ? Set.of() : Set.copyOf(spoken.abilities()),
        watch.swarm(),
        watch.agents().all(),
        watch.tasks().all(),
        watch.health(),
        lastAnswerAt == 0 ? null : lastAnswerAt);
  }

  /** How the calls about an agent went; none of an agent that is not there. */
  public AgentCalls calls(String agentId) {
    return watch.agents().calls(agentId);
  }

  /** Whether the server, which is connected, spawns agents of this type. */
  public boolean offers(String type) {
    Dialect spoken = dialect;
    return isUp && spoken != null && spoken.offers(type);
  }

  /** Whether what this server tells of the work on its tasks is a simulation. */
  public boolean simulatesWork() {
    Dialect spoken = dialect;
    return spoken != null && spoken.simulatesWork();
  }

  /** Starts a swarm, which is followed from now on. */
  public Future<SwarmView> startSwarm(SwarmPlan plan) {
    return with(spoken -> spoken.startSwarm(plan)).onSuccess(watch::swarmIs);
  }

  /** Ends the swarm that is followed. */
  public Future<Void> shutDownSwarm() {
    SwarmView swarm = watch.swarm();
    if (swarm == null) {
      return Future.failedFuture(new SwarmFailure(Kind.NOT_FOUND, "the server has no swarm"));
    }
    return with(spoken -> spoken.shutDown(swarm.swarmId()))
        .onSuccess(done -> watch.swarmEnded(swarm));
  }

  /** Spawns an agent, in the swarm that is followed where there is one. */
  public Future<AgentView> spawn(AgentPlan plan) {
    SwarmView swarm = watch.swarm();
    return with(spoken -> spoken.spawn(plan, swarm == null ? null : swarm.swarmId()))
        .onSuccess(watch.agents()::told);
  }

  /** Ends an agent. */
  public Future<Void> terminate(String agentId) {
    return about(agentId, spoken -> spoken.terminate(agentId))
        .onSuccess(done -> watch.agents().gone(agentId));
  }

  /** Pauses an agent. */
  public Future<Void> pause(String agentId) {
    return about(agentId, spoken -> spoken.pause(agentId)).onSuccess(done -> watch.lookAtAgents());
  }

  /** Has a paused agent go on. */
  public Future<Void> resume(String agentId) {
    boolean isBusy = watch.tasks().isBusy(agentId);
    return about(agentId, spoken -> spoken.resume(agentId, isBusy))
        .onSuccess(done -> watch.lookAtAgents());
  }

  /** Gives the swarm a task, which is followed from now on. */
  public Future<TaskView> submit(TaskPlan plan) {
    if (!watch.tasks().hasRoom()) {
      return Future.failedFuture(
          SwarmFailure.unsent(Kind.BUSY, "as many tasks as can be followed are under way"));
    }
    return with(spoken -> spoken.submit(plan))
        .onSuccess(watch.tasks()::told)
        .onComplete(done -> plan.agents().forEach(id -> watch.agents().called(id, done.cause())));
  }

  /** Gives a task that the server has to one of its agents. */
  public Future<TaskView> assign(String taskId, String agentId) {
    return about(agentId, spoken -> spoken.assign(taskId, List.of(agentId)))
        .onSuccess(watch.tasks()::told);
  }

  /** Calls a task off. */
  public Future<Void> cancel(String taskId, String why) {
    return with(spoken -> spoken.cancel(taskId, why)).onSuccess(done -> watch.lookAtTasks());
  }

  /** Calls a tool by name, with these arguments as JSON values. */
  public Future<ToolResult> callTool(String tool, Map<String, Object> arguments) {
    return told(connection.call(tool, arguments));
  }

  /**
   * The same for work that may take as long as {@code patience} from now, and can be taken back.
   * Meanwhile the server is asked nothing else, and need not answer pings.
   */
  public ToolWork work(String tool, Map<String, Object> arguments, Duration patience) {
    try {
      CallQueue.Call call = connection.work(tool, arguments, patience);
      return new ToolWork(told(call.answer()), call.over(), call::withdraw);
    } catch (SwarmFailure failure) {
      return ToolWork.failed(failure);
    }
  }

  private Future<ToolResult> told(Future<ToolAnswer> call) {
    return call.onComplete(
            done -> {
              if (dialect instanceof Generic generic) {
                watch.agents().called(generic.agentId(), done.cause());
              }
            })
        .map(answer -> new ToolResult(answer.text(), answer.isError()));
  }

  /** What the server has to read. */
  public Future<List<ResourceView>> resources() {
    return connection
        .resources()
        .map(all ->
            all.stream()
                .limit(SwarmWatch.MOST_RESOURCES)
                .map(one -> new ResourceView(one.uri(), one.name(), one.mimeType()))
                .toList());
  }

  private <T> Future<T> about(String agentId, Function<Dialect, Future<T>> work) {
    Future<T> outcome = with(work);
    return isUp
        ? outcome.onComplete(done -> watch.agents().called(agentId, done.cause()))
        : outcome;
  }

  private <T> Future<T> with(Function<Dialect, Future<T>> work) {
    Dialect spoken = dialect;
    if (spoken == null || !isUp) {
      return Future.failedFuture(SwarmFailure.unsent(Kind.AWAY, "the server is not connected"));
    }
    return work.apply(spoken).recover(failure -> Future.failedFuture(SwarmFailure.of(failure)));
  }

  private void tell(SwarmChange change) {
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      LOG.error("a listener failed on a change of {}", name, e);
    }
  }

  private void up() {
    isUp = true;
    ServerFacts known = server;
    Dialect spoken = dialect;
    if (known != null && spoken != null) {
      LOG.info("{} is connected: {} {}, {}", name, known.name(), known.version(), spoken.label());
      tell(new Connected(known, spoken.label(), wasUp));
    }
    wasUp = true;
    watch.start();
  }

  private void down(String why) {
    isUp = false;
    if (state == ConnectionState.LOST) {
      LOG.warn("{} is away: {}", name, why);
    }
    watch.stop();
    tell(new Disconnected(why));
    watch.agents().disconnected();
  }

  /** Hears the connection. */
  private final class ConnectionEar implements ConnectionListener {
    @Override
    public void became(ConnectionState next, String why) {
      state = next;
      reason = why;
      tell(new ConnectionChanged(next, why));
      if (next.isUsable() != isUp) {
        if (isUp) {
          down(why);
        } else {
          up();
        }
      }
      if (next == ConnectionState.DOWN) {
        LOG.warn("{} is {}", name, why);
        tell(new GivenUp(why));
      }
    }

    @Override
    public void understood(ServerFacts facts, Dialect spoken) {
      server = facts;
      dialect = spoken;
      watch.speak(spoken);
    }
  }
}
