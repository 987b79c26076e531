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
    try {
      byte[] bytes = body(position, in);
      MeshMessage message = MeshWire.decode(bytes, 0, bytes.length);
      traffic.received(message, bytes.length);
      return message;
    } catch (WireException e) {
      traffic.undecodable();
      throw e;
    }
  }

  private static byte[] body(int position, Buffer in) {
    int room = in.length() - position - Integer.BYTES;
    int length = room < 0 ? -1 : in.getInt(position);
    if (length < 0 || length > room) {
      throw new WireException("a message of " + length + " bytes in a frame of " + room);
    }
    int start = position + Integer.BYTES;
    return in.getBytes(start, start + length);
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
