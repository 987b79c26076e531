/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The command line, the configuration, which roles run here, start and drain: the only room that
 * sees every other. The thread that calls {@link dev.starling.node.Main} reads the configuration
 * and starts the roles; nothing here runs on an event loop. Routing, sockets and clustering do not
 * belong here.
 */
@NullMarked
package dev.starling.node;

import org.jspecify.annotations.NullMarked;
