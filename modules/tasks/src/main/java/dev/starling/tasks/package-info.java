/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Tasks of the mesh: one node keeps them all, gives each to an agent that may have it, and gives it
 * to another where that one is lost. What a task is outlives that node: it is in a table that the
 * whole mesh shares, and changes there by compare-and-set, so that it ends once. Everything runs on
 * the event loop of {@link dev.starling.tasks.TasksVerticle}.
 */
@NullMarked
package dev.starling.tasks;

import org.jspecify.annotations.NullMarked;
