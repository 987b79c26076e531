/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

/** Why the mesh closes a socket (RFC 6455 section 7.4, and 4000–4002 of the reference). */
public enum CloseCode {
  /** The node drains; reconnect to any gateway. */
  GOING_AWAY(1001, "going away"),
  /** A frame that RFC 6455 does not allow. */
  PROTOCOL_ERROR(1002, "not a WebSocket frame"),
  /** A binary message where none is taken. */
  UNSUPPORTED_DATA(1003, "binary messages are not taken here"),
  /** A text message that is not UTF-8, or compressed data that is broken. */
  INVALID_PAYLOAD(1007, "not UTF-8, or broken deflate data"),
  /** The session reads its replies too slowly. */
  POLICY(1008, "replies are not being read"),
  /** A message over the size limit, or over 16 KiB before a token said whose it is. */
  MESSAGE_TOO_BIG(
      1009, "message over limits.max-message, or over 16 KiB before its sender is known"),
  /** A fault of the mesh itself. */
  INTERNAL(1011, "internal error"),
  /** This gateway is cut off from the mesh; reconnect elsewhere. */
  SERVICE_RESTART(1012, "isolated from the mesh"),
  /** Authentication failed or expired. */
  AUTHENTICATION(4000, "authentication failed"),
  /** Too many messages. */
  RATE_LIMIT(4001, "rate limit exceeded"),
  /** Too many malformed messages. */
  MALFORMED(4002, "too many malformed messages");

  /** Bytes of UTF-8 that a close frame has room for besides its code (RFC 6455, 5.5). */
  public static final int LONGEST_REASON = 123;

  private final short code;
  private final String reason;

  CloseCode(int code, String reason) {
    this.code = (short) code;
    this.reason = reason;
  }

  /** The number in the close frame. */
  public short code() {
    return code;
  }

  /** The text in the close frame. */
  public String reason() {
    return reason;
  }

  /** The same with the cause behind it; both fit a close frame. */
  public String reason(String cause) {
    return reason + ": " + cause;
  }
}
