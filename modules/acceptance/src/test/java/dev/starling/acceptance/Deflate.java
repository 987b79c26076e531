/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The payloads of compressed messages, made and read by the JDK alone. */
final class Deflate {
  /** What RFC 7692, 7.2 has senders leave out, behind each message. */
  private static final byte[] TAIL = {0, 0, -1, -1};

  private static final int MOST = 200 << 20;

  private Deflate() {}

  /** The payload of a permessage-deflate message (RFC 7692, 7.2.1). */
  static byte[] permessage(byte[] message) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(message);
    byte[] out = new byte[message.length + 1_024];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(out, length - TAIL.length);
  }

  /** The message of a payload, which stands by itself: no window of earlier ones is needed. */
  static byte[] message(byte[] payload) {
    byte[] whole = Arrays.copyOf(payload, payload.length + TAIL.length);
    System.arraycopy(TAIL, 0, whole, payload.length, TAIL.length);
    return inflated(new Inflater(true), whole);
  }

  /** What a zlib stream holds (RFC 1950); its checksum must be right. */
  static byte[] zlib(byte[] stream) {
    return inflated(new Inflater(), stream);
  }

  private static byte[] inflated(Inflater inflater, byte[] bytes) {
    try {
      inflater.setInput(bytes);
      byte[] out = new byte[1 << 16];
      int length = 0;
      int more = inflater.inflate(out, 0, out.length);
      while (more > 0) {
        length += more;
        if (length == out.length) {
          out = Arrays.copyOf(out, Math.min(MOST, 2 * out.length));
        }
        more = inflater.inflate(out, length, out.length - length);
      }
      return Arrays.copyOf(out, length);
    } catch (DataFormatException e) {
      throw new AssertionError("no deflate data", e);
    } finally {
      inflater.end();
    }
  }
}
