/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Benchmarks of what works on graphs: layouts and shortest paths, beside the libraries that others
 * have for them, on the same graph files. Every system runs as a process of its own, one after
 * another, and prints one line of JSON.
 */
@NullMarked
package dev.starling.bench.graphs;

import org.jspecify.annotations.NullMarked;
