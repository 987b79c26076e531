/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage.TaskProgress;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.task.Task;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells everybody who watches how tasks are: each change, but of one task ten a second at most, and
 * then the latest. How a task ended is always told, and by its id, since another keeper may tell it
 * again: each gateway passes it on once.
 */
final class TaskNews {
  private static final long GAP_NANOS = 100_000_000L;

  /** Of ends so long ago the keeper before may not have told any more. */
  private static final long RETELL_MILLIS = 30_000;

  /** So many of them at most. */
  private static final int MOST_RETOLD = 10_000;

  private final Mesh mesh;
  private final LongSupplier nanoClock;

  /** When each task that has not ended was told of last. */
  private final Map<String, Long> told = new HashMap<>();

  /** What is to be told once the gap is over. */
  private final Map<String, Task> waiting = new HashMap<>();

  TaskNews(Mesh mesh, LongSupplier nanoClock) {
    this.mesh = mesh;
    this.nanoClock = nanoClock;
  }

  /** Tells again how tasks ended lately: who kept them may have been lost before it told. */
  void again(List<TaskTable.Stored> known, long nowMillis) {
    known.stream()
        .map(TaskTable.Stored::task)
        .filter(task -> task.status().isEnd() && task.ended() > nowMillis - RETELL_MILLIS)
        .sorted(Comparator.comparingLong((Task task) -> task.ended()).reversed())
        .limit(MOST_RETOLD)
        .forEach(task -> tell(task, 0));
  }

  /** A task is so now. */
  void is(Task task) {
    long now = nanoClock.getAsLong();
    Long last = told.get(task.taskId());
    if (last != null && now - last < GAP_NANOS && !task.status().isEnd()) {
      waiting.put(task.taskId(), task);
    } else {
      waiting.remove(task.taskId());
      tell(task, now);
    }
  }

  /** Tells what waited; called ten times a second. */
  void tick() {
    long now = nanoClock.getAsLong();
    Iterator<Task> next = waiting.values().iterator();
    while (next.hasNext()) {
      Task task = next.next();
      Long last = told.get(task.taskId());
      if (last == null || now - last >= GAP_NANOS) {
        next.remove();
        tell(task, now);
      }
    }
  }

  private void tell(Task task, long now) {
    if (task.status().isEnd()) {
      told.remove(task.taskId());
    } else {
      told.put(task.taskId(), now);
    }
    Long estimate = task.estimatedCompletion(System.currentTimeMillis());
    TaskProgress message =
        new TaskProgress(
            task.taskId(),
            task.progress(),
            task.status().word(),
            task.reason() != null ? task.reason() : task.message(),
            task.agentId(),
            estimate == null ? null : Instant.ofEpochMilli(estimate));
    RawJson json = FlowWriter.json(message);
    GatewayMessage event =
        task.status().isEnd()
            ? new PublishOnce(Event.TASK_PROGRESS, task.taskId(), json)
            : new Publish(Event.TASK_PROGRESS, "", json);
    for (NodeInfo node : mesh.view().running("gateway")) {
      mesh.bus().send(Addresses.gateway(node.id()), event);
    }
  }

  /** Nothing more is told of what waited. */
  void clear() {
    told.clear();
    waiting.clear();
  }
}
