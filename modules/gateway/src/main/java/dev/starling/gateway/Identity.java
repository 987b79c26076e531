/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a session belongs to: nobody yet where a token is needed, and else everybody's anonymous
 * until a token says more. One session's loop only.
 */
final class Identity {
  private final Authenticator authenticator;
  private final Duration patience;
  private final long sinceNanos;
  private @Nullable Principal principal;

  /**
   * The identity of a session that begins.
   *
   * @param patience in which a token must have come where one is needed
   * @param sinceNanos when it begins, of {@link System#nanoTime}
   */
  Identity(Authenticator authenticator, Duration patience, long sinceNanos) {
    this.authenticator = authenticator;
    this.patience = patience;
    this.sinceNanos = sinceNanos;
    this.principal = authenticator.isTokenRequired() ? null : authenticator.anonymous();
  }

  /** Whether this session may do anything yet. */
  boolean isKnown() {
    return principal != null;
  }

  /** Who the session's agents belong to; empty without a token. */
  String subject() {
    return principal == null ? "" : principal.owner();
  }

  boolean may(Permission permission) {
    return principal != null && principal.may(permission);
  }

  /** What the session may do. */
  Principal principal() {
    Principal known = principal;
    if (known == null) {
      throw unknown();
    }
    return known;
  }

  /** What a client is told that has to say first who it is. */
  RefusalException unknown() {
    return new RefusalException(
        ErrorCode.FORBIDDEN,
        "this mesh needs a token: send auth first",
        Map.of("reason", "unauthenticated"));
  }

  /**
   * Verifies a token and takes on what it says.
   *
   * @return failed where the token is not valid, and with FORBIDDEN where it is another subject's
   */
  Future<Principal> authenticate(String token, @Nullable String pubkey) {
    return authenticator
        .authenticate(token)
        .map(claimed -> {
          authenticator.checkPubkey(claimed, pubkey);
          requireSameSubject(claimed);
          principal = claimed;
          return claimed;
        });
  }

  /** What a session registered or was told belongs to its subject, and cannot change hands. */
  private void requireSameSubject(Principal claimed) {
    Principal known = principal;
    if (known != null
        && known.subject() != null
        && !Objects.equals(known.subject(), claimed.subject())) {
      throw new RefusalException(
          ErrorCode.FORBIDDEN,
          "this session belongs to another subject: open a new one for this token",
          Map.of("reason", "subject"));
    }
  }

  /** Whether a token is needed and none came in time. */
  boolean isOverdue(long nowNanos) {
    return principal == null && nowNanos - sinceNanos >= patience.toNanos();
  }

  /** How long a token may be waited for, in words. */
  String patience() {
    return patience.toMillis() % 1000 == 0
        ? patience.toSeconds() + " s"
        : patience.toMillis() + " ms";
  }

  /** Whether the token that came has expired. */
  boolean isExpired(long nowMillis) {
    Principal known = principal;
    Long end = known == null ? null : authenticator.endsAtMillis(known);
    return end != null && nowMillis >= end;
  }
}
