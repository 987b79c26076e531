/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.AgentHandle;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Task;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one agent: it is made, given a fingerprint, started, registered; paused and resumed;
 * and, where it fails, started again after a while. The host's event loop only.
 */
final class AgentHost {
  private static final Logger LOG = LoggerFactory.getLogger(AgentHost.class);

  /** So many calls that fail one after another restart an agent. */
  static final int MOST_FAILURES = 5;

  /** So long after it did something an agent still counts as active. */
  private static final long ACTIVE_MILLIS = 10_000;

  /** How an agent is that does nothing new is told so often. */
  private static final long REPEAT_MILLIS = 10_000;

  /** What is counted of one that works is told so often. */
  private static final long COUNTS_MILLIS = 2_000;

  private final AgentIdentity identity;
  private final HostServices services;
  private final AgentMeter meter = new AgentMeter();
  private final Inbox inbox;
  private final AgentTasks tasks;
  private final Enrolment enrolment;
  private final BackOff backOff = new BackOff();
  private AgentLife life = AgentLife.STARTING;
  private @Nullable String reason;
  private @Nullable AgentProfile profile;
  private volatile @Nullable Fingerprint fingerprint;
  private @Nullable AgentCell cell;
  private @Nullable String deployment;
  private boolean isUp;
  private long upMillis;
  private boolean isPaused;
  private boolean isOver;
  private int failuresInRow;
  private long launches;
  private Future<?> start = Future.succeededFuture();
  private long toldMillis;
  private long toldCounts;

  AgentHost(AgentIdentity identity, HostServices services) {
    this.identity = identity;
    this.services = services;
    this.inbox = new Inbox(services.config().inbox());
    this.tasks = new AgentTasks(identity.agentId(), services.reports());
    this.enrolment = new Enrolment(services.mesh(), this::enrol, this::refused);
  }

  String agentId() {
    return identity.agentId();
  }

  /**
   * Begins: the agent is reached once it has started.
   *
   * @return complete once the mesh knows it, so that it can be told what to do
   */
  Future<Void> begin() {
    publish();
    Future<Void> known = enrolment.renew();
    launch();
    return known;
  }

