/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Pure algorithms on fingerprints: similarity kernels and the exact cosine range index.
 *
 * <p>Threads: none of its own; kernels are stateless, an index has one writer and any readers.
 *
 * <p>Not here: parsing, agents, routing rules, sorting of hits, Vert.x, any I/O.
 */
@NullMarked
package dev.starling.vectors;

import org.jspecify.annotations.NullMarked;
