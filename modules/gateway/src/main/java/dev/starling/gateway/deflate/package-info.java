/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compression of messages: permessage-deflate (RFC 7692) without a window that outlives a message,
 * so that one compressed copy serves every session and an idle one keeps nothing. No I/O; nothing
 * here knows of sockets.
 */
@NullMarked
package dev.starling.gateway.deflate;

import org.jspecify.annotations.NullMarked;
