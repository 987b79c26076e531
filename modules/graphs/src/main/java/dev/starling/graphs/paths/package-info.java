/* SPDX-License-Identifier: Apache-2.0 */
/** Shortest paths. */
@NullMarked
package dev.starling.graphs.paths;

import org.jspecify.annotations.NullMarked;
