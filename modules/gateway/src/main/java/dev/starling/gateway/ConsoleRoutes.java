/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;

/** The console's page and the published client, as files from the class path. */
final class ConsoleRoutes {
  private static final String FOLDER = "dev/starling/console";

  private ConsoleRoutes() {}

  static void mount(Router routes) {
    StaticHandler files =
        StaticHandler.create(FOLDER).setIndexPage("index.html").setMaxAgeSeconds(60);
    HttpReplies.reading(routes, "/*").handler(ConsoleRoutes::allow).handler(files);
  }

  private static void allow(RoutingContext call) {
    SecurityHeaders.allowPage(call.response());
    if (call.normalizedPath().startsWith("/client/")) {
      call.response().putHeader("access-control-allow-origin", "*");
    }
    call.next();
  }
}
