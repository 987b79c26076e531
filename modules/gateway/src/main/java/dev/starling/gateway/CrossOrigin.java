/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * What browsers ask before a page of another origin may call and read (Fetch standard, 3.2), for
 * origins that may. Cookies play no part, so credentials are never allowed. Stateless.
 */
final class CrossOrigin {
  private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
  private static final String HEADERS =
      "authorization, content-type, last-event-id, mcp-protocol-version, mcp-session-id";
  private static final String EXPOSED =
      "mcp-session-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset";
  private static final String MAX_AGE_SECONDS = "600";
  private static final String PRIVATE_NETWORK = "access-control-request-private-network";

  private CrossOrigin() {}

  /** Lets the page read the answer; true where the request was a preflight and is answered now. */
  static boolean answer(HttpServerRequest request, String origin) {
    HttpServerResponse response = request.response();
    response
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    boolean preflight =
        request.method().equals(HttpMethod.OPTIONS)
            && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    if (preflight) {
      response
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
          .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS)
          .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
      if (request.headers().contains(PRIVATE_NETWORK)) {
        response.putHeader("access-control-allow-private-network", "true");
      }
      response.setStatusCode(204).end();
    }
    return preflight;
  }
}
