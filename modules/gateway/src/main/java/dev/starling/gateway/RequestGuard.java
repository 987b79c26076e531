/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What every request must pass before anything else looks at it, sockets and files included: its
 * {@code Host}, its {@code Origin} and its method. Answers preflights and what it refuses.
 * Thread-safe.
 */
final class RequestGuard {
  private static final int FORBIDDEN = 403;

  /** A segment that begins with a dot, plain or encoded, and whatever else is encoded. */
  private static final Pattern OUTWARDS = Pattern.compile("/\\.|%");

  private final HostRule hosts;
  private final OriginRule origins;
  private final GatewayMetrics metrics;

  RequestGuard(GatewayConfig config, GatewayMetrics metrics) {
    this.hosts = new HostRule(config.host(), config.access().allowedHosts());
    this.origins = new OriginRule(config.access().allowedOrigins());
    this.metrics = metrics;
  }

  /** Whether a request may go on; one that may not has been answered. */
  boolean admits(HttpServerRequest request) {
    SecurityHeaders.put(request.response(), request.isSSL());
    HostAndPort authority = request.authority();
    if (authority == null || request.headers().getAll(HttpHeaders.HOST).size() > 1) {
      return refuse(request, "host", 400, "the request has no valid header Host", Map.of());
    }
    if (!hosts.allows(authority.host(), request.localAddress().hostAddress())) {
      return refuse(
          request,
          "host",
          FORBIDDEN,
          "this node is not known by the name in Host; http.allowed-hosts lists further ones",
          Map.of("host", cut(authority.host())));
    }
    if (isUnsafe(request.method())) {
      request.response().putHeader("allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
      return refuse(request, "method", 405, "no resource has this method", Map.of());
    }
    return admitsOrigin(request, authority);
  }

  /** RFC 9110, 9.3.6 and 9.3.8: a tunnel, and an echo of headers that a page must not see. */
  private static boolean isUnsafe(HttpMethod method) {
    return method.equals(HttpMethod.TRACE) || method.equals(HttpMethod.CONNECT);
  }

  private boolean admitsOrigin(HttpServerRequest request, HostAndPort authority) {
    request.response().putHeader("vary", "origin");
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || isPublished(request)) {
      return true;
    }
    if (!origins.allows(origin, request.isSSL(), authority.host(), authority.port())) {
      return refuse(
          request,
          "origin",
          FORBIDDEN,
          "pages of this origin may not connect; http.allowed-origins lists those that may",
          Map.of("origin", cut(origin)));
    }
    return !CrossOrigin.answer(request, origin);
  }

  /** The client's own files are for pages anywhere; a path with dots may lead out of them. */
  private static boolean isPublished(HttpServerRequest request) {
    String path = request.path();
    return path != null
        && path.startsWith("/client/")
        && !OUTWARDS.matcher(path).find()
        && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD));
  }

  private boolean refuse(
      HttpServerRequest request,
      String cause,
      int status,
      String text,
      Map<String, Object> details) {
    metrics.turnedAway(cause);
    ErrorCode code = status == FORBIDDEN ? ErrorCode.FORBIDDEN : ErrorCode.INVALID_MESSAGE;
    HttpReplies.refuse(request, status, new RefusalException(code, text, details));
    return false;
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), 100));
  }
}
