/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The benchmark of embedders: which texts of a labelled set each puts near each other, the
 * threshold that follows from that, and what a text costs. Thread rule: one thread; each embedder
 * runs in a process of its own.
 */
@NullMarked
package dev.starling.bench.embedding;

import org.jspecify.annotations.NullMarked;
