/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.KeyFileException;
import dev.starling.gateway.auth.KeyRing;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/admin}: what an operator does to this one node, whatever its roles. */
final class AdminRoutes {
  private final KeyRing keys;
  private final Access access;

  AdminRoutes(KeyRing keys, Access access) {
    this.keys = keys;
    this.access = access;
  }

  void mount(Router routes) {
    routes
        .post("/api/admin/keys/reload")
        .handler(access.require(Permission.ADMIN))
        .handler(JsonBodies::require)
        .handler(this::reload);
  }

  private void reload(RoutingContext call) {
    keys.reload()
        .onSuccess(count ->
            HttpReplies.json(
                call,
                200,
                json -> {
                  json.writeStartObject();
                  json.writeNumberField("keys", count);
                  json.writeEndObject();
                }))
        .onFailure(failure -> HttpReplies.refuse(call, refusal(failure)));
  }

  private static Throwable refusal(Throwable failure) {
    return failure instanceof KeyFileException broken
        ? new RefusalException(
            ErrorCode.INVALID_SETTING, broken.text() + "; the keys from before stay in use")
        : failure;
  }
}
