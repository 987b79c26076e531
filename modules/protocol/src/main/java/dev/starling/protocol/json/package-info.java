/* SPDX-License-Identifier: Apache-2.0 */
/**
 * JSON in and out for every dialect: a checked streaming reader with byte positions and a fast path
 * for arrays of floats, and byte building. Thread rule: one reader or writer per thread. No message
 * shapes belong here.
 */
@NullMarked
package dev.starling.protocol.json;

import org.jspecify.annotations.NullMarked;
