/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the claims of a verified token mean (RFC 7519, 4.1). Every claim that is looked at must have
 * its type: a claim of another type is refused and never taken for absent. Stateless but for its
 * configuration.
 */
final class TokenClaims {
  /** Seconds since 1970 at most: the year 9999. Milliseconds, a common mistake, lie beyond. */
  private static final long MOST_SECONDS = 253_402_300_799L;

  private static final int MOST_TEXT = 256;

  private final AuthConfig config;
  private final InstantSource clock;

  TokenClaims(AuthConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  /** Who the token is for. */
  Principal principal(JsonObject claims) {
    Double expires = time(claims, "exp");
    Double begins = time(claims, "nbf");
    Double issued = time(claims, "iat");
    requireTime(expires, begins, issued);
    requireIssuer(claims);
    requireAudience(claims);
    return new Principal(
        text(claims, "sub"),
        permissions(claims),
        expires == null ? null : (long) (expires * 1000),
        text(claims, "pubkey"));
  }

  private void requireTime(
      @Nullable Double expires, @Nullable Double begins, @Nullable Double issued) {
    double now = clock.millis() / 1000.0;
    double leeway = config.leeway().toMillis() / 1000.0;
    if (expires != null && now >= expires + leeway) {
      throw new AuthenticationException(TokenFault.EXPIRED);
    }
    boolean isEarly =
        (begins != null && now < begins - leeway) || (issued != null && now < issued - leeway);
    if (isEarly) {
      throw new AuthenticationException(TokenFault.NOT_YET_VALID);
    }
  }

  private void requireIssuer(JsonObject claims) {
    Object issuer = claims.getValue("iss");
    if (issuer != null && !(issuer instanceof String)) {
      throw wrong("iss", "a text");
    }
    Optional<String> expected = config.issuer();
    if (expected.isPresent() && !expected.get().equals(issuer)) {
      throw new AuthenticationException(TokenFault.ISSUER);
    }
  }

  private void requireAudience(JsonObject claims) {
    Object audience = claims.getValue("aud");
    List<String> named = audience == null ? List.of() : texts("aud", audience);
    if (!config.audience().isEmpty() && Collections.disjoint(config.audience(), named)) {
      throw new AuthenticationException(TokenFault.AUDIENCE);
    }
  }

  private static List<String> texts(String name, Object claim) {
    if (claim instanceof String one) {
      return List.of(one);
    }
    if (claim instanceof JsonArray many && many.stream().allMatch(String.class::isInstance)) {
      return many.stream().map(String.class::cast).toList();
    }
    throw wrong(name, "a text or a list of texts");
  }

  /** Words that this build does not know are left out, so that newer tokens work. */
  private Set<Permission> permissions(JsonObject claims) {
    if (!claims.containsKey("permissions")) {
      return config.defaultPermissions();
    }
    if (!(claims.getValue("permissions") instanceof JsonArray words)) {
      throw wrong("permissions", "a list of texts");
    }
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    for (Object word : words) {
      if (!(word instanceof String text)) {
        throw wrong("permissions", "a list of texts");
      }
      Permission.of(text).ifPresent(permissions::add);
    }
    return permissions;
  }

  /** Seconds since 1970, which may have a fraction; null where the claim is absent. */
  private static @Nullable Double time(JsonObject claims, String name) {
    if (!claims.containsKey(name)) {
      return null;
    }
    String expected = "a number of seconds since 1970";
    if (!(claims.getValue(name) instanceof Number number)) {
      throw wrong(name, expected);
    }
    double seconds = number.doubleValue();
    if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
      throw wrong(name, expected + ", not of milliseconds");
    }
    return seconds;
  }

  private static @Nullable String text(JsonObject claims, String name) {
    if (!claims.containsKey(name)) {
      return null;
    }
    if (claims.getValue(name) instanceof String text
        && !text.isEmpty()
        && text.length() <= MOST_TEXT
        && text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    throw wrong(name, "a text of 1 to " + MOST_TEXT + " characters");
  }

  private static AuthenticationException wrong(String name, String expected) {
    return new AuthenticationException(
        TokenFault.CLAIMS, "the token's claim " + name + " must be " + expected);
  }
}
