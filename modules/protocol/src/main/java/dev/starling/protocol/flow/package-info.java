/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The dialect of the console's sockets, in camelCase: subscriptions and events, settings, the
 * graph, agents, voice and analytics. Readers and writers of JSON; no I/O, no threads.
 */
@NullMarked
package dev.starling.protocol.flow;

import org.jspecify.annotations.NullMarked;
