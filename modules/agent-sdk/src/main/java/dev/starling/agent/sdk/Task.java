/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * A task that an agent was given. An object is one attempt of one agent: the same task given again
 * is another one.
 */
public final class Task {
  private final String id;
  private final int attempt;
  private final String description;
  private final JsonObject input;
  private final Instant deadline;
  private volatile boolean cancelled;

  /**
   * For hosts.
   *
   * @param attempt counts how often it was given to an agent
   * @param input an object; empty for none
   */
  public Task(String id, int attempt, String description, JsonObject input, Instant deadline) {
    this.id = id;
    this.attempt = attempt;
    this.description = description;
    this.input = input;
    this.deadline = deadline;
  }

  /** The task's id in the mesh. */
  public String id() {
    return id;
  }

  /** How often it was given to an agent, this time among them; 1 and more. */
  public int attempt() {
    return attempt;
  }

  /** What is to be done, in words. */
  public String description() {
    return description;
  }

  /** What it is to be done with; not to be changed. */
  public JsonObject input() {
    return input;
  }

  /** By when it must have ended. */
  public Instant deadline() {
    return deadline;
  }

  /** Whether it is not wanted any more; from any thread. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** For hosts: it is not wanted any more. */
  public void cancel() {
    cancelled = true;
  }

  @Override
  public String toString() {
    return "Task[" + id + ", attempt " + attempt + "]";
  }
}
