/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.MeshWire;
import dev.starling.protocol.mesh.WireException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * One codec for every {@link MeshMessage}: {@code int length | bytes of MeshWire}. Local delivery
 * hands over the same instance, which is safe because messages are immutable.
 */
final class MeshCodec implements MessageCodec<MeshMessage, MeshMessage> {
  static final String NAME = "mesh";

  private final BusTraffic traffic;

  MeshCodec(BusTraffic traffic) {
    this.traffic = traffic;
  }

  @Override
  public void encodeToWire(Buffer out, MeshMessage message) {
    byte[] bytes = MeshWire.encode(message);
    out.appendInt(bytes.length).appendBytes(bytes);
    traffic.sent(message, bytes.length);
  }

  @Override
  public MeshMessage decodeFromWire(int position, Buffer in) {
    int length = in.getInt(position);
    byte[] bytes = in.getBytes(position + 4, position + 4 + length);
    try {
      MeshMessage message = MeshWire.decode(bytes, 0, length);
      traffic.received(message, length);
      return message;
    } catch (WireException e) {
      traffic.undecodable();
      throw e;
    }
  }

  @Override
  public MeshMessage transform(MeshMessage message) {
    traffic.passedLocally(message);
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
