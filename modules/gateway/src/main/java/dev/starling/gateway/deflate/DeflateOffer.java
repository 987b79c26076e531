/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client offers in {@code Sec-WebSocket-Extensions} and answers the first offer of
 * permessage-deflate that can be kept (RFC 7692, 7.1). Others are declined by silence, as the RFC
 * has it: those with an unknown, repeated or malformed parameter, and those that want a smaller
 * window from this side, since Java's deflater has the largest only.
 */
public final class DeflateOffer {
  /**
   * What every accepted offer is answered with; a server may ask for both unoffered (7.1.1.1,
   * 7.1.1.2). Neither side then keeps a window from one message to the next.
   */
  public static final String ANSWER =
      "permessage-deflate;server_no_context_takeover;client_no_context_takeover";

  /** Longer headers are not read: no client has that much to offer. */
  private static final int LONGEST = 4_096;

  private static final String NAME = "permessage-deflate";
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** RFC 6455, 9.1: a token, or a token's characters in quotes. */
  private static final Pattern PARAMETER =
      Pattern.compile("(" + TOKEN + ")(?:\\s*=\\s*(?:(" + TOKEN + ")|\"(" + TOKEN + ")\"))?");

  private static final Pattern WINDOW_BITS = Pattern.compile("[89]|1[0-5]");

  private DeflateOffer() {}

  /**
   * The answer to an offer.
   *
   * @param header the value of {@code Sec-WebSocket-Extensions}, several joined by commas; null for
   *     none
   * @return {@link #ANSWER}, or null where nothing is accepted
   */
  public static @Nullable String answer(@Nullable String header) {
    if (header == null || header.length() > LONGEST) {
      return null;
    }
    for (String offer : header.split(",", -1)) {
      if (canBeKept(offer)) {
        return ANSWER;
      }
    }
    return null;
  }

  private static boolean canBeKept(String offer) {
    String[] parts = offer.split(";", -1);
    if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(NAME)) {
      return false;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      Matcher parameter = PARAMETER.matcher(parts[i].strip());
      if (!parameter.matches()) {
        return false;
      }
      String name = parameter.group(1);
      String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
      if (!seen.add(name) || !canBeKept(name, value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean canBeKept(String name, @Nullable String value) {
    return switch (name) {
      case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
      case "client_max_window_bits" -> value == null || WINDOW_BITS.matcher(value).matches();
      case "server_max_window_bits" -> "15".equals(value);
      default -> false;
    };
  }
}
