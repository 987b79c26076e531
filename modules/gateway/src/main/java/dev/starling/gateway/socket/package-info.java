/* SPDX-License-Identifier: Apache-2.0 */
/**
 * WebSockets (RFC 6455) on Netty's channels, from the answer to the handshake to the end of the
 * connection, with one handler for each and nothing that an idle one does not need. Knows nothing
 * of Vert.x and of what is said.
 */
@NullMarked
package dev.starling.gateway.socket;

import org.jspecify.annotations.NullMarked;
