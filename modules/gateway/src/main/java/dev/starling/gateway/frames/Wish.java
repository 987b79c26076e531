/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

/**
 * What a client sees.
 *
 * @param source slot of the node that its shortest paths begin at; {@link #HUB} where it chose
 *     none, or its protocol has no paths
 */
record Wish(int protocol, int source, int fps) {
  /** Stands for the node with the most edges, whichever that is. */
  static final int HUB = -1;
}
