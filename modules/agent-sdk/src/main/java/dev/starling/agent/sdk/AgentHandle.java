/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * An agent as its host holds it; of no use to agents themselves. Every call but {@link #profile}
 * belongs on the agent's context, one at a time.
 */
public final class AgentHandle {
  private final Agent agent;

  /** Takes an agent that no host has yet. */
  public AgentHandle(Agent agent) {
    this.agent = agent;
  }

  /** Whether the agent wants a thread that may wait. */
  public boolean isOnVirtualThread() {
    return agent.getClass().isAnnotationPresent(OnVirtualThread.class);
  }

  /** What the agent says it is. */
  public AgentProfile profile() {
    return agent.profile();
  }

  /** Gives it the mesh, and lets it begin. */
  public void start(AgentContext context) throws Exception {
    agent.attach(context);
    agent.onStart();
  }

  /** Passes an outcome on. */
  public void outcome(Outcome outcome) throws Exception {
    agent.onOutcome(outcome);
  }

  /** Passes a task on. */
  public Future<JsonObject> task(Task task) throws Exception {
    return Objects.requireNonNull(agent.onTask(task), "onTask returned null in place of a Future");
  }

  /** A task is not wanted any more. */
  public void cancelled(Task task) {
    agent.onCancel(task);
  }

  /** Ends it. */
  public void stop() {
    agent.onStop();
  }
}
