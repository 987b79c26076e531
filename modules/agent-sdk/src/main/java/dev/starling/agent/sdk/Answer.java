/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What an agent answered to a question.
 *
 * @param result null where it gave none
 * @param reason why it gave none; null where it did
 */
public record Answer(Peer from, @Nullable JsonObject result, @Nullable String reason) {
  /** Whether there is a result. */
  public boolean isGiven() {
    return result != null;
  }
}
