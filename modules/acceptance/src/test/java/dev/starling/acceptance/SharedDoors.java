/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the cases of the socket contract the gateways of their place, and one Vert.x for all
 * clients. Both are started for the first that asks and closed by JUnit at the end of the run.
 */
final class SharedDoors implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedDoors.class);

  /** Ends with the store. */
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
    Store store = context.getRoot().getStore(NAMESPACE);
    if (parameter.getParameter().getType() == Vertx.class) {
      return store
          .getOrComputeIfAbsent(Clients.class, ignored -> new Clients(Vertx.vertx()), Clients.class)
          .vertx();
    }
    Place place = ((SocketContract) context.getRequiredTestInstance()).place;
    return store.getOrComputeIfAbsent(place, Doors::new, Doors.class);
  }
}
