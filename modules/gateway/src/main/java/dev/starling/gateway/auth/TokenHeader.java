/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form of a token before anything is computed: three parts in the compact serialization (RFC
 * 7515, 7.1), of a bounded length, and a header that asks for nothing unknown. What is signed in an
 * unknown way is refused here, so that the verifier only ever sees the algorithms of this node's
 * keys.
 */
final class TokenHeader {
  /** Characters of a token at most. */
  static final int MOST_LENGTH = 8 << 10;

  private static final int MOST_ID = 256;
  private static final Pattern COMPACT =
      Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]*)");

  private TokenHeader() {}

  /** Refuses a token whose form is wrong or whose algorithm is none of {@code known}. */
  static void require(String token, Set<Algorithm> known) {
    if (token.length() > MOST_LENGTH) {
      throw new AuthenticationException(
          TokenFault.MALFORMED, "the token is longer than " + MOST_LENGTH + " characters");
    }
    Matcher parts = COMPACT.matcher(token);
    if (!parts.matches()) {
      throw new AuthenticationException(TokenFault.MALFORMED);
    }
    JsonObject header = header(parts.group(1));
    Algorithm algorithm = algorithm(header, known);
    requireUnderstood(header);
    if (!algorithm.fits(decode(parts.group(3)).length)) {
      throw new AuthenticationException(TokenFault.SIGNATURE);
    }
  }

  private static JsonObject header(String part) {
    try {
      return new JsonObject(Buffer.buffer(decode(part)));
    } catch (DecodeException _) {
      throw new AuthenticationException(TokenFault.MALFORMED);
    }
  }

  private static byte[] decode(String part) {
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException _) {
      throw new AuthenticationException(TokenFault.MALFORMED);
    }
  }

  private static Algorithm algorithm(JsonObject header, Set<Algorithm> known) {
    if (!(header.getValue("alg") instanceof String word)) {
      throw new AuthenticationException(TokenFault.MALFORMED);
    }
    return Algorithm.of(word)
        .filter(known::contains)
        .orElseThrow(() -> new AuthenticationException(TokenFault.ALGORITHM));
  }

  /** Extensions that must be understood are refused (RFC 7515, 4.1.11): there is none here. */
  private static void requireUnderstood(JsonObject header) {
    Object id = header.getValue("kid");
    boolean isNamed = id == null || (id instanceof String text && text.length() <= MOST_ID);
    if (header.containsKey("crit") || header.containsKey("b64") || !isNamed) {
      throw new AuthenticationException(
          TokenFault.MALFORMED, "the token's header asks for what is not understood here");
    }
  }
}
