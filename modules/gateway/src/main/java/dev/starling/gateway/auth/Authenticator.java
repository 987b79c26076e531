/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.NoSuchKeyIdException;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens. Vert.x Auth JWT checks the signature; the form of the token is looked at before
 * ({@link TokenHeader}), its claims after ({@link TokenClaims}), because Vert.x throws on an expiry
 * that is no number and does not tell one fault from another. Vert.x without any key would take
 * unsigned tokens: it is never asked then. Thread-safe; verification runs on the caller's thread
 * and takes a fraction of a millisecond, so how often is for the caller to bound.
 */
public final class Authenticator {
  private final Vertx vertx;
  private final AuthConfig config;
  private final AuthMetrics metrics;
  private final TokenClaims claims;
  private final Principal anonymous;
  private volatile Verifier verifier;

  /** What verifies now: replaced as a whole. */
  private record Verifier(JWTAuth signatures, Set<Algorithm> algorithms, int keys) {}

  /**
   * Begins with no keys: every token is refused until there are some.
   *
   * @param clock what expiry is measured by
   */
  Authenticator(Vertx vertx, AuthConfig config, AuthMetrics metrics, InstantSource clock) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.claims = new TokenClaims(config, clock);
    this.anonymous = Principal.anonymous(config.defaultPermissions());
    this.verifier = verifier(List.of());
    metrics.keys(() -> verifier.keys());
  }

  /** Verifies by the wall clock, with what {@link KeyRing} reads. */
  public static Authenticator create(Vertx vertx, AuthConfig config, MeterRegistry registry) {
    return new Authenticator(vertx, config, new AuthMetrics(registry), InstantSource.system());
  }

  /** Verifies by these keys from now on. */
  void use(List<VerificationKey> keys) {
    verifier = verifier(keys);
  }

  private Verifier verifier(List<VerificationKey> keys) {
    JWTAuthOptions options =
        new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
    for (VerificationKey key : keys) {
      options.addPubSecKey(key.options());
      algorithms.add(key.algorithm());
    }
    return new Verifier(JWTAuth.create(vertx, options), algorithms, keys.size());
  }

  AuthMetrics metrics() {
    return metrics;
  }

  /** Whether nobody may connect without a token. */
  public boolean isTokenRequired() {
    return config.isTokenRequired();
  }

  /** Who somebody without a token is, where none is required. */
  public Principal anonymous() {
    return anonymous;
  }

  /**
   * Who a token is for; complete when it is returned.
   *
   * @return failed with an {@link AuthenticationException}, which holds nothing of the token
   */
  public Future<Principal> authenticate(String token) {
    try {
      Verifier current = verifier;
      if (current.algorithms().isEmpty()) {
        throw new AuthenticationException(TokenFault.NO_KEY, "this node has no key for tokens");
      }
      TokenHeader.require(token, current.algorithms());
      return current
          .signatures()
          .authenticate(new TokenCredentials(token))
          .map(user -> accepted(claims.principal(claimsOf(user))))
          .recover(failure -> refused(faultOf(failure)));
    } catch (RuntimeException e) {
      return refused(faultOf(e));
    }
  }

  private Principal accepted(Principal principal) {
    metrics.accepted();
    return principal;
  }

  private Future<Principal> refused(AuthenticationException fault) {
    metrics.refused(fault.fault());
    return Future.failedFuture(fault);
  }

  private static JsonObject claimsOf(User user) {
    return user.attributes().getJsonObject("accessToken");
  }

  /** Vert.x's own texts may quote the token, so nothing of them goes on. */
  private static AuthenticationException faultOf(Throwable failure) {
    return switch (failure) {
      case AuthenticationException known -> known;
      case DecodeException _ -> new AuthenticationException(TokenFault.MALFORMED);
      case NoSuchKeyIdException _ -> new AuthenticationException(TokenFault.NO_KEY);
      case ClassCastException _, NullPointerException _ ->
          new AuthenticationException(TokenFault.CLAIMS);
      default -> new AuthenticationException(TokenFault.SIGNATURE);
    };
  }

  /**
   * Until when a principal may stay, ms since 1970: a leeway past its token's expiry; null for
   * ever.
   */
  public @Nullable Long endsAtMillis(Principal principal) {
    Long expires = principal.expiresAtMillis();
    return expires == null ? null : (Long) (expires + config.leeway().toMillis());
  }

  /**
   * Refuses a message whose public key is not that of the sender's token, where both have one.
   *
   * @throws AuthenticationException where they differ
   */
  public void checkPubkey(Principal principal, @Nullable String pubkeyOfMessage) {
    String pubkey = principal.pubkey();
    if (pubkey == null || pubkeyOfMessage == null) {
      return;
    }
    byte[] one = pubkey.getBytes(StandardCharsets.UTF_8);
    byte[] other = pubkeyOfMessage.getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(one, other)) {
      metrics.refused(TokenFault.PUBKEY);
      throw new AuthenticationException(TokenFault.PUBKEY);
    }
  }
}
