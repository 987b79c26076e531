/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Frames as a server sends them: not masked. */
public final class ServerFrames {
  private ServerFrames() {}

  static byte[] text(String text) {
    return frame(WsFrames.FIN | WsFrames.TEXT, text.getBytes(UTF_8));
  }

  /** One message, whole. */
  public static byte[] frame(int first, byte[] body) {
    ByteBuffer frame = ByteBuffer.allocate(body.length + 10).put((byte) first);
    if (body.length < 126) {
      frame.put((byte) body.length);
    } else if (body.length < 65536) {
      frame.put((byte) 126).putShort((short) body.length);
    } else {
      frame.put((byte) 127).putLong(body.length);
    }
    frame.put(body);
    return Arrays.copyOf(frame.array(), frame.position());
  }

  /** The body of a compressed message; the deflater's window is kept from message to message. */
  static byte[] deflate(Deflater deflater, byte[] plain) {
    deflater.setInput(plain);
    byte[] out = new byte[plain.length + 64];
    int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    return Arrays.copyOf(out, length - 4);
  }
}
