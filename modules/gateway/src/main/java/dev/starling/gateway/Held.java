/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.qis.QisClientMessage.Register;
import org.jspecify.annotations.Nullable;

/**
 * A registration that this gateway holds. Immutable.
 *
 * @param threshold the least cosine at which it got outcomes when it registered: what it asked for
 *     or the mesh's
 * @param registrant whose it is
 * @param asked what was asked for; while the agent is paused its registration matches less
 * @param isPaused whether nothing reaches it, until it is told to resume
 * @param registeredMillis milliseconds since 1970
 */
record Held(
    Registration registration,
    double threshold,
    Registrant registrant,
    Register asked,
    boolean isPaused,
    long registeredMillis) {
  long key() {
    return registration.key();
  }

  String agentId() {
    return registration.agentId();
  }

  /** What the agent is about, paused or not; null where it is about nothing. */
  @Nullable Fingerprint fingerprint() {
    return asked.fingerprint();
  }

  /** The client's own words about the agent, a JSON object. */
  RawJson meta() {
    RawJson said = asked.meta();
    return said != null ? said : RawJson.EMPTY_OBJECT;
  }
}
