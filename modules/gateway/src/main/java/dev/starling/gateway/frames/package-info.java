/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Position frames on their way from the simulator's blocks to sockets: each encoded once for all
 * who see it alike, on a thread of its own, and written only where the one before it has left.
 * Knows nothing of the bus and of sessions.
 */
@NullMarked
package dev.starling.gateway.frames;

import org.jspecify.annotations.NullMarked;
