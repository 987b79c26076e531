/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.task;

import dev.starling.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * A task as it stands. Immutable; times are milliseconds since 1970, 0 for not yet.
 *
 * @param taskId made by the mesh, or by who asked for it
 * @param subject who asked for it; empty for a session without a token
 * @param agentId who has it, or had it last; null for nobody yet
 * @param attempt how often it was given to an agent so far
 * @param progress 0–100, as its agent says; null where that was not said
 * @param message what its agent says of it; null for nothing
 * @param result an object; null until it is completed
 * @param reason why it ended without a result, or waits; null where there is nothing to say
 * @param deadline when it has failed if it has not ended
 */
public record Task(
    String taskId,
    TaskRequest request,
    String subject,
    TaskStatus status,
    @Nullable String agentId,
    int attempt,
    @Nullable Double progress,
    @Nullable String message,
    @Nullable RawJson result,
    @Nullable String reason,
    long created,
    long started,
    long ended,
    long deadline) {

  /** A task that was just asked for. */
  public static Task of(
      String taskId, TaskRequest request, String subject, long now, long deadline) {
    return new Task(
        taskId,
        request,
        subject,
        TaskStatus.QUEUED,
        null,
        0,
        null,
        null,
        null,
        null,
        now,
        0,
        0,
        deadline);
  }

  /** It was given to an agent. */
  public Task assigned(String agent, long now) {
    return new Task(
        taskId,
        request,
        subject,
        TaskStatus.ASSIGNED,
        agent,
        attempt + 1,
        null,
        null,
        null,
        null,
        created,
        now,
        0,
        deadline);
  }

  /** Its agent says how far it is. */
  public Task progressed(@Nullable Double percent, @Nullable String words) {
    return new Task(
        taskId,
        request,
        subject,
        TaskStatus.PROGRESSING,
        agentId,
        attempt,
        percent != null ? percent : progress,
        words != null ? words : message,
        null,
        null,
        created,
        started,
        0,
        deadline);
  }

  /** Nobody has it any more; it waits for another agent. */
  public Task queued(String why) {
    return new Task(
        taskId,
        request,
        subject,
        TaskStatus.QUEUED,
        agentId,
        attempt,
        null,
        null,
        null,
        why,
        created,
        0,
        0,
        deadline);
  }

  /** The same, with why it waits. */
  public Task waiting(String why) {
    return new Task(
        taskId, request, subject, status, agentId, attempt, progress, message, result, why, created,
        started, ended, deadline);
  }

  /** The agent did not take it, and is not counted. */
  public Task untaken(String why) {
    return new Task(
        taskId,
        request,
        subject,
        TaskStatus.QUEUED,
        null,
        attempt - 1,
        null,
        null,
        null,
        why,
        created,
        0,
        0,
        deadline);
  }

  /** It has a result. */
  public Task completed(RawJson found, long now) {
    return new Task(
        taskId,
        request,
        subject,
        TaskStatus.COMPLETED,
        agentId,
        attempt,
        100.0,
        message,
        found,
        null,
        created,
        started,
        now,
        deadline);
  }

  /** It ended without a result. */
  public Task ended(TaskStatus how, String why, long now) {
    return new Task(
        taskId, request, subject, how, agentId, attempt, progress, message, null, why, created,
        started, now, deadline);
  }

  /** The same without what lists of tasks do not show: what it is about, and its input. */
  public Task asListed() {
    return new Task(
        taskId,
        request.asListed(),
        subject,
        status,
        agentId,
        attempt,
        progress,
        message,
        result,
        reason,
        created,
        started,
        ended,
        deadline);
  }

  /**
   * When it will be done at its pace so far, milliseconds since 1970; null where its pace is not
   * known.
   */
  public @Nullable Long estimatedCompletion(long now) {
    if (status != TaskStatus.PROGRESSING || progress == null || progress <= 0 || started == 0) {
      return null;
    }
    return started + Math.round((now - started) * 100 / progress);
  }
}
