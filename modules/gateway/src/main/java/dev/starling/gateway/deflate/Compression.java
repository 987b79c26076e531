/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import org.jspecify.annotations.Nullable;

/** How the messages to one session are compressed; a client chooses by {@code ?compression=}. */
public enum Compression {
  /** Not at all. */
  NONE,
  /** By permessage-deflate, where the client's library offers it (RFC 7692). */
  DEFLATE,
  /** As binary messages that hold a zlib stream each (RFC 1950), for scripts that inflate. */
  ZLIB;

  /** Bytes of UTF-8 up to which a message leaves as it is: deflating it would gain nothing. */
  public static final int THRESHOLD = 1_024;

  /**
   * Reads the query's value.
   *
   * @param value null where the query has none: then browsers get deflate, and agents nothing,
   *     since an outcome costs more to deflate than to send
   * @param isAgentEndpoint whether the endpoint is one of those for agents
   * @throws RefusalException for a value that is not known
   */
  public static Compression of(@Nullable String value, boolean isAgentEndpoint) {
    return switch (value) {
      case null -> isAgentEndpoint ? NONE : DEFLATE;
      case "none" -> NONE;
      case "deflate" -> DEFLATE;
      case "zlib" -> ZLIB;
      default ->
          throw RefusalException.ofField(
              ErrorCode.INVALID_MESSAGE, "compression", "none, deflate or zlib", shown(value));
    };
  }

  private static String shown(String value) {
    if (value.isEmpty()) {
      return "an empty string";
    }
    return value.length() <= 40 ? value : "a text of " + value.length() + " characters";
  }
}
