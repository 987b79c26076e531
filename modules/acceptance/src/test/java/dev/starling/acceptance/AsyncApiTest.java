/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ApiDocument.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/asyncapi.yaml against a running node: every example on every channel. */
class AsyncApiTest {
  private static final ApiDocument DOCUMENT = ApiDocument.of("asyncapi.yaml");

  /** AsyncAPI's own schema, of the npm package that modules/console/package.json names. */
  private static final Path SCHEMA =
      Path.of("..", "console", "node_modules", "@asyncapi", "specs", "schemas")
          .resolve("3.0.0-without-$id.json");

  @SuppressWarnings("NullAway.Init")
  private static DocumentedNodes nodes;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    nodes = DocumentedNodes.start(folder);
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static Collection<JsonObject> channels() {
    return DOCUMENT.objects(DOCUMENT.json(), "channels").values();
  }

  static List<SocketExample> examples() {
    return SocketExample.all(DOCUMENT);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsAnsweredAsDescribedOnEveryChannel(SocketExample example) {
    for (JsonObject channel : channels()) {
      String path = channel.getString("address");
      try (SocketExchange exchange = new SocketExchange(DOCUMENT, nodes, example, path)) {
        exchange.run();
      }
    }
  }

  @Test
  void everyExampleFitsItsSchema() {
    DOCUMENT
        .objects(DOCUMENT.at("components"), "messages")
        .forEach((type, message) -> {
          assertThat(message.getJsonArray("examples")).as(type).isNotEmpty();
          DOCUMENT
              .list(message, "examples")
              .forEach(example ->
                  assertThat(
                          DOCUMENT.fault(
                              message.getJsonObject("payload"), example.getValue("payload")))
                      .as(type)
                      .isNull());
        });
  }

  static List<FlowServerMessage> samples() {
    return FlowSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void whatNoRoleSaysYetIsWrittenAsDescribed(FlowServerMessage sample) {
    JsonObject message = new JsonObject(FlowWriter.json(sample).toString());
    JsonObject described = DOCUMENT.at("components", "messages", message.getString("type"));
    assertThat(DOCUMENT.fault(described.getJsonObject("payload"), message)).isNull();
  }

  @Test
  void everyChannelBeginsWithItsSubscriptions() {
    JsonObject nothing = new JsonObject().put("type", "subscribe").put("events", new JsonArray());
    for (JsonObject channel : channels()) {
      String path = channel.getString("address");
      try (QisClient client = nodes.connect(path, "?token=" + DocumentedNodes.token())) {
        assertThat(texts(client.send(nothing).next("subscribed"), "events"))
            .as(path)
            .containsExactlyInAnyOrderElementsOf(texts(channel, "x-first-subscriptions"));
      }
    }
  }

  @Test
  void theDocumentIsServedAsItIs() {
    Answer answer =
        RawHttp.send(nodes.httpPort("lonely"), "GET", "/api/asyncapi.yaml", "Host: localhost");
    assertThat(answer.header("content-type")).contains("application/yaml");
    assertThat(answer.body()).isEqualTo(DOCUMENT.text());
  }

  @Test
  void theDocumentIsValid() throws IOException {
    assertThat(SCHEMA)
        .as("npm --prefix modules/console ci installs it, as scripts/test does")
        .exists();
    JsonObject schema = new JsonObject(Files.readString(SCHEMA));
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setBaseUri("app://starling/")
            .setDraft(Draft.DRAFT7)
            .setOutputFormat(OutputFormat.Basic);
    OutputUnit found =
        Validator.create(JsonSchema.of((JsonObject) withoutExamples(schema)), options)
            .validate(DOCUMENT.json().copy());
    assertThat(found.getValid()).as("%s", found.getErrors()).isTrue();
  }

  /** The schema's own examples have references that lead nowhere. */
  private static Object withoutExamples(Object schema) {
    if (schema instanceof JsonArray array) {
      JsonArray kept = new JsonArray();
      array.forEach(one -> kept.add(withoutExamples(one)));
      return kept;
    }
    if (!(schema instanceof JsonObject object)) {
      return schema;
    }
    JsonObject kept = new JsonObject();
    object.forEach(member -> {
      boolean isExamples =
          member.getKey().equals("examples") && member.getValue() instanceof JsonArray;
      if (!isExamples) {
        kept.put(member.getKey(), withoutExamples(member.getValue()));
      }
    });
    return kept;
  }
}
