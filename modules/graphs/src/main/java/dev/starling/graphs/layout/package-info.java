/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A force-directed layout in three dimensions: repulsion exactly or by an octree, springs, motion.
 */
@NullMarked
package dev.starling.graphs.layout;

import org.jspecify.annotations.NullMarked;
