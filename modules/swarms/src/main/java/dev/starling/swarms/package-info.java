/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Following servers that speak the Model Context Protocol (MCP) and run swarms of agents of their
 * own: {@link dev.starling.swarms.SwarmFollower} keeps one connection, asks in the server's
 * dialect, and tells what changed. What a server does not say stays unknown, and while it is away
 * its agents are marked as out of reach; nothing is made up.
 *
 * <p>Thread rule: everything public is for one Vert.x context, which the caller gives, and is heard
 * there. The MCP SDK, child processes and sockets run on virtual threads and threads of their own.
 * Which node follows a server, and how its agents become agents of the mesh, does not belong here,
 * nor does the bus.
 */
@NullMarked
package dev.starling.swarms;

import org.jspecify.annotations.NullMarked;
