/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmChange.HealthMeasured;
import dev.starling.swarms.SwarmChange.SwarmChanged;
import dev.starling.swarms.SwarmChange.SwarmEnded;
import dev.starling.swarms.SwarmChange.SwarmStarted;
import dev.starling.swarms.SwarmFailure.Kind;
import dev.starling.swarms.SwarmOptions.Cadence;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a connected server at intervals, one look at a time, and tells what is different from
 * the look before. For one context.
 */
final class SwarmWatch {
  static final int MOST_RESOURCES = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(SwarmWatch.class);
  private static final String AGENTS = "agents";
  private static final String SWARM = "swarm";
  private static final String TASKS = "tasks";

  private final Context context;
  private final SwarmOptions options;
  private final SwarmConnection connection;
  private final Consumer<SwarmChange> tell;
  private final AgentBook agents;
  private final TaskBook tasks;
  private final Rounds rounds;

  /** Agents whose row changed, and of which the server can tell more than the row. */
  private final Set<String> lookCloser = new LinkedHashSet<>();

  private @Nullable Dialect dialect;
  private @Nullable SwarmView swarm;
  private @Nullable ServerHealth health;
  private @Nullable ProcessGauge gauge;

  /** Whether the swarm was seen on this connection: a restarted server may have another one. */
  private boolean isSwarmSeen;

  SwarmWatch(
      Context context,
      SwarmOptions options,
      SwarmConnection connection,
      SwarmFigures figures,
      Consumer<SwarmChange> tell) {
    this.context = context;
    this.options = options;
    this.connection = connection;
    this.tell = tell;
    this.agents = new AgentBook(options.bounds().agents(), figures, tell);
    this.tasks = new TaskBook(options.bounds().tasks(), figures, tell);
    this.rounds = new Rounds(context.owner());
    Cadence cadence = options.cadence();
    rounds.add(AGENTS, cadence::agents, this::agentsRound);
    rounds.add(SWARM, cadence::swarm, this::swarmRound);
    rounds.add(TASKS, this::tasksInterval, this::tasksRound);
    rounds.add("health", cadence::health, this::healthRound);
  }

  AgentBook agents() {
    return agents;
  }

  TaskBook tasks() {
    return tasks;
  }

  @Nullable SwarmView swarm() {
    return swarm;
  }

  @Nullable ServerHealth health() {
    return health;
  }

  /** Asks in this dialect from now on. */
  void speak(Dialect spoken) {
    dialect = spoken;
    rounds.soon(AGENTS);
  }

  void start() {
    isSwarmSeen = false;
    rounds.start();
  }

  void stop() {
    rounds.stop();
    lookCloser.clear();
    health = null;
    gauge = null;
  }

  void lookAtAgents() {
    rounds.soon(AGENTS);
  }

  /** The server ended its swarm, which it may list for a moment yet. */
  void swarmEnded(SwarmView over) {
    SwarmView last = swarm;
    if (last != null && last.swarmId().equals(over.swarmId())) {
      swarm = null;
      tell.accept(new SwarmEnded(last));
    }
    rounds.soon(SWARM);
  }

  void lookAtTasks() {
    rounds.soon(TASKS);
  }

  private Duration tasksInterval() {
    Cadence cadence = options.cadence();
    return tasks.live().isEmpty() ? cadence.tasks() : cadence.liveTasks();
  }

  private Future<?> agentsRound() {
    Dialect spoken = dialect;
    if (spoken == null) {
      return Future.succeededFuture();
    }
    return quietly(AGENTS, spoken.agents())
        .compose(rows -> {
          rows.ifPresent(all -> lookCloser.addAll(agents.listed(all)));
          return closer(spoken);
        });
  }

  /** One after the other: the server is asked one thing at a time. */
  private Future<?> closer(Dialect spoken) {
    if (lookCloser.isEmpty() || !spoken.abilities().contains(Ability.AGENT_STATUS)) {
      lookCloser.clear();
      return Future.succeededFuture();
    }
    String agentId = lookCloser.iterator().next();
    lookCloser.remove(agentId);
    return spoken
        .agent(agentId)
        .onComplete(answer -> {
          agents.called(agentId, answer.cause());
          if (answer.succeeded() && agents.get(agentId) != null) {
            agents.told(answer.result());
          }
        })
        .transform(answer -> isAway(answer.cause()) ? Future.succeededFuture() : closer(spoken));
  }

