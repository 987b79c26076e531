/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import java.util.Set;

/**
 * Something hostile on the wire.
 *
 * @param what it is, in words
 * @param bytes as they leave; not to be changed
 * @param ends the close codes of which the server must use one; empty where the session lives on
 */
record Piece(String what, byte[] bytes, Set<Integer> ends) {
  /** One after which the session must live on. */
  static Piece harmless(String what, byte[] bytes) {
    return new Piece(what, bytes, Set.of());
  }

  boolean isLast() {
    return !ends.isEmpty();
  }
}
