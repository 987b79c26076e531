/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Tells whether bytes are UTF-8. Packets are forwarded as they came, and a receiver's browser ends
 * the connection over text that is not (RFC 6455 section 8.1). Stateless.
 */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Utf8() {}

  /** Whether all of {@code bytes} is UTF-8; plain ASCII is told eight bytes at a time. */
  public static boolean isValid(byte[] bytes) {
    int i = 0;
    while (i + 8 <= bytes.length && ((long) LONG.get(bytes, i) & NOT_ASCII) == 0) {
      i += 8;
    }
    while (i < bytes.length && bytes[i] >= 0) {
      i++;
    }
    return i == bytes.length || decodes(bytes, i);
  }

  private static boolean decodes(byte[] bytes, int from) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
