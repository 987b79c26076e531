/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.MeshMessage;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** What handles the messages of one address. */
@FunctionalInterface
public interface Service<Q extends MeshMessage> {

  /**
   * Handles one message, on the context that registered the service.
   *
   * @return the answer, or null for a message that is not answered; a failure that is a {@code
   *     RefusalException} reaches the caller with its code and text
   */
  @Nullable Future<? extends MeshMessage> handle(Q message);
}
