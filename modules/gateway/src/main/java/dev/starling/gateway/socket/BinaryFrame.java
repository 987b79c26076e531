/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * A binary message as one frame of a server in one buffer, made where it stays: its payload first,
 * and then the header before it, which is shorter for a short one. Stateless.
 */
public final class BinaryFrame {
  private BinaryFrame() {}

  /** A buffer, outside the heap, with room for a frame of that payload. */
  public static ByteBuf begin(ByteBufAllocator allocator, int length) {
    return allocator.directBuffer(FrameWriter.LONGEST_HEADER + length);
  }

  /** The place of the payload. */
  public static ByteBuffer payload(ByteBuf frame, int length) {
    return frame.nioBuffer(FrameWriter.LONGEST_HEADER, length);
  }

  /** The frame, now that its payload is there. */
  public static ByteBuf end(ByteBuf frame, int length) {
    int header = FrameWriter.header(length);
    int start = FrameWriter.LONGEST_HEADER - header;
    frame.setIndex(start, start);
    FrameWriter.header(frame, FrameReader.FIN | FrameType.BINARY.code(), length);
    return frame.writerIndex(FrameWriter.LONGEST_HEADER + length);
  }
}
