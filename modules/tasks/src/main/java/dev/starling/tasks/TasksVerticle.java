/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Leadership;
import dev.starling.fabric.LeadershipListener;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Cancel;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code tasks} of one node. Of all nodes that run it one keeps the tasks; another takes
 * over when that one is gone, from the table that they share. One instance per node; everything
 * runs on its event loop.
 */
public final class TasksVerticle extends VerticleBase implements LeadershipListener {
  /** The role's name. */
  public static final String ROLE = "tasks";

  private static final Logger LOG = LoggerFactory.getLogger(TasksVerticle.class);
  private static final long TICK_MILLIS = 100;
  private static final long SECOND_MILLIS = 1_000;
  private static final long RETRY_MILLIS = 500;
  private static final long NOT = -1;

  /**
   * So long after this node took over, or met another one, the table is read again: the keeper
   * before may have written on for a moment, and the other half of a mesh that was split brings its
   * tasks.
   */
  private static final long READ_AGAIN_MILLIS = 5_000;

  private final Mesh mesh;
  private final TasksConfig config;
  private final TasksMetrics metrics;
  private @Nullable Leadership leadership;
  private @Nullable TaskKeeper keeper;
  private Set<String> met = Set.of();
  private long takingOver = NOT;

  /** The keeper of {@code mesh}'s node, to be deployed once. */
  public TasksVerticle(Mesh mesh, TasksConfig config, MeterRegistry registry) {
    this.mesh = mesh;
    this.config = config;
    this.metrics = new TasksMetrics(registry);
  }

  @Override
  public Future<?> start() {
    metrics.gauge("starling.tasks.open", "Tasks that have not ended", this::open);
    metrics.gauge("starling.tasks.waiting", "Tasks that wait for an agent", this::waiting);
    return mesh.bus()
        .serve(Addresses.tasks(mesh.nodeId()), this::handle)
        .onSuccess(served -> {
          leadership = mesh.leadership(ROLE, context, this);
          vertx.setPeriodic(TICK_MILLIS, timer -> tick());
          vertx.setPeriodic(SECOND_MILLIS, timer -> second());
        });
  }

  private int open() {
    TaskKeeper mine = keeper;
    return mine == null ? 0 : mine.open();
  }

  private int waiting() {
    TaskKeeper mine = keeper;
    return mine == null ? 0 : mine.waiting();
  }

  private void tick() {
    TaskKeeper mine = keeper;
    if (mine != null) {
      mine.tick();
    } else if (takingOver == NOT && isKeptElsewhere()) {
      mesh.roleIs(ROLE, State.STANDBY);
    }
  }

  /** Not before: a mesh whose tasks nobody keeps is not ready. */
  private boolean isKeptElsewhere() {
    return mesh.view().running(ROLE).stream()
        .anyMatch(node -> node.serves(ROLE) && !node.id().equals(mesh.nodeId()));
  }

  private void second() {
    TaskKeeper mine = keeper;
    if (mine != null) {
      mine.second();
      Set<String> nodes = Set.copyOf(mesh.view().nodes().keySet());
      if (!met.containsAll(nodes)) {
        vertx.setTimer(READ_AGAIN_MILLIS, timer -> readAgain(mine));
      }
      met = nodes;
    }
  }

  private void readAgain(TaskKeeper mine) {
    if (mine.equals(keeper)) {
      table()
          .all()
          .onComplete(mine::findsAlso, failure -> LOG.warn("cannot read the tasks again", failure));
    }
  }

  /** To read only. */
  private TaskTable table() {
    return new TaskTable(mesh.tasks(), () -> false);
  }

  private boolean leadsIn(long term) {
    Leadership mine = leadership;
    return mine != null && mine.isCurrent(term);
  }

  @Override
  public void leads(long term) {
    takingOver = term;
    takeOver(term);
  }

  private void takeOver(long term) {
    table()
        .all()
        .onComplete(
            known -> {
              if (takingOver == term) {
                takingOver = NOT;
                met = Set.of();
                keeper =
                    new TaskKeeper(
                        mesh, config, metrics, System::nanoTime, () -> leadsIn(term), known);
                mesh.roleIs(ROLE, State.SERVING);
                LOG.info("keeps the tasks, {} so far, in term {}", known.size(), term);
              }
            },
            failure -> {
              LOG.warn("cannot read the tasks yet", failure);
              vertx.setTimer(
                  RETRY_MILLIS,
                  timer -> {
                    if (takingOver == term) {
                      takeOver(term);
                    }
                  });
            });
  }

  @Override
  public void leadsNoMore(long term) {
    takingOver = NOT;
    TaskKeeper mine = keeper;
    keeper = null;
    if (mine != null) {
      mine.end();
      mesh.roleIs(ROLE, State.STANDBY);
      LOG.info("keeps the tasks no longer");
    }
  }

  private TaskKeeper keeper() {
    TaskKeeper mine = keeper;
    if (mine == null) {
      throw TaskWords.keptElsewhere();
    }
    return mine;
  }

  private Future<? extends MeshMessage> handle(TaskMessage message) {
    return switch (message) {
      case Submit submit -> keeper().submit(submit).map(TaskIs::new);
      case TaskQuery(String taskId, long wait) ->
          keeper().task(taskId, Math.min(wait, TaskMessage.MOST_WAIT_MILLIS)).map(TaskIs::new);
      case Cancel(String taskId, String subject) ->
          keeper().cancel(taskId, subject).map(TaskIs::new);
      case TasksQuery query -> Future.succeededFuture(keeper().page(query));
      case Report report -> keeper().report(report);
      case TaskIs _, TasksPage _, Reported _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  /** Hands over: another node keeps the tasks from now on, where there is one. */
  public Future<Void> drain() {
    Leadership mine = leadership;
    return mine == null ? Future.succeededFuture() : mine.resign();
  }
}
