/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server's part of the opening handshake (RFC 6455, 4.2). Stateless. */
public final class Handshake {
  /** The only version there is (4.4). */
  public static final String VERSION = "13";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  private static final int KEY_LENGTH = 24;

  private Handshake() {}

  /** Whether a {@code Sec-WebSocket-Key} is 16 bytes in base64; null for one that is missing. */
  public static boolean isKey(@Nullable String key) {
    if (key == null || key.length() != KEY_LENGTH) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The answer that makes a socket of the connection, with further {@code headers}. */
  public static ByteBuf answer(
      ByteBufAllocator allocator, String key, Iterable<Map.Entry<String, String>> headers) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 101 Switching Protocols\r\n");
    headers.forEach(header -> append(head, header.getKey(), header.getValue()));
    append(head, "upgrade", "websocket");
    append(head, "connection", "upgrade");
    append(head, "sec-websocket-accept", accept(key));
    return ByteBufUtil.writeAscii(allocator, head.append("\r\n"));
  }

  private static void append(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] digest = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