  private Future<?> swarmRound() {
    Dialect spoken = dialect;
    if (spoken == null || !spoken.abilities().contains(Ability.SWARM_STATUS)) {
      return Future.succeededFuture();
    }
    SwarmView known = swarm;
    String which = known == null || !isSwarmSeen ? null : known.swarmId();
    return spoken
        .swarm(which)
        .onComplete(answer -> {
          if (answer.succeeded()) {
            swarmSeen(answer.result().orElse(null));
          } else if (kind(answer.cause()) == Kind.NOT_FOUND) {
            swarmSeen(null);
          }
        })
        .otherwiseEmpty();
  }

  private void swarmSeen(@Nullable SwarmView now) {
    isSwarmSeen = true;
    if (now != null) {
      swarmIs(now);
      return;
    }
    SwarmView last = swarm;
    swarm = null;
    if (last != null) {
      tell.accept(new SwarmEnded(last));
    }
  }

  /** The server told of its swarm. One that is over gives way to the next one. */
  void swarmIs(SwarmView told) {
    SwarmView before = swarm;
    SwarmView now = told.over(before);
    if (now.equals(before)) {
      return;
    }
    boolean isSame = before != null && before.swarmId().equals(now.swarmId());
    if (before != null && (!isSame || now.isOver())) {
      swarm = null;
      tell.accept(new SwarmEnded(isSame ? now : before));
    }
    if (now.isOver()) {
      return;
    }
    isSwarmSeen = true;
    swarm = now;
    tell.accept(before != null && isSame ? new SwarmChanged(before, now) : new SwarmStarted(now));
  }

  private Future<?> tasksRound() {
    Dialect spoken = dialect;
    if (spoken == null) {
      return Future.succeededFuture();
    }
    if (!spoken.abilities().contains(Ability.LIST_TASKS)) {
      return eachTask(spoken, tasks.live());
    }
    return quietly(TASKS, spoken.tasks(options.bounds().tasks()))
        .compose(rows -> eachTask(spoken, rows.map(tasks::listed).orElse(List.of())));
  }

  private Future<?> eachTask(Dialect spoken, List<String> left) {
    if (left.isEmpty()) {
      return Future.succeededFuture();
    }
    String taskId = left.getFirst();
    return spoken
        .task(taskId)
        .onComplete(answer -> {
          if (answer.succeeded()) {
            tasks.told(answer.result());
          } else {
            untold(taskId, kind(answer.cause()));
          }
        })
        .transform(answer ->
            isAway(answer.cause())
                ? Future.succeededFuture()
                : eachTask(spoken, left.subList(1, left.size())));
  }

  private void untold(String taskId, Kind why) {
    switch (why) {
      case NOT_FOUND -> tasks.gone(taskId);
      case NO_DATA, UNSUPPORTED -> tasks.unfollowed(taskId);
      case AWAY, BUSY, LATE, WITHDRAWN, REFUSED, GARBLED -> LOG.debug("task {}: {}", taskId, why);
    }
  }

  private Future<?> healthRound() {
    OptionalLong pid = connection.pid();
    if (pid.isEmpty()) {
      return Future.succeededFuture();
    }
    ProcessGauge current = gauge;
    ProcessGauge used =
        current != null && current.pid() == pid.getAsLong()
            ? current
            : new ProcessGauge(pid.getAsLong());
    gauge = used;
    Promise<ServerHealth> looked = Promise.promise();
    Thread.startVirtualThread(() -> {
      ServerHealth seen = used.look();
      context.runOnContext(go -> looked.complete(seen));
    });
    return looked
        .future()
        .onSuccess(seen -> {
          if (gauge == used) {
            health = seen;
            tell.accept(new HealthMeasured(seen));
          }
        });
  }

  /** The answer, or nothing where there is none this time; there will be another look. */
  private static <T> Future<Optional<T>> quietly(String what, Future<T> answer) {
    return answer
        .onFailure(failure -> LOG.debug("the {} cannot be told now", what, failure))
        .transform(told -> Future.succeededFuture(Optional.ofNullable(told.result())));
  }

  private static Kind kind(@Nullable Throwable failure) {
    return failure == null ? Kind.GARBLED : SwarmFailure.of(failure).kind();
  }

  private static boolean isAway(@Nullable Throwable failure) {
    return failure != null && SwarmFailure.of(failure).kind() == Kind.AWAY;
  }
}
