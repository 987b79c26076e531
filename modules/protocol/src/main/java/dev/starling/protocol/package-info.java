/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What every dialect shares: error codes, close codes, raw JSON and the exception that carries a
 * refusal. Thread rule: everything here is immutable or used by one thread at a time. No I/O and no
 * Vert.x belong here.
 */
@NullMarked
package dev.starling.protocol;

import org.jspecify.annotations.NullMarked;
