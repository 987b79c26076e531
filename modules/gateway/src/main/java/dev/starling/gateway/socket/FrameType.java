/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import org.jspecify.annotations.Nullable;

/** What a frame is (RFC 6455, 5.2 and 11.8). */
public enum FrameType {
  /** More of a message. */
  CONTINUATION(0x0),
  /** A text message, or its beginning. */
  TEXT(0x1),
  /** A binary message, or its beginning. */
  BINARY(0x2),
  /** The end. */
  CLOSE(0x8),
  /** Asks for a pong with the same payload. */
  PING(0x9),
  /** Answers a ping, or nothing. */
  PONG(0xA);

  private static final int CODES = 16;
  private static final @Nullable FrameType[] BY_CODE = new @Nullable FrameType[CODES];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /** The four bits on the wire. */
  int code() {
    return code;
  }

  /** Control frames are whole and short, and may stand between the parts of a message. */
  boolean isControl() {
    return code >= CLOSE.code;
  }

  /** The type of a frame's first octet; null for one that is reserved. */
  static @Nullable FrameType of(int octet) {
    return BY_CODE[octet & (CODES - 1)];
  }
}
