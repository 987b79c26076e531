/* SPDX-License-Identifier: Apache-2.0 */

/**
 * The benchmark of the agents that come with the mesh: whether many of them, which all hear each
 * other, neither storm nor fall silent under load.
 */
@NullMarked
package dev.starling.bench.synthesis;

import org.jspecify.annotations.NullMarked;
