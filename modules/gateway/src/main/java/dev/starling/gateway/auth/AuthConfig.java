/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may connect and what tokens are verified by; section {@code auth} of the configuration.
 *
 * @param required whether a token is needed wherever the node listens
 * @param anonymous who may connect without a token, where none is required
 * @param exposed whether people on other machines reach the node: {@code http.host} is no loopback
 *     address, or there are {@code http.trusted-proxies} or further {@code http.allowed-hosts};
 *     looked at only where {@code anonymous} depends on it
 * @param secret what HS256 is verified by, at least {@link #LEAST_SECRET} bytes in UTF-8
 * @param publicKeyFile a PEM file with one public key
 * @param jwksFile a JSON Web Key Set (RFC 7517)
 * @param issuer what the claim {@code iss} must be; empty for anything
 * @param audience of which the claim {@code aud} must name one; empty for anything
 * @param leeway by how much clocks may differ, whole seconds
 * @param defaultPermissions of a token without the claim {@code permissions}, and of who has none
 */
public record AuthConfig(
    boolean required,
    Anonymous anonymous,
    boolean exposed,
    Optional<String> secret,
    Optional<Path> publicKeyFile,
    Optional<Path> jwksFile,
    Optional<String> issuer,
    List<String> audience,
    Duration leeway,
    Set<Permission> defaultPermissions) {

  /** Bytes of a secret that HMAC with SHA-256 needs (RFC 7518, 3.2). */
  public static final int LEAST_SECRET = 32;

  /** No keys, and nobody needs a token. */
  public static final AuthConfig OPEN =
      new AuthConfig(
          false,
          Anonymous.LOOPBACK,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Duration.ofSeconds(30),
          Permission.usual());

  /** Who may connect without a token. */
  public enum Anonymous {
    /** Everyone, where only this machine reaches the node. */
    LOOPBACK,
    /** Nobody. */
    REFUSE,
    /** Everyone who reaches the node. */
    ALLOW
  }

  public AuthConfig {
    audience = List.copyOf(audience);
    defaultPermissions = Set.copyOf(defaultPermissions);
  }

  /** Whether nobody may connect without a token. */
  public boolean isTokenRequired() {
    return required
        || anonymous == Anonymous.REFUSE
        || (anonymous == Anonymous.LOOPBACK && exposed);
  }

  /** Whether there is anything to verify tokens by. */
  public boolean hasKey() {
    return secret.isPresent() || publicKeyFile.isPresent() || jwksFile.isPresent();
  }

  /** Everything but the secret. */
  @Override
  public String toString() {
    return "AuthConfig[required=%s, anonymous=%s, exposed=%s, secret=%s, publicKeyFile=%s, jwksFile=%s, issuer=%s, audience=%s, leeway=%s, defaultPermissions=%s]"
        .formatted(
            required,
            anonymous,
            exposed,
            secret.isPresent() ? "***" : "",
            publicKeyFile,
            jwksFile,
            issuer,
            audience,
            leeway,
            defaultPermissions);
  }
}
