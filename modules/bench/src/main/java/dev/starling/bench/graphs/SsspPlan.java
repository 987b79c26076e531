/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.List;

/**
 * What the benchmark of shortest paths does.
 *
 * @param graphs names of {@link GraphFiles}
 * @param rounds each with other sources
 * @param sources of each round
 * @param warm seconds of CPU for each compiler
 */
record SsspPlan(List<String> graphs, int rounds, int sources, double warm) {}
