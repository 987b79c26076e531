/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.List;

/**
 * What the physics benchmark does.
 *
 * @param graphs names of {@link GraphFiles}
 * @param rounds each with another seed
 * @param warm seconds of CPU for each compiler
 * @param equal seconds after which layouts are compared
 * @param limit seconds that a peer has for its 100 ticks
 */
record PhysicsPlan(List<String> graphs, int rounds, double warm, double equal, double limit) {
  /** After which layouts are compared too. */
  static final int TICKS = 100;
}
