/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.Registration;

/**
 * A registration that this gateway holds. Immutable.
 *
 * @param threshold the least cosine at which it got outcomes when it registered: what it asked for
 *     or the mesh's
 * @param session whose it is
 * @param meta the client's own words about the agent, a JSON object
 * @param registeredMillis milliseconds since 1970
 */
record Held(
    Registration registration,
    double threshold,
    Session session,
    RawJson meta,
    long registeredMillis) {
  long key() {
    return registration.key();
  }

  String agentId() {
    return registration.agentId();
  }
}
