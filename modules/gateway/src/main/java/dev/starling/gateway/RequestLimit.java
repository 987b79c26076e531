/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.RequestRate.Decision;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;

/**
 * Holds each client address to its requests a minute, and tells it how many are left. Those that
 * become sockets count too: each costs a session, and perhaps the verification of a token. Health
 * and metrics are not counted, so that whoever watches a node under attack still sees it.
 * Thread-safe.
 */
final class RequestLimit {
  /** Some 100 bytes each. */
  private static final int ADDRESSES = 10_000;

  private static final int TOO_MANY = 429;

  private static final Set<String> FREE = Set.of("/health/live", "/health/ready", "/metrics");

  private final ClientAddress clients;
  private final RequestRate rate;
  private final GatewayMetrics metrics;

  RequestLimit(HttpAccess access, GatewayMetrics metrics) {
    this.clients = new ClientAddress(access.trustedProxies());
    this.rate =
        new RequestRate(
            access.requestsPerMinute(),
            ADDRESSES,
            System::nanoTime,
            () -> metrics.dropped("rate-entry"));
    this.metrics = metrics;
  }

  /** Passes a call on, or refuses it. */
  void handle(RoutingContext call) {
    if (FREE.contains(call.request().path())) {
      call.next();
      return;
    }
    Decision decision = rate.take(clients.of(call.request()));
    HttpServerResponse response = call.response();
    response
        .putHeader("x-ratelimit-limit", Integer.toString(rate.perMinute()))
        .putHeader("x-ratelimit-remaining", Integer.toString(decision.remaining()))
        .putHeader("x-ratelimit-reset", Long.toString(decision.resetSeconds()));
    if (decision.allowed()) {
      call.next();
    } else {
      HttpReplies.refuse(call, refusal(decision, response));
    }
  }

  /** Whether a request may become a socket; one that may not has been answered. */
  boolean admits(HttpServerRequest request) {
    Decision decision = rate.take(clients.of(request));
    if (!decision.allowed()) {
      HttpReplies.refuse(request, TOO_MANY, refusal(decision, request.response()));
    }
    return decision.allowed();
  }

  private RefusalException refusal(Decision decision, HttpServerResponse response) {
    metrics.turnedAway("rate");
    response.putHeader("retry-after", Long.toString(decision.retrySeconds()));
    return new RefusalException(
        ErrorCode.RATE_LIMITED,
        "this address may send " + rate.perMinute() + " requests a minute",
        Map.of("limit", rate.perMinute(), "retryAfterMs", decision.retrySeconds() * 1000));
  }
}
