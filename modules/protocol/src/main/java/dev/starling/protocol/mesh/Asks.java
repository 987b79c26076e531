/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/** A message that is answered, and by what. */
public interface Asks<R extends MeshMessage> {

  /** The type of the answer. */
  Class<R> answer();
}
