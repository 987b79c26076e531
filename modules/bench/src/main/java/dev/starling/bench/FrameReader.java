/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Splits a server's bytes into messages. One per connection, one thread.
 *
 * <p>The buffer that is read into is shared by all connections; what is left of an unfinished frame
 * is kept here and put in front of the next bytes.
 */
final class FrameReader {
  /** What comes out. Buffers are valid during the call only. */
  interface Sink {
    /** A whole message, text or binary, already inflated, in {@code [offset, offset + length)}. */
    void message(ByteBuffer bytes, int offset, int length);

    /** A ping to be answered with the same body. */
    void ping(byte[] body);

    /** The server closes, with this code, or 1005 where it gave none. */
    void close(int code);
  }

  private static final byte[] NOTHING = {};
  private static final int NO_STATUS = 1005;
  private static final int MAX_FRAME = 64 << 20;

  private final @Nullable MessageInflater inflater;
  private byte[] rest = NOTHING;
  private int restLength;
  private byte[] fragments = NOTHING;
  private int fragmentsLength;
  private boolean fragmentsCompressed;

  /** {@code inflater} is null where compression was not negotiated. */
  FrameReader(@Nullable MessageInflater inflater) {
    this.inflater = inflater;
  }

  /** Bytes waiting for the rest of their frame. */
  int restLength() {
    return restLength;
  }

  /**
   * Puts the waiting bytes into {@code target}, which must have room for them, and forgets them.
   */
  void restore(ByteBuffer target) {
    if (restLength > 0) {
      target.put(rest, 0, restLength);
      restLength = 0;
    }
  }

  /** Reads every whole frame between position and limit and keeps the remainder. */
  void accept(ByteBuffer bytes, Sink sink) {
    int at = bytes.position();
    int limit = bytes.limit();
    while (limit - at >= 2) {
      int second = bytes.get(at + 1);
      if (second < 0) {
        throw new WsProtocolException("a server must not mask its frames");
      }
      int header = second < 126 ? 2 : second == 126 ? 4 : 10;
      if (limit - at < header) {
        break;
      }
      int length = bodyLength(bytes, at, second);
      if (limit - at - header < length) {
        break;
      }
      frame(bytes.get(at) & 0xff, bytes, at + header, length, sink);
      at += header + length;
    }
    keep(bytes, at, limit);
  }

  private static int bodyLength(ByteBuffer bytes, int at, int second) {
    if (second < 126) {
      return second;
    }
    if (second == 126) {
      return bytes.getShort(at + 2) & 0xffff;
    }
    long length = bytes.getLong(at + 2);
    if (length < 0 || length > MAX_FRAME) {
      throw new WsProtocolException("a frame of " + length + " bytes");
    }
    return (int) length;
  }

  private void frame(int first, ByteBuffer bytes, int offset, int length, Sink sink) {
    int opcode = first & 0xf;
    if (opcode >= WsFrames.CLOSE) {
      control(opcode, bytes, offset, length, sink);
    } else if ((first & WsFrames.FIN) != 0 && opcode != 0) {
      whole(bytes, offset, length, (first & WsFrames.RSV1) != 0, sink);
    } else {
      fragment(first, bytes, offset, length, sink);
    }
  }

  private static void control(int opcode, ByteBuffer bytes, int offset, int length, Sink sink) {
    if (opcode == WsFrames.PING) {
      byte[] body = new byte[length];
      bytes.get(offset, body);
      sink.ping(body);
    } else if (opcode == WsFrames.CLOSE) {
      sink.close(length < 2 ? NO_STATUS : bytes.getShort(offset) & 0xffff);
    }
  }

  private void whole(ByteBuffer bytes, int offset, int length, boolean compressed, Sink sink) {
    if (!compressed) {
      sink.message(bytes, offset, length);
      return;
    }
    if (inflater == null) {
      throw new WsProtocolException("a compressed message that was not negotiated");
    }
    ByteBuffer plain = inflater.inflate(bytes.slice(offset, length));
    sink.message(plain, 0, plain.limit());
  }

  private void fragment(int first, ByteBuffer bytes, int offset, int length, Sink sink) {
    if ((first & 0xf) != 0) {
      fragmentsLength = 0;
      fragmentsCompressed = (first & WsFrames.RSV1) != 0;
    }
    fragments = room(fragments, fragmentsLength, fragmentsLength + length);
    bytes.get(offset, fragments, fragmentsLength, length);
    fragmentsLength += length;
    if ((first & WsFrames.FIN) != 0) {
      whole(ByteBuffer.wrap(fragments), 0, fragmentsLength, fragmentsCompressed, sink);
    }
  }

  private void keep(ByteBuffer bytes, int from, int limit) {
    restLength = limit - from;
    if (restLength > 0) {
      rest = room(rest, 0, restLength);
      bytes.get(from, rest, 0, restLength);
    }
  }

  private static byte[] room(byte[] array, int used, int needed) {
    if (array.length >= needed) {
      return array;
    }
    byte[] larger = new byte[Math.max(needed, 2 * array.length)];
    System.arraycopy(array, 0, larger, 0, Math.min(used, array.length));
    return larger;
  }
}
