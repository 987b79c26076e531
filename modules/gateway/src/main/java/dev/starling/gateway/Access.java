/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.AuthenticationException;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls by REST through whose token allows what the route needs (RFC 6750). Tokens are neither
 * logged nor answered with. Stateless; from any event loop.
 */
final class Access {
  /** Where a route says so: an {@code EventSource} cannot send headers. */
  static final String QUERY = "token";

  private static final int UNAUTHORIZED = 401;
  private static final String PRINCIPAL = "starling.principal";
  private static final String CHALLENGE = "Bearer realm=\"starling\"";
  private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

  private final Authenticator authenticator;
  private final GatewayMetrics metrics;

  Access(Authenticator authenticator, GatewayMetrics metrics) {
    this.authenticator = authenticator;
    this.metrics = metrics;
  }

  /** Who calls; behind {@link #require}. */
  static Principal principal(RoutingContext call) {
    return Objects.requireNonNull(call.get(PRINCIPAL), "the route requires no permission");
  }

  /** Passes on who has a permission, by the header Authorization. */
  Handler<RoutingContext> require(Permission permission) {
    return call -> check(call, permission, bearer(call));
  }

  /** The same, or by {@code ?token=}: for server-sent events only. */
  Handler<RoutingContext> requireAlsoByQuery(Permission permission) {
    return call -> {
      Bearer header = bearer(call);
      String query = header.isAbsent() ? HttpReplies.parameter(call, QUERY) : null;
      check(call, permission, query == null ? header : new Bearer(query, true));
    };
  }

  /** Passes on who has any valid token, or needs none: what follows asks for permissions itself. */
  void identify(RoutingContext call) {
    check(call, null, bearer(call));
  }

  /**
   * What a call has to show.
   *
   * @param readable false for a header that names this scheme and holds no token
   */
  private record Bearer(@Nullable String token, boolean readable) {
    boolean isAbsent() {
      return token == null && readable;
    }
  }

  /** Other schemes are for whoever stands in front of the node. */
  private static Bearer bearer(RoutingContext call) {
    List<String> tokens =
        call.request().headers().getAll(HttpHeaders.AUTHORIZATION).stream()
            .map(String::strip)
            .filter(header -> header.regionMatches(true, 0, "bearer", 0, 6))
            .toList();
    if (tokens.isEmpty()) {
      return new Bearer(null, true);
    }
    Matcher header = BEARER.matcher(tokens.getFirst());
    boolean readable = tokens.size() == 1 && header.matches();
    return new Bearer(readable ? header.group(1) : null, readable);
  }

  private void check(RoutingContext call, @Nullable Permission permission, Bearer bearer) {
    String token = bearer.token();
    if (token != null) {
      authenticator.authenticate(token).onComplete(who -> decide(call, permission, who));
    } else if (!bearer.readable()) {
      challenge(call, "malformed", "the header Authorization is no Bearer with one token", true);
    } else if (authenticator.isTokenRequired()) {
      challenge(call, "no-token", "this needs a token, as Authorization: Bearer has it", false);
    } else {
      pass(call, permission, authenticator.anonymous());
    }
  }

  private void decide(
      RoutingContext call, @Nullable Permission permission, AsyncResult<Principal> who) {
    if (who.succeeded()) {
      pass(call, permission, who.result());
    } else if (who.cause() instanceof AuthenticationException refused) {
      challenge(call, refused.fault().word(), refused.text(), true);
    } else {
      HttpReplies.refuse(call, who.cause());
    }
  }

  private void pass(RoutingContext call, @Nullable Permission permission, Principal principal) {
    try {
      if (permission != null) {
        principal.require(permission);
      }
    } catch (RefusalException refusal) {
      metrics.denied("permission");
      call.response().putHeader("www-authenticate", CHALLENGE + ", error=\"insufficient_scope\"");
      HttpReplies.refuse(call, refusal);
      return;
    }
    call.put(PRINCIPAL, principal);
    call.next();
  }

  private void challenge(RoutingContext call, String reason, String text, boolean hadToken) {
    metrics.denied(reason);
    String error = hadToken ? ", error=\"invalid_token\"" : "";
    call.response().putHeader("www-authenticate", CHALLENGE + error);
    HttpReplies.refuse(
        call,
        UNAUTHORIZED,
        new RefusalException(ErrorCode.FORBIDDEN, text, Map.of("reason", reason)));
  }
}
