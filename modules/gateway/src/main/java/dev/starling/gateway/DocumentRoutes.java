/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What a node offers, as documents for programs: OpenAPI of its HTTP, AsyncAPI of its sockets. They
 * hold no data of the mesh, so nobody needs a token. Immutable; from any event loop.
 */
final class DocumentRoutes {
  private final byte[] openapi = read("openapi.yaml");
  private final byte[] asyncapi = read("asyncapi.yaml");

  void mount(Router routes) {
    HttpReplies.reading(routes, "/api/openapi.yaml").handler(call -> answer(call, openapi));
    HttpReplies.reading(routes, "/api/asyncapi.yaml").handler(call -> answer(call, asyncapi));
  }

  /** RFC 9512. */
  private static void answer(RoutingContext call, byte[] document) {
    call.response().putHeader("cache-control", "public, max-age=60");
    HttpReplies.end(call, "application/yaml", Buffer.buffer(document));
  }

  private static byte[] read(String name) {
    try (InputStream file = DocumentRoutes.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new FileNotFoundException(name + " is not in the program");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
