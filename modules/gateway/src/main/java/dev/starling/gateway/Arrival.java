/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.qis.OutcomeEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that has come for agents of this gateway. What its sessions share of it is made once,
 * and not where only hosted agents get it. Gateway's loop only.
 */
final class Arrival {
  private final RawJson packet;
  private final long acceptedMicros;
  private @Nullable PreparedText beginning;

  Arrival(RawJson packet, long acceptedMicros) {
    this.packet = packet;
    this.acceptedMicros = acceptedMicros;
  }

  /** The packet's JSON as it goes on the wire. */
  RawJson packet() {
    return packet;
  }

  /** When a gateway took it in, microseconds since 1970. */
  long acceptedMicros() {
    return acceptedMicros;
  }

  /** What the messages of all its receivers begin with. */
  PreparedText beginning() {
    PreparedText made = beginning;
    if (made == null) {
      made = new PreparedText(OutcomeEnvelope.beginning(packet.bytes()));
      beginning = made;
    }
    return made;
  }
}
