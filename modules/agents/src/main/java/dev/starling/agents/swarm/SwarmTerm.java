/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.agents.TaskReports;
import dev.starling.agents.synthesis.Role;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.TextFingerprints;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.Spawned;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;
import dev.starling.swarms.Ability;
import dev.starling.swarms.AgentCalls;
import dev.starling.swarms.AgentPlan;
import dev.starling.swarms.AgentView;
import dev.starling.swarms.ServerFacts;
import dev.starling.swarms.ServerHealth;
import dev.starling.swarms.SwarmChange;
import dev.starling.swarms.SwarmEndpoint;
import dev.starling.swarms.SwarmFollower;
import dev.starling.swarms.SwarmOptions;
import dev.starling.swarms.SwarmPlan;
import dev.starling.swarms.SwarmSnapshot;
import dev.starling.swarms.SwarmView;
import dev.starling.swarms.TaskView;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A swarm while this node follows it: its agents are agents of the mesh for as long. The swarm's
 * event loop only.
 */
final class SwarmTerm implements SwarmAgent.Surroundings {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmTerm.class);
  private static final Duration TEXT_PATIENCE = Duration.ofSeconds(5);
  private static final long KNOWN_MILLIS = 3_000;

  /** What the server did not hear, though it was there, is said again so often. */
  private static final int SECONDS_TO_CALL_OFF = 30;

  private static final String GENERIC = "generic";

  /** So long a server may be away before others get what its agents had to do. */
  private static final long AWAY_MILLIS = 30_000;

  private final Mesh mesh;
  private final SwarmConfig config;
  private final SwarmMetrics metrics;
  private final Runnable givenUp;
  private final SwarmFollower follower;
  private final SwarmMetrics.Reading reading;
  private final SwarmTasks tasks;
  private final SwarmNews news;
  private final TextFingerprints texts;
  private final List<String> kinds;
  private final Duration patience;
  private final Map<String, SwarmAgent> agents = new LinkedHashMap<>();
  private SwarmSnapshot seen;
  private @Nullable ServerFacts server;
  private @Nullable String dialect;
  private @Nullable SwarmView swarm;
  private @Nullable ServerHealth health;
  private boolean takesTasks;
  private long connectedMillis;

  /** When the server went away; 0 while it is there. */
  private long awayMillis;

  private String reason = "";
  private int seconds;

  /**
   * Follows nothing yet.
   *
   * @param kinds what the swarm is to spawn for the mesh, where its server can
   * @param givenUp hears that the server is not tried any more
   */
  SwarmTerm(
      Mesh mesh,
      Context context,
      SwarmConfig config,
      SwarmOptions options,
      List<String> kinds,
      SwarmMetrics metrics,
      Runnable givenUp) {
    this.mesh = mesh;
    this.config = config;
    this.kinds = List.copyOf(kinds);
    this.patience = options.patience().call();
    this.metrics = metrics;
    this.givenUp = givenUp;
    this.follower =
        new SwarmFollower(context, config.name(), config.endpoint(), options, this::changed);
    this.reading = new SwarmMetrics.Reading(follower.figures());
    this.tasks =
        new SwarmTasks(
            follower,
            config.endpoint() instanceof SwarmEndpoint.Stdio,
            new TaskReports(mesh),
            this::loaded);
    this.news = new SwarmNews(mesh, config.name());
    this.texts = new TextFingerprints(mesh.bus(), mesh::view, TEXT_PATIENCE);
    this.seen = follower.snapshot();
  }

  void start() {
    follower.start();
  }

  /** Ends; complete once the server's process has ended, where this node started it. */
  Future<Void> stop() {
    String why = "its node follows swarm " + config.name() + " no longer";
    List<Future<?>> gone = new ArrayList<>();
    gone.add(tasks.giveAllBack(why));
    agents.values().forEach(agent -> gone.add(agent.end(why)));
    agents.clear();
    Future<?> forgotten =
        Future.join(gone).timeout(KNOWN_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
    return forgotten.compose(done -> follower.stop()).onComplete(done -> metrics.read(reading));
  }

  /** Called every second. */
  void second() {
    seen = follower.snapshot();
    metrics.read(reading);
    seconds++;
    if (seconds % SECONDS_TO_CALL_OFF == 0 && isConnected()) {
      tasks.callOffAgain();
    }
    long now = System.nanoTime();
    agents.values().forEach(agent -> agent.second(now));
    if (awayMillis != 0 && System.currentTimeMillis() - awayMillis >= AWAY_MILLIS) {
      Future<?> _ = tasks.giveAllBack("its server is away: " + reason);
    }
  }

  int agentCount() {
    return agents.size();
  }

  boolean isConnected() {
    return seen.state().isUsable();
  }

  RawJson report(boolean whole) {
    seen = follower.snapshot();
    return SwarmReport.of(
        config, mesh.nodeId(), seen, follower.figures(), follower.simulatesWork(), whole);
  }

  // --- what the server tells ---

  private void changed(SwarmChange change) {
    switch (change) {
      case SwarmChange.ConnectionChanged(_, String why) -> reason = why;
      case SwarmChange.Connected connected -> connected(connected);
      case SwarmChange.Disconnected(String why) -> {
        awayMillis = System.currentTimeMillis();
        news.disconnected(why);
      }
      case SwarmChange.GivenUp(String why) -> {
        Future<?> _ = tasks.giveAllBack("its server is given up: " + why);
        news.givenUp(why);
        givenUp.run();
      }
      case SwarmChange.SwarmStarted(SwarmView now) -> {
        swarmIs(now);
        news.started(now, server, views());
      }
      case SwarmChange.SwarmChanged(_, SwarmView now) -> swarm = now;
      case SwarmChange.SwarmEnded(SwarmView last) -> {
        swarmIs(null);
        news.ended(last);
      }
      case SwarmChange.AgentAppeared(AgentView agent) -> appeared(agent);
      case SwarmChange.AgentChanged(AgentView before, AgentView agent) -> changed(before, agent);
      case SwarmChange.AgentGone(AgentView last) -> gone(last);
      case SwarmChange.TaskChanged(TaskView before, TaskView task) -> taskIs(before, task);
      case SwarmChange.TaskGone(TaskView last) -> {
        tasks.gone(last);
        news.taskGone(last);
      }
      case SwarmChange.HealthMeasured(ServerHealth measured) -> health = measured;
    }
  }

  private void connected(SwarmChange.Connected connected) {
    server = connected.server();
    dialect = connected.dialect();
    connectedMillis = System.currentTimeMillis();
    awayMillis = 0;
    takesTasks = takesTasks(follower.snapshot().abilities());
    news.connected(connected.server(), connected.dialect(), connected.isAgain());
    tasks.callOffAgain();
  }

  /** Nobody is given work of which nothing is heard again, or that is only played. */
  private boolean takesTasks(Set<Ability> abilities) {
    boolean isFollowed =
        abilities.contains(Ability.TASK_STATUS) || abilities.contains(Ability.LIST_TASKS);
    return GENERIC.equals(dialect)
        || (abilities.contains(Ability.SUBMIT_TASK) && isFollowed && !follower.simulatesWork());
  }

  private void swarmIs(@Nullable SwarmView now) {
    swarm = now;
    agents.values().forEach(SwarmAgent::publish);
  }

  private List<AgentView> views() {
    return agents.values().stream().map(SwarmAgent::view).toList();
  }

  private void appeared(AgentView view) {
    String agentId = view.agentId();
    SwarmAgent agent = new SwarmAgent(view, this, texts, why -> leftOut(agentId, why));
    agents.put(agentId, agent);
    agent.begin();
  }

  private void leftOut(String agentId, String why) {
    LOG.warn("agent {} of swarm {} is left out for now: {}", agentId, config.name(), why);
    metrics.leftOut();
    tasks.giveBack(agentId, why);
  }

  private void changed(AgentView before, AgentView view) {
    SwarmAgent agent = agents.get(view.agentId());
    if (agent == null) {
      return;
    }
    agent.is(view);
    boolean isFailing = SwarmAgent.life(view) == AgentLife.FAILING;
    if (isFailing && view.isConnected() && SwarmAgent.life(before) != AgentLife.FAILING) {
      news.failed(view.agentId(), "its server says " + view.status());
    }
  }

  private void gone(AgentView last) {
    SwarmAgent agent = agents.remove(last.agentId());
    String why = "its server has it no more";
    tasks.giveBack(last.agentId(), why);
    if (agent != null) {
      Future<?> _ = agent.end(why);
    }
  }

  private void taskIs(@Nullable TaskView before, TaskView task) {
    tasks.is(task);
    boolean isHistory = before == null && task.state().isEnd() && isOld(task);
    if (!isHistory) {
      news.task(task, follower.simulatesWork());
    }
  }

  private boolean isOld(TaskView task) {
    Long created = task.createdAt();
    return created != null && created < connectedMillis;
  }

  private void loaded(String agentId) {
    SwarmAgent agent = agents.get(agentId);
    if (agent != null) {
      agent.publish();
    }
  }

  // --- what the mesh wants ---

  /** What it spawns now. */
  Offer offer() {
    List<String> offered = kinds.stream().filter(follower::offers).toList();
    SwarmView view = swarm;
    Integer most = view == null ? null : view.maxAgents();
    return new Offer(offered, agents.size(), most == null ? Integer.MAX_VALUE : most);
  }

  /**
   * Spawns an agent; answered once the mesh knows it, or three seconds later, and before whoever
   * asked has waited as long as for any other call.
   */
  Future<Spawned> spawn(Spawn spawn) {
    long since = System.nanoTime();
    requireOffered(spawn.kind());
    String name = spawn.name() == null ? spawn.kind() : spawn.name();
    List<String> can =
        Role.of(spawn.kind()).map(Role::capabilities).map(List::of).orElse(List.of());
    return follower
        .spawn(new AgentPlan(spawn.kind(), name, can))
        .recover(failure -> Future.failedFuture(SwarmRefusals.ofSpawn(config.name(), failure)))
        .compose(view -> known(view.agentId(), spawn.profile(), since))
        .map(Spawned::new);
  }

  private void requireOffered(String kind) {
    if (follower.offers(kind)) {
      return;
    }
    String known = String.join(", ", kinds.stream().filter(follower::offers).toList());
    RefusalException refusal =
        known.isEmpty()
            ? SwarmRefusals.spawnsNothing(config.name(), isUp())
            : RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "kind", "such as " + known, kind);
    throw refusal.notMade();
  }

  private boolean isUp() {
    return follower.snapshot().state().isUsable();
  }

  private Future<String> known(String agentId, @Nullable String profile, long since) {
    SwarmAgent agent = agents.get(agentId);
    if (agent == null) {
      return Future.succeededFuture(agentId);
    }
    if (profile != null) {
      agent.about(profile);
    }
    long left = patience.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    return agent
        .known()
        .timeout(Math.clamp(left, 1, KNOWN_MILLIS), TimeUnit.MILLISECONDS)
        .recover(failure ->
            failure instanceof RefusalException refusal
                ? Future.failedFuture(notHad(agentId, refusal))
                : Future.succeededFuture())
        .map(agentId);
  }

  private static RefusalException notHad(String agentId, RefusalException why) {
    return RefusalException.unavailable(
        "swarm", "agent " + agentId + " was spawned, but the mesh cannot have it: " + why.text());
  }

  Future<Controlled> control(Control control) {
    String agentId = control.agentId();
    Future<Void> done =
        switch (control.action()) {
          case PAUSE -> follower.pause(agentId);
          case RESUME -> follower.resume(agentId);
          case STOP -> follower.terminate(agentId);
          case RESTART ->
              Future.failedFuture(
                  RefusalException.ofField(
                      ErrorCode.INVALID_MESSAGE,
                      "action",
                      "pause, resume or stop, since an agent of a swarm is spawned anew instead",
                      control.action().word()));
        };
    return named(done).map(ignored -> new Controlled(agentId, after(control).word()));
  }

  /** How an agent is once its server did what it was told, which its list may tell only later. */
  private AgentLife after(Control control) {
    return switch (control.action()) {
      case PAUSE -> AgentLife.PAUSED;
      case RESUME, RESTART ->
          tasks.load(control.agentId()).count() > 0 ? AgentLife.ACTIVE : AgentLife.IDLE;
      case STOP -> AgentLife.OFFLINE;
    };
  }

  /** Whether an agent has a task now. */
  boolean perform(Perform perform) {
    String agentId = perform.agentId();
    SwarmAgent agent = agents.get(agentId);
    if (agent == null) {
      return false;
    }
    if (tasks.has(perform.task())) {
      return true;
    }
    if (!agent.isReceptive() || tasks.given(agentId) >= tasksEach()) {
      return false;
    }
    if (GENERIC.equals(dialect)) {
      tasks.call(agentId, perform.task());
    } else {
      tasks.give(agentId, perform.task());
    }
    return true;
  }

  void desist(Desist desist) {
    tasks.desist(desist.taskId(), desist.attempt(), desist.reason());
  }

  /** The mesh has another agent of that name. */
  void ousted(String agentId, String why) {
    SwarmAgent agent = agents.get(agentId);
    if (agent != null) {
      agent.leftOut(why);
    }
  }

  Future<RawJson> startSwarm(SwarmStart start) {
    return named(
            follower.startSwarm(
                new SwarmPlan(start.topology(), start.maxAgents(), start.strategy())))
        .map(started -> report(false));
  }

  Future<RawJson> shutDownSwarm() {
    return named(follower.shutDownSwarm()).map(done -> report(false));
  }

  /** Tries a server anew that was given up. */
  RawJson connect() {
    follower.start();
    return report(false);
  }

  private <T> Future<T> named(Future<T> asked) {
    return asked.recover(failure -> Future.failedFuture(SwarmRefusals.of(config.name(), failure)));
  }

  // --- what its agents share ---

  @Override
  public Mesh mesh() {
    return mesh;
  }

  @Override
  public String swarm() {
    return config.name();
  }

  @Override
  public @Nullable String dialect() {
    return dialect;
  }

  @Override
  public @Nullable SwarmView swarmView() {
    return swarm;
  }

  @Override
  public @Nullable ServerHealth health() {
    return health;
  }

  @Override
  public @Nullable Long lastAnswerAt() {
    return seen.lastAnswerAt();
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public int tasksEach() {
    int usual = GENERIC.equals(dialect) ? 1 : 0;
    return takesTasks ? config.tasks().orElse(usual) : 0;
  }

  @Override
  public AgentCalls calls(String agentId) {
    return follower.calls(agentId);
  }

  @Override
  public SwarmTasks.Load load(String agentId) {
    return tasks.load(agentId);
  }
}
