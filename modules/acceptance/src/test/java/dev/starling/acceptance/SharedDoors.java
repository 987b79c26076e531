/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the cases of the socket contract the gateways of their place, and one Vert.x for all
 * clients. Both are started for the first that asks and closed when the JVM ends.
 */
final class SharedDoors implements ParameterResolver {
  private record Clients(Vertx vertx) implements AutoCloseable {
    @Override
    public void close() {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Doors.class || type == Vertx.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == Vertx.class) {
      return JvmWide.get(Clients.class, Clients.class, () -> new Clients(Vertx.vertx())).vertx();
    }
    Place place = ((SocketContract) context.getRequiredTestInstance()).place;
    return JvmWide.get(place, Doors.class, () -> new Doors(place));
  }
}
