/* SPDX-License-Identifier: Apache-2.0 */

/**
 * The Model Context Protocol as a server speaks it: its messages, what a server offers, and streams
 * of events. Knows neither the mesh nor where a message came from.
 */
@NullMarked
package dev.starling.gateway.mcp;

import org.jspecify.annotations.NullMarked;
