/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Who a client is and what it may do: tokens, the keys that they are verified by, permissions.
 * Thread rule: everything here may be used from any thread; files are read on workers. Sockets,
 * HTTP and what is done with a permission do not belong here.
 */
@NullMarked
package dev.starling.gateway.auth;

import org.jspecify.annotations.NullMarked;