  private void launch() {
    long mine = ++launches;
    Future<?> begun =
        services
            .make(identity)
            .compose(made -> describe(made).map(made))
            .compose(made -> isLatest(mine) ? deploy(made) : Future.succeededFuture());
    start = begun;
    Duration patience = services.startPatience();
    begun
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            done -> {
              if (isLatest(mine)) {
                started();
              }
            },
            failure -> {
              if (isLatest(mine)) {
                failed(
                    begun.isComplete()
                        ? "it could not start: " + text(failure)
                        : "it did not start within " + patience.toSeconds() + " s");
              }
            });
  }

  /**
   * Starts it anew, once the start before has ended: one that hangs keeps its thread, and a second
   * one would take another.
   */
  private void relaunch(long mine) {
    start.onComplete(ended -> {
      if (isLatest(mine)) {
        if (life == AgentLife.STARTING && reason != null) {
          reason = null;
          publish();
        }
        enter(AgentLife.STARTING);
        launch();
      }
    });
  }

  private boolean isLatest(long launch) {
    return launch == launches && !isOver;
  }

  /** Learns what the agent is about. */
  private Future<Void> describe(AgentKind.Made made) {
    AgentProfile said = made.profile();
    profile = said;
    float[] values = said.fingerprint();
    if (values != null) {
      String space = said.space();
      fingerprint = space == null ? Fingerprint.of(values) : new Fingerprint(space, values);
      return Future.succeededFuture();
    }
    String about = said.about();
    if (about == null || about.isBlank()) {
      fingerprint = null;
      return Future.succeededFuture();
    }
    return services
        .texts()
        .of(about)
        .map(found -> {
          fingerprint = found;
          return null;
        });
  }

  private Future<?> deploy(AgentKind.Made made) {
    AgentHandle handle = made.handle();
    AgentCell next =
        new AgentCell(
            handle,
            vertx -> new HostedContext(vertx, agentId(), this, services, meter),
            inbox,
            meter,
            new CellListener(launches));
    cell = next;
    next.pause(isPaused);
    DeploymentOptions options =
        new DeploymentOptions()
            .setClassLoader(identity.kind().loader())
            .setThreadingModel(
                handle.isOnVirtualThread()
                    ? ThreadingModel.VIRTUAL_THREAD
                    : ThreadingModel.EVENT_LOOP);
    long mine = launches;
    return services
        .mesh()
        .vertx()
        .deployVerticle(next, options)
        .onSuccess(id -> {
          if (isLatest(mine)) {
            deployment = id;
          } else {
            services.undeploy(id);
          }
        });
  }

  private void started() {
    reason = null;
    failuresInRow = 0;
    backOff.up(System.nanoTime());
    isUp = true;
    upMillis = System.currentTimeMillis();
    Future<?> _ = reach();
  }

  /** It is told as idle, or paused, only once that is so. */
  private Future<Void> reach() {
    if (isPaused) {
      enter(AgentLife.PAUSED);
    }
    long mine = launches;
    return enrolment
        .renew()
        .onSuccess(done -> {
          if (mine == launches && isReceptive()) {
            enter(isActive() ? AgentLife.ACTIVE : AgentLife.IDLE);
          }
        });
  }

  /** Ends what runs, and tries again after a while. */
  private void failed(String why) {
    LOG.warn("agent {} failed: {}", agentId(), why);
    services.failures().increment();
    reason = why;
    endCell(why);
    enter(AgentLife.FAILING);
    services.publishFailure(agentId(), why);
    Future<?> _ = enrolment.renew();
    long wait = backOff.failed(System.nanoTime());
    long mine = ++launches;
    services.mesh().vertx().setTimer(wait, timer -> relaunch(mine));
  }

  private void endCell(String why) {
    AgentCell running = cell;
    String id = deployment;
    cell = null;
    deployment = null;
    isUp = false;
    if (running != null) {
      running.end();
    }
    tasks.giveBack("agent " + agentId() + ": " + why);
    services.dropped(inbox.clear());
    if (id != null) {
      services.undeploy(id);
    }
  }

  /** Lets nothing reach the agent, until it is resumed; complete once every router knows. */
  Future<Void> pause() {
    isPaused = true;
    return whileRunning();
  }

  /** Lets it be reached again; complete once every router knows. */
  Future<Void> resume() {
    isPaused = false;
    return whileRunning();
  }

  private Future<Void> whileRunning() {
    AgentCell running = cell;
    if (running != null) {
      running.pause(isPaused);
    }
    return isUp ? reach() : Future.succeededFuture();
  }

  /** Ends it and starts it anew, under the same id. */
  void restart() {
    isPaused = false;
    backOff.reset();
    endCell("it was restarted");
    reason = start.isComplete() ? null : "its start before this one has not ended";
    life = AgentLife.STARTING;
    publish();
    Future<?> _ = enrolment.renew();
    relaunch(++launches);
  }

  /** Ends it for good; complete once the mesh knows. */
  Future<?> stop(String why) {
    if (isOver) {
      return Future.succeededFuture();
    }
    isOver = true;
    launches++;
    reason = why;
    endCell(why);
    enter(AgentLife.OFFLINE);
    return enrolment.end();
  }

  private void refused(RefusalException refusal) {
    services.publishFailure(agentId(), refusal.text());
    services.ousted(this, refusal.text());
  }

  /** An outcome reached it. */
  void incoming(RawJson packet, double similarity) {
    if (!take(new AgentCall.OutcomeCame(packet, similarity))) {
      services.dropped(1);
    }
  }

  /** Gives it a task; false where it has no room, or is not well. */
  boolean perform(TaskBrief brief) {
    AgentProfile said = profile;
    if (tasks.task(brief.taskId(), brief.attempt()).isPresent()) {
      return true;
    }
    if (!isReceptive() || said == null || tasks.size() >= said.tasks()) {
      return false;
    }
    Task task = tasks.begin(brief);
    if (!take(new AgentCall.TaskCame(task))) {
      tasks.withdraw(task.id(), task.attempt());
      return false;
    }
    look();
    return true;
  }

  /** A task is not wanted any more. */
  void desist(String taskId, int attempt) {
    tasks.withdraw(taskId, attempt).ifPresent(task -> take(new AgentCall.TaskWithdrawn(task)));
    look();
  }

  private boolean take(AgentCall call) {
    AgentCell running = cell;
    if (running == null || !inbox.offer(call)) {
      return false;
    }
    running.pump();
    return true;
  }

  /** The agent says how far a task is. */
  void progressed(Task task, double percent, String message) {
    tasks.progressed(task, percent, message);
  }

  /** The agent says what does its thinking from now on; told where that is another. */
  void backedBy(String what) {
    AgentProfile said = profile;
    if (said != null && !isOver && !what.equals(said.backend())) {
      profile = said.backedBy(what);
      publish();
    }
  }

  /** Called ten times a second. */
  void tell() {
    tasks.tell();
  }

  /** Called every second: measures, and says how it is where that has changed. */
  void second(long nowNanos) {
    meter.sample(nowNanos);
    look();
    long silence = System.currentTimeMillis() - toldMillis;
    boolean isNews = meter.processed() + meter.responses() != toldCounts;
    if (silence >= REPEAT_MILLIS || (isNews && silence >= COUNTS_MILLIS)) {
      publish();
    }
  }

  /** Whether it is active or idle may be another than before. */
  private void look() {
    if (life == AgentLife.IDLE || life == AgentLife.ACTIVE) {
      enter(isActive() ? AgentLife.ACTIVE : AgentLife.IDLE);
    }
  }

  /** What it did before it was started anew does not count. */
  private boolean isActive() {
    AgentCell running = cell;
    long last = meter.lastActiveMillis();
    return tasks.size() > 0
        || (running != null && running.isBusy())
        || (last >= upMillis && System.currentTimeMillis() - last < ACTIVE_MILLIS);
  }

  private void enter(AgentLife next) {
    if (life != next) {
      life = next;
      publish();
    }
  }

  private void publish() {
    toldMillis = System.currentTimeMillis();
    toldCounts = meter.processed() + meter.responses();
    enrolment.tell(status());
  }

  /** How it is now. */
  AgentLife life() {
    return life;
  }

  /** The least cosine at which outcomes reach it; from any thread. */
  double threshold() {
    return enrolment.threshold();
  }

  /** What it is about; null where that is nothing, or not known yet. From any thread. */
  @Nullable Fingerprint fingerprint() {
    return fingerprint;
  }

  private AgentIs status() {
    return AgentReport.of(
        identity,
        life,
        Optional.ofNullable(profile),
        reason,
        meter,
        inbox,
        tasks,
        services.mesh().nodeId());
  }

  private boolean isReceptive() {
    return isUp && !isPaused && !isOver;
  }

  private Enrol enrol() {
    AgentProfile said = profile;
    boolean isReceptive = isReceptive();
    JsonObject meta = AgentReport.meta(identity, Optional.ofNullable(said));
    return new Enrol(
        agentId(),
        identity.subject(),
        fingerprint,
        said == null ? null : said.threshold(),
        said != null && said.acceptsDerived(),
        RawJson.of(meta.encode()),
        said != null ? said.tasks() : 0,
        !isReceptive,
        "");
  }

  private static String text(Throwable failure) {
    return failure instanceof RefusalException refusal
        ? refusal.text()
        : failure.getClass().getSimpleName()
            + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
  }

  /** Takes what comes of one launch's calls back to the host's loop. */
  private final class CellListener implements AgentCell.Listener {
    private final long launch;

    CellListener(long launch) {
      this.launch = launch;
    }

    @Override
    public void called(@Nullable Throwable failure) {
      services.onLoop(() -> {
        if (isLatest(launch)) {
          AgentHost.this.called(failure);
        }
      });
    }

    @Override
    public void taskEnded(Task task, @Nullable JsonObject result, @Nullable Throwable failure) {
      services.onLoop(() -> {
        tasks.ended(task, result, failure).ifPresent(AgentHost.this::count);
        look();
      });
    }
  }

  private void count(TaskStep end) {
    if (end instanceof TaskStep.Completed) {
      meter.responded();
    } else {
      meter.failed();
    }
  }

  private void called(@Nullable Throwable failure) {
    if (failure == null) {
      failuresInRow = 0;
    } else {
      failuresInRow++;
      LOG.warn("a call of agent {} failed", agentId(), failure);
      if (failure instanceof Error || failuresInRow >= MOST_FAILURES) {
        failed(
            failuresInRow == 1
                ? text(failure)
                : failuresInRow + " calls failed in a row, the last with " + text(failure));
        return;
      }
    }
    look();
  }
}
