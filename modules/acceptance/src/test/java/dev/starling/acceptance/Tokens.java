/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TokenSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Tokens for the gateways of the socket contract, good and bad. */
final class Tokens {
  static final String SECRET = "a-secret-that-is-for-these-tests-only";
  static final String AUDIENCE = "starling-contract";

  private Tokens() {}

  /** What a good token says; it holds for an hour. */
  static JsonObject claims(String subject) {
    return new JsonObject()
        .put("sub", subject)
        .put("aud", AUDIENCE)
        .put("exp", secondsFromNow(3600));
  }

  static double secondsFromNow(double seconds) {
    return System.currentTimeMillis() / 1e3 + seconds;
  }

  static String sign(JsonObject claims) {
    return TokenSigner.ofSecret(SECRET).sign(claims, null);
  }

  /** A good token with the default permissions. */
  static String of(String subject) {
    return sign(claims(subject));
  }

  /** A good token that ends in so many seconds. */
  static String brief(String subject, double seconds) {
    return sign(claims(subject).put("exp", secondsFromNow(seconds)));
  }

  /** A good token with these permissions only. */
  static String only(String subject, List<Permission> permissions) {
    JsonArray words = new JsonArray();
    permissions.forEach(permission -> words.add(permission.word()));
    return sign(claims(subject).put("permissions", words));
  }

  /** A good token that lacks one permission. */
  static String without(Permission missing) {
    return only(
        "lacks-" + missing.word(),
        Arrays.stream(Permission.values()).filter(one -> one != missing).toList());
  }

  /** A token that nobody signed. */
  static String unsigned(JsonObject claims, String algorithm) {
    JsonObject header = new JsonObject().put("typ", "JWT").put("alg", algorithm);
    return encoded(header.encode()) + "." + encoded(claims.encode()) + ".";
  }

  /** A good token whose claims were changed after it was signed. */
  static String forged(JsonObject claims) {
    String[] parts = of("mallory").split("\\.", -1);
    return parts[0] + "." + encoded(claims.encode()) + "." + parts[2];
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
