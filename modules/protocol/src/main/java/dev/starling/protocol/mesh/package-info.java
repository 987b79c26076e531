/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What roles say to each other on the bus, and its compact binary form. Thread rule: messages are
 * deeply immutable and pass between threads by reference. Addresses do not belong here.
 */
@NullMarked
package dev.starling.protocol.mesh;

import org.jspecify.annotations.NullMarked;
