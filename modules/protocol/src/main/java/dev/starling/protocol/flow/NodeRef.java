/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

/**
 * How a client names a node of the graph. A string of digits stays a key here: only who holds the
 * graph knows whether a node has that key, and else it means the frame id.
 */
public sealed interface NodeRef {

  /** By its key. */
  record Key(String key) implements NodeRef {}

  /** By its id in position frames. */
  record FrameId(long id) implements NodeRef {}
}
