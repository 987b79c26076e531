/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.RefusalException;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls that a router refuses, by the path of the route, never by that of the call, of
 * which there are as many as callers like. The router's event loop only.
 */
final class RestRefusals {
  private static final String KEY = "starling.refusals";
  private static final String NO_ROUTE = "none";

  private final Router router;
  private final GatewayMetrics metrics;

  RestRefusals(Router router, GatewayMetrics metrics) {
    this.router = router;
    this.metrics = metrics;
  }

  /** Passes a call on whose refusal is to be counted. */
  void watch(RoutingContext call) {
    call.put(KEY, this);
    call.next();
  }

  /** A call is refused; counts it where it is watched. */
  static void count(RoutingContext call, int status, RefusalException refusal) {
    RestRefusals watching = call.get(KEY);
    if (watching != null) {
      watching.metrics.refused(watching.route(call), status, refusal);
    }
  }

  /** Where the call failed another route answers than the one that it came to. */
  private String route(RoutingContext call) {
    @Nullable Route current = call.currentRoute();
    String template = current == null ? null : current.getPath();
    if (template != null && !template.equals("/")) {
      return template;
    }
    String path = call.request().path();
    return router.getRoutes().stream()
        .map(Route::getPath)
        .filter(Objects::nonNull)
        .filter(known -> known.equals(path))
        .findFirst()
        .orElse(NO_ROUTE);
  }
}
