/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import dev.starling.protocol.CloseCode;
import dev.starling.protocol.json.Utf8;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a client (RFC 6455, 5.2) as far as they have come in whole. A frame is looked
 * at anew from its first octet when more of it has come, so nothing is kept between two reads. What
 * is not allowed is refused as soon as its header is there. Stateless.
 */
final class FrameReader {
  /** The bit that ends a message. */
  static final int FIN = 0x80;

  /** The bit that permessage-deflate takes (RFC 7692, 6). */
  static final int RSV1 = 0x40;

  /** Lengths from which on a frame has two, or eight, octets for it. */
  static final int MEDIUM = 126;

  static final int LONG = 127;
  static final int MOST_MEDIUM = 0xFFFF;

  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;
  private static final int MOST_CONTROL = 125;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private FrameReader() {}

  /**
   * Takes the next frame off {@code in}.
   *
   * @param most bytes of payload, but of control frames, which have a limit of their own
   * @param deflate whether permessage-deflate is in use
   * @param amidMessage whether the frame before it began or continued a message
   * @return null where it has not come whole; then nothing was taken
   */
  static @Nullable Frame next(ByteBuf in, int most, boolean deflate, boolean amidMessage)
      throws FrameException {
    if (in.readableBytes() < 2) {
      return null;
    }
    int start = in.readerIndex();
    int first = in.getUnsignedByte(start);
    int second = in.getUnsignedByte(start + 1);
    FrameType type = type(first, second, amidMessage);
    checkReserved(type, first & RESERVED, deflate);
    int header = header(second & ~MASKED);
    if (in.readableBytes() < header) {
      return null;
    }
    long length = length(in, start + 2, second & ~MASKED);
    if (length > most && !type.isControl()) {
      throw new FrameException(
          CloseCode.MESSAGE_TOO_BIG, "a frame of " + length + " bytes, more than " + most);
    }
    if (in.readableBytes() < header + length) {
      return null;
    }
    int mask = in.getInt(start + header - MASK_BYTES);
    byte[] payload = new byte[(int) length];
    in.skipBytes(header).readBytes(payload);
    unmask(payload, mask);
    if (type == FrameType.CLOSE) {
      checkClose(payload);
    }
    return new Frame(type, (first & FIN) != 0, (first & RSV1) != 0, payload);
  }

  private static FrameType type(int first, int second, boolean amidMessage) throws FrameException {
    FrameType type = FrameType.of(first);
    if (type == null) {
      throw violation("a reserved opcode");
    }
    if ((second & MASKED) == 0) {
      throw violation("a frame without a mask");
    }
    if (type.isControl()) {
      if ((first & FIN) == 0 || (second & ~MASKED) > MOST_CONTROL) {
        throw violation("a control frame in parts or too long");
      }
    } else if (amidMessage != (type == FrameType.CONTINUATION)) {
      throw violation("a part of no message, or a message amid another one");
    }
    return type;
  }

  private static void checkReserved(FrameType type, int reserved, boolean deflate)
      throws FrameException {
    boolean begins = type == FrameType.TEXT || type == FrameType.BINARY;
    if (reserved != 0 && !(deflate && begins && reserved == RSV1)) {
      throw violation("reserved bits that mean nothing here");
    }
  }

  /** Octets before the payload. */
  private static int header(int length) {
    int more =
        switch (length) {
          case MEDIUM -> Short.BYTES;
          case LONG -> Long.BYTES;
          default -> 0;
        };
    return 2 + more + MASK_BYTES;
  }

  private static long length(ByteBuf in, int at, int given) throws FrameException {
    long length =
        switch (given) {
          case MEDIUM -> in.getUnsignedShort(at);
          case LONG -> in.getLong(at);
          default -> given;
        };
    boolean isShortest =
        switch (given) {
          case MEDIUM -> length >= MEDIUM;
          case LONG -> length > MOST_MEDIUM;
          default -> true;
        };
    if (!isShortest) {
      throw violation("a length that is negative or not written in the shortest way");
    }
    return length;
  }

  private static void unmask(byte[] payload, int mask) {
    long wide = ((long) mask << Integer.SIZE) | (mask & 0xFFFF_FFFFL);
    int at = 0;
    for (; at <= payload.length - Long.BYTES; at += Long.BYTES) {
      LONGS.set(payload, at, (long) LONGS.get(payload, at) ^ wide);
    }
    if (at <= payload.length - Integer.BYTES) {
      INTS.set(payload, at, (int) INTS.get(payload, at) ^ mask);
      at += Integer.BYTES;
    }
    for (int shift = Integer.SIZE - Byte.SIZE; at < payload.length; at++, shift -= Byte.SIZE) {
      payload[at] ^= (byte) (mask >> shift);
    }
  }

  /** RFC 6455, 5.5.1 and 7.4: nothing, or a code and a reason. */
  private static void checkClose(byte[] payload) throws FrameException {
    if (payload.length == 0) {
      return;
    }
    if (payload.length == 1 || !isCode(code(payload))) {
      throw violation("a close frame without a valid code");
    }
    if (!Utf8.isValid(Arrays.copyOfRange(payload, 2, payload.length))) {
      throw violation("a close frame whose reason is not UTF-8");
    }
  }

  /** The code of a close frame that has one. */
  static int code(byte[] payload) {
    return ((payload[0] & 0xFF) << Byte.SIZE) | (payload[1] & 0xFF);
  }

  private static boolean isCode(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  private static FrameException violation(String what) {
    return new FrameException(CloseCode.PROTOCOL_ERROR, what);
  }
}
