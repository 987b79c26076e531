/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Tasks as every room knows them: what is asked for, how far it is, and what came of it. No I/O; a
 * record that is a message of the bus or of a socket belongs into its dialect.
 */
@NullMarked
package dev.starling.protocol.task;

import org.jspecify.annotations.NullMarked;
