/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Pure algorithms on graphs: the graph itself, its edges, and what works on them.
 *
 * <p>Threads: none of its own; a graph and a layout have one thread each, a {@link
 * dev.starling.graphs.Crew} lends helpers.
 *
 * <p>Not here: messages, frames, Vert.x, any I/O.
 */
@NullMarked
package dev.starling.graphs;

import org.jspecify.annotations.NullMarked;
