/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.SettingUpdates;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.List;

/** {@code /api/settings}: the settings of the whole mesh, read and changed through any gateway. */
final class SettingsRoutes {
  private static final String ALL = "/api/settings";
  private static final String SCHEMA = "/api/settings/schema";
  private static final String ONE = "/api/settings/path";
  private static final String BATCH = "/api/settings/batch";

  private final SettingsLink settings;
  private final int maxMessage;
  private final Access access;

  SettingsRoutes(SettingsLink settings, int maxMessage, Access access) {
    this.settings = settings;
    this.maxMessage = maxMessage;
    this.access = access;
  }

  void mount(Router routes) {
    reading(routes, ALL, this::list);
    reading(routes, SCHEMA, this::schema);
    reading(routes, ONE, this::read);
    writing(routes, ONE, this::write);
    writing(routes, BATCH, this::writeBatch);
  }

  private void reading(Router routes, String path, Handler<RoutingContext> handler) {
    HttpReplies.reading(routes, path).handler(access.require(Permission.OBSERVE)).handler(handler);
  }

  private void writing(Router routes, String path, Handler<RoutingContext> handler) {
    routes
        .route(HttpMethod.PUT, path)
        .handler(access.require(Permission.SETTINGS))
        .handler(JsonBodies::require);
    routes
        .route(HttpMethod.PUT, path)
        .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
        .handler(handler)
        .failureHandler(JsonBodies::failed);
  }

  private void list(RoutingContext call) {
    String prefix = HttpReplies.parameter(call, "prefix");
    answer(
        call,
        settings.readAll(prefix == null ? "" : prefix),
        (json, values) -> {
          json.writeStartObject();
          json.writeArrayFieldStart("settings");
          for (SettingValue value : values) {
            value(json, value);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void schema(RoutingContext call) {
    answer(call, settings.schema(), (json, schema) -> json.writeRawValue(schema.toString()));
  }

  private void read(RoutingContext call) {
    answer(call, settings.read(path(call)), SettingsRoutes::value);
  }

  private void write(RoutingContext call) {
    SettingUpdate update = SettingUpdates.valueBody(path(call), body(call));
    answer(
        call, settings.write(List.of(update)), (json, changes) -> change(json, changes.getFirst()));
  }

  private void writeBatch(RoutingContext call) {
    answer(
        call,
        settings.write(SettingUpdates.batchBody(body(call))),
        (json, changes) -> {
          json.writeStartObject();
          json.writeArrayFieldStart("changes");
          for (SettingChange change : changes) {
            change(json, change);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static String path(RoutingContext call) {
    String path = HttpReplies.parameter(call, "path");
    if (path == null || path.isEmpty()) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          "path",
          "the query parameter path, such as ?path=visualisation.physics.springK",
          "nothing");
    }
    return path;
  }

  private static byte[] body(RoutingContext call) {
    Buffer body = call.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  private interface Answer<T> {
    void write(JsonGenerator json, T value) throws IOException;
  }

  private static <T> void answer(RoutingContext call, Future<T> asked, Answer<T> answer) {
    String operation = HttpReplies.operation(call);
    HttpReplies.answer(
        call,
        asked.recover(
            failure -> Future.failedFuture(Roles.named(operation, SettingsLink.ROLE, failure))),
        value -> HttpReplies.json(call, 200, json -> answer.write(json, value)));
  }

  private static void value(JsonGenerator json, SettingValue value) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", value.path());
    JsonOutput.raw(json, "value", value.value());
    JsonOutput.raw(json, "default", value.defaultValue());
    if (value.timestampMillis() > 0) {
      json.writeNumberField("timestamp", value.timestampMillis());
    }
    json.writeEndObject();
  }

  private static void change(JsonGenerator json, SettingChange change) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", change.path());
    JsonOutput.raw(json, "value", change.value());
    json.writeNumberField("timestamp", change.timestampMillis());
    json.writeEndObject();
  }
}
