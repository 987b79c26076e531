/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.mesh.AgentLabel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An agent as the keeper of tasks knows it, with the tasks that it was given. */
final class AgentEntry {
  private static final int MOST_DOUBLINGS = 4;

  private final String agentId;
  private final Set<String> tasks = new LinkedHashSet<>();
  private AgentLabel label;
  private String node;

  /** Until then it is given nothing, since it had no room or did not answer. */
  private long refusedUntilNanos;

  private boolean hasRefused;
  private int refusals;

  AgentEntry(String agentId, AgentLabel label, String node) {
    this.agentId = agentId;
    this.label = label;
    this.node = node;
  }

  String agentId() {
    return agentId;
  }

  /** The node that holds it. */
  String node() {
    return node;
  }

  AgentLabel label() {
    return label;
  }

  void is(AgentLabel newLabel, String newNode) {
    label = newLabel;
    node = newNode;
    isWilling();
  }

  /** The tasks that count for it; changed by {@link TaskEntry} alone. */
  Set<String> tasks() {
    return tasks;
  }

  /** Whether it would take one more. */
  boolean hasRoom(long nowNanos) {
    return !label.isHeldBack() && !isRefusing(nowNanos) && tasks.size() < label.tasks();
  }

  /**
   * It had no room, or did not answer: it is left alone for a while, and for twice as long each
   * time that this comes again. Several tasks at once, which it was given before it refused the
   * first, are one refusal.
   */
  void refused(long nowNanos, long firstNanos) {
    if (!isRefusing(nowNanos)) {
      hasRefused = true;
      refusedUntilNanos = nowNanos + (firstNanos << Math.min(refusals, MOST_DOUBLINGS));
      refusals++;
    }
  }

  private boolean isRefusing(long nowNanos) {
    return hasRefused && refusedUntilNanos - nowNanos > 0;
  }

  /** It took a task, or ended one. */
  void isWilling() {
    hasRefused = false;
    refusals = 0;
  }

  /** The lanes in which tasks wait that it may have. */
  List<Lane> lanes() {
    List<Lane> lanes = new ArrayList<>();
    lanes.add(new Lane.OfAgent(agentId));
    lanes.add(new Lane.OfSkill(label.kind(), ""));
    for (String capability : label.capabilities()) {
      lanes.add(new Lane.OfSkill("", capability));
      lanes.add(new Lane.OfSkill(label.kind(), capability));
    }
    return lanes;
  }
}
