/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/** RFC 6455 frames as a client sends them: always masked. */
final class WsFrames {
  static final int TEXT = 0x1;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;
  static final int FIN = 0x80;

  /** First reserved bit: the message is compressed (RFC 7692). */
  static final int RSV1 = 0x40;

  private static final int MASKED = 0x80;
  private static final int KEY = 4;

  private WsFrames() {}

  /** A random masking key. */
  static int newKey() {
    return ThreadLocalRandom.current().nextInt();
  }

  /** Bytes before the body of a masked frame, masking key included. */
  static int headerLength(int bodyLength) {
    return (bodyLength < 126 ? 2 : bodyLength < 65536 ? 4 : 10) + KEY;
  }

  /** One whole frame, ready to send: {@code first} is the first byte (FIN, RSV1, opcode). */
  static ByteBuffer masked(int first, byte[] body, int key) {
    ByteBuffer frame = ByteBuffer.allocateDirect(headerLength(body.length) + body.length);
    frame.put((byte) first);
    if (body.length < 126) {
      frame.put((byte) (MASKED | body.length));
    } else if (body.length < 65536) {
      frame.put((byte) (MASKED | 126)).putShort((short) body.length);
    } else {
      frame.put((byte) (MASKED | 127)).putLong(body.length);
    }
    frame.putInt(key);
    for (int i = 0; i < body.length; i++) {
      frame.put((byte) (body[i] ^ keyByte(key, i)));
    }
    return frame.flip();
  }

  /** The part of the key that masks the body's byte {@code index}. */
  static int keyByte(int key, int index) {
    return (key >>> (24 - 8 * (index & 3))) & 0xff;
  }
}
