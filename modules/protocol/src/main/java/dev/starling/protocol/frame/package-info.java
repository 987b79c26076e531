/* SPDX-License-Identifier: Apache-2.0 */
/** Where the nodes of the graph are: as it crosses the bus, and as it goes to clients. */
@NullMarked
package dev.starling.protocol.frame;

import org.jspecify.annotations.NullMarked;
