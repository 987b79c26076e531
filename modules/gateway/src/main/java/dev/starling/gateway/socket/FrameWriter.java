/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writes frames of a server, which have no mask (RFC 6455, 5.1 and 5.2). Stateless. */
final class FrameWriter {
  static final int LONGEST_HEADER = 2 + Long.BYTES;

  private FrameWriter() {}

  /** A whole message or control frame, in memory that the system can send from. */
  static ByteBuf frame(ByteBufAllocator allocator, int first, byte[] payload) {
    ByteBuf frame = allocator.ioBuffer(payload.length + LONGEST_HEADER);
    header(frame, first, payload.length);
    return frame.writeBytes(payload);
  }

  /** Writes the header of a frame. */
  static void header(ByteBuf frame, int first, int length) {
    frame.writeByte(first);
    if (length < FrameReader.MEDIUM) {
      frame.writeByte(length);
    } else if (length <= FrameReader.MOST_MEDIUM) {
      frame.writeByte(FrameReader.MEDIUM).writeShort(length);
    } else {
      frame.writeByte(FrameReader.LONG).writeLong(length);
    }
  }

  /** Bytes of the header of a frame. */
  static int header(int length) {
    if (length < FrameReader.MEDIUM) {
      return 2;
    }
    return length <= FrameReader.MOST_MEDIUM ? 2 + Short.BYTES : LONGEST_HEADER;
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
