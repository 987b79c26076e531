/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import io.vertx.core.Future;

/** Where a large answer comes from. One loop at a time. */
interface AnswerParts {
  /** A part by its number, each when the one before has been sent. */
  Future<Downloaded> part(int number);

  /** Says that no further part is wanted. */
  void abandon();
}
