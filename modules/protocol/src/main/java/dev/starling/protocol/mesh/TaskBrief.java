/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.task.TaskPriority;
import org.jspecify.annotations.Nullable;

/**
 * What an agent needs to know of a task that it is given; no message by itself.
 *
 * @param attempt counts how often it was given to an agent; goes with every report
 * @param input an object; null for none
 * @param deadline milliseconds since 1970
 */
public record TaskBrief(
    String taskId,
    int attempt,
    String description,
    @Nullable RawJson input,
    TaskPriority priority,
    long deadline) {}
