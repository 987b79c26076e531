/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Benchmarks of the whole: load generators, the peers that Starling stands beside, and tables of
 * results.
 *
 * <p>Nothing here is part of a node; every server runs as a child process and is spoken to by its
 * public protocol. Times inside this package are nanoseconds of {@link System#nanoTime()} unless a
 * name says otherwise.
 */
@NullMarked
package dev.starling.bench;

import org.jspecify.annotations.NullMarked;
