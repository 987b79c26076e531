/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.TaskAssigned;
import dev.starling.protocol.flow.FlowServerMessage.TaskCancelled;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An agent whose client comes by MCP and asks: what reaches it waits here. Gateway's loop only, but
 * for what says otherwise.
 */
final class McpAgent implements ClientAgent {
  /** So long a task waits to be claimed before others may have it. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final AwakeClock awake;
  private final McpInbox inbox;
  private final McpWaiters waiters;
  private final AgentActivity activity = new AgentActivity();

  /** Tasks that it was given and its client has not asked for; as many as it takes at most. */
  private final SequencedMap<String, Offer> offered = new LinkedHashMap<>();

  /** Tasks that its client has, and has not ended. */
  private final Map<String, TaskAssigned> claimed = new LinkedHashMap<>();

  private volatile long heardAt;
  private volatile boolean ended;
  private volatile @Nullable Held held;
  private @Nullable RefusalException lost;
  private long told;
  private boolean isClosed;

  /** A task that waits to be claimed since a time, by the gateway's time awake. */
  private record Offer(TaskAssigned task, long sinceNanos) {}

  McpAgent(Vertx vertx, AwakeClock awake, McpInbox inbox) {
    this.awake = awake;
    this.inbox = inbox;
    this.waiters = new McpWaiters(vertx);
    this.heardAt = awake.nanos();
  }

  /** Its client asks for something. */
  void heard() {
    heardAt = awake.nanos();
  }

  /** Its client gave it up, or is gone for good. */
  void end() {
    ended = true;
    waiters.wake();
  }

  McpInbox inbox() {
    return inbox;
  }

  /** The position up to which its client was told of outcomes. */
  long told() {
    return told;
  }

  /** Its client was told of outcomes up to a position. */
  void told(long position) {
    told = position;
  }

  /** Who waits for something to reach it. */
  McpWaiters waiters() {
    return waiters;
  }

  /**
   * What it is registered as.
   *
   * @throws RefusalException NOT_REGISTERED, or why it is registered no more
   */
  Held registration() {
    Held mine = held;
    if (mine != null) {
      return mine;
    }
    RefusalException why = lost;
    throw why != null ? why : unregistered();
  }

  /** What a client is told that has no agent. */
  static RefusalException unregistered() {
    return new RefusalException(
        ErrorCode.NOT_REGISTERED, "this session is no agent yet; call mesh_register first");
  }

  /** Whether a task waits to be claimed. */
  boolean isOffered() {
    return !offered.isEmpty();
  }

  /** The task that waits longest, which the client then has; null for none. */
  @Nullable TaskAssigned claim() {
    Map.Entry<String, Offer> first = offered.firstEntry();
    return first == null ? null : claim(first.getValue().task());
  }

  /** Its client has a task from now on that waits to be claimed in this attempt, if one does. */
  void claim(String taskId, int attempt) {
    Offer offer = offered.get(taskId);
    if (offer != null && offer.task().attempt() == attempt) {
      TaskAssigned _ = claim(offer.task());
    }
  }

  private TaskAssigned claim(TaskAssigned task) {
    offered.remove(task.taskId());
    claimed.put(task.taskId(), task);
    activity.claimed(task.taskId(), System.currentTimeMillis());
    return task;
  }

  /** Its client looks for tasks, or said anew what it is: it may be given some. */
  void attend() {
    isClosed = false;
  }

  /** Whether its client let a task lie, and has not looked for any since. */
  @Override
  public boolean isClosed() {
    return isClosed;
  }

  /** The tasks that waited too long, which it has no more; one that has any is closed. */
  List<TaskAssigned> unclaimed() {
    long latest = awake.nanos() - PATIENCE.toNanos();
    List<TaskAssigned> late =
        offered.values().stream()
            .filter(offer -> offer.sinceNanos() < latest)
            .map(Offer::task)
            .toList();
    late.forEach(task -> offered.remove(task.taskId()));
    isClosed |= !late.isEmpty();
    return late;
  }

  /** The tasks that its client has, and has not ended. */
  Collection<TaskAssigned> claimed() {
    return claimed.values();
  }

  /** A task is over for this agent in an attempt; a later one may be here already. */
  void ended(String taskId, int attempt) {
    Offer offer = offered.get(taskId);
    if (offer != null && offer.task().attempt() == attempt) {
      offered.remove(taskId);
    }
    TaskAssigned task = claimed.get(taskId);
    if (task != null && task.attempt() == attempt) {
      claimed.remove(taskId);
    }
  }

  @Override
  public AgentActivity activity() {
    return activity;
  }

  @Override
  public long heardAt() {
    return heardAt;
  }

  @Override
  public boolean isEnding() {
    return ended;
  }

  @Override
  public @Nullable Held held() {
    return held;
  }

  @Override
  public void registeredAs(@Nullable Held now) {
    held = now;
    lost = now == null ? lost : null;
  }

  @Override
  public void unregistered(Held former, RefusalException why) {
    Held mine = held;
    if (mine != null && mine.key() == former.key()) {
      held = null;
      lost = why;
      waiters.wake();
    }
  }

  @Override
  public void deliver(Arrival arrival, double similarity) {
    activity.received(System.nanoTime());
    inbox.add(arrival.packet(), similarity);
    waiters.wake();
  }

  @Override
  public void push(FlowServerMessage message) {
    if (message instanceof TaskAssigned task) {
      offered.put(task.taskId(), new Offer(task, awake.nanos()));
      waiters.wake();
    } else if (message instanceof TaskCancelled task) {
      ended(task.taskId(), task.attempt());
    }
  }
}
