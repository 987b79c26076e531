/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import dev.starling.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Bytes of frames as RFC 6455 has them, and as it does not. */
final class FrameBytes {
  private FrameBytes() {}

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A frame that says it holds {@code length} bytes, in 64 bits, and holds none. */
  static byte[] claiming(int first, long length) {
    byte[] head = {(byte) first, (byte) 0xFF};
    return joined(head, ByteBuffer.allocate(8).putLong(length).array(), new byte[4]);
  }

  /** A small frame whose length is written in 16 bits, which must not be. */
  static byte[] longWinded(byte[] payload) {
    byte[] head = {(byte) 0x81, (byte) 0xFE, 0, (byte) payload.length, 0, 0, 0, 0};
    return joined(head, payload);
  }

  /** A frame without a mask. */
  static byte[] bare(int type, byte[] payload) {
    byte[] head = {(byte) (0x80 | type), (byte) payload.length};
    return joined(head, payload);
  }

  static byte[] close(int code, byte[] reason) {
    byte[] head = {(byte) (code >>> 8), (byte) code};
    return RawWebSocket.frame(RawWebSocket.CLOSE, true, joined(head, reason));
  }

  /** A message in frames that end at {@code cuts}, {@code between} after each but the last. */
  static byte[] fragments(int first, byte[] payload, int[] cuts, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    int type = first;
    for (int cut : cuts) {
      out.writeBytes(RawWebSocket.frame(type, false, Arrays.copyOfRange(payload, from, cut)));
      out.writeBytes(between);
      type = RawWebSocket.CONTINUATION;
      from = cut;
    }
    out.writeBytes(
        RawWebSocket.frame(type, true, Arrays.copyOfRange(payload, from, payload.length)));
    return out.toByteArray();
  }

  /** A payload of permessage-deflate (RFC 7692, 7.2.1). */
  static byte[] deflated(byte[] plain) {
    Deflater deflater = new Deflater(6, true);
    try {
      deflater.setInput(plain);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8 * 1024];
      int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      while (length > 0) {
        out.write(buffer, 0, length);
        length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      }
      byte[] whole = out.toByteArray();
      return Arrays.copyOf(whole, whole.length - 4);
    } finally {
      deflater.end();
    }
  }

  static boolean isUtf8(byte[] bytes) {
    try {
      CharBuffer _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
