/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.http.HttpServerResponse;

/** What every answer tells browsers to refrain from. Stateless. */
final class SecurityHeaders {
  /** For data, which is no page. */
  private static final String DATA = "default-src 'none'; frame-ancestors 'none'";

  /** For the console: its own files, and sockets, also those of other gateways. */
  private static final String PAGE =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self' ws: wss:; form-action 'self'; base-uri 'none';"
          + " frame-ancestors 'none'";

  private static final String POLICY = "content-security-policy";
  private static final String YEAR_SECONDS = "31536000";

  private SecurityHeaders() {}

  /**
   * Puts the headers of an answer that is data.
   *
   * @param secure whether it goes over TLS, which browsers then insist on (RFC 6797)
   */
  static void put(HttpServerResponse response, boolean secure) {
    response
        .putHeader(POLICY, DATA)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("x-frame-options", "DENY")
        .putHeader("referrer-policy", "no-referrer");
    if (secure) {
      response.putHeader("strict-transport-security", "max-age=" + YEAR_SECONDS);
    }
  }

  /** Lets the answer be the console's page. */
  static void allowPage(HttpServerResponse response) {
    response.putHeader(POLICY, PAGE);
  }
}
