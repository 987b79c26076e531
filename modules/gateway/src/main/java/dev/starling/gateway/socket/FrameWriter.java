/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writes frames of a server, which have no mask (RFC 6455, 5.1 and 5.2). Stateless. */
final class FrameWriter {
  private static final int LONGEST_HEADER = 2 + Long.BYTES;

  private FrameWriter() {}

  /** A whole message or control frame, in memory that the system can send from. */
  static ByteBuf frame(ByteBufAllocator allocator, int first, byte[] payload) {
    ByteBuf frame = allocator.ioBuffer(payload.length + LONGEST_HEADER);
    frame.writeByte(first);
    if (payload.length < FrameReader.MEDIUM) {
      frame.writeByte(payload.length);
    } else if (payload.length <= FrameReader.MOST_MEDIUM) {
      frame.writeByte(FrameReader.MEDIUM).writeShort(payload.length);
    } else {
      frame.writeByte(FrameReader.LONG).writeLong(payload.length);
    }
    return frame.writeBytes(payload);
  }

  /** The payload of a close frame. */
  static byte[] close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[Short.BYTES + text.length];
    payload[0] = (byte) (code >> Byte.SIZE);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, Short.BYTES, text.length);
    return payload;
  }
}
