/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/openapi.yaml against running nodes: every example is sent, every answer is as described. */
class OpenApiTest {
  private static final ApiDocument DOCUMENT = ApiDocument.of("openapi.yaml");

  /** What an answer says only where the document says so. */
  private static final List<String> TELLING =
      List.of("www-authenticate", "retry-after", "upgrade", "allow", "x-ratelimit-limit");

  /** A node that does not answer in time cannot be had from a healthy one. */
  private static final Set<String> WITHOUT_EXAMPLE = Set.of("504");

  private static final Set<String> FILES = Set.of("/", "/client/{file}");

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

  static List<HttpExample> examples() {
    return HttpExample.all(DOCUMENT);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsAnsweredAsDescribed(HttpExample example) {
    try (HttpExchange exchange = new HttpExchange(DOCUMENT, nodes, example)) {
      Answer answer = exchange.send(example.method());
      assertThat(answer.status()).as(answer.toString()).isEqualTo(example.status());
      assertThat(mediaType(answer)).isEqualTo(example.mediaType());
      assertBody(example, answer.body());
      assertHeaders(example, answer);
    }
  }

  static Stream<HttpExample> reads() {
    return examples().stream().filter(one -> one.status() == 200 && one.method().equals("GET"));
  }

  /** Files are sent by Vert.x, which leaves their type out for HEAD, as RFC 9110, 9.3.2 allows. */
  @ParameterizedTest
  @MethodSource("reads")
  void whatAnswersGetAnswersHeadWithoutABody(HttpExample example) {
    try (HttpExchange exchange = new HttpExchange(DOCUMENT, nodes, example)) {
      Answer answer = exchange.send("HEAD");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("content-length")).isPresent();
      if (!FILES.contains(example.path())) {
        assertThat(mediaType(answer)).isEqualTo(example.mediaType());
      }
    }
  }

  private static String mediaType(Answer answer) {
    return answer.header("content-type").orElse("none").split(";", 2)[0];
  }

  private static void assertBody(HttpExample example, String body) {
    boolean isJson = example.mediaType().equals("application/json");
    Object value = isJson ? Json.decodeValue(body) : body;
    assertThat(DOCUMENT.fault(example.schema(), value)).isNull();
    if (value instanceof JsonObject object && object.containsKey("error")) {
      String code = object.getJsonObject("error").getString("code");
      assertThat(code).as(body).isEqualTo(code(example.example()));
    }
  }

  private static String code(JsonObject example) {
    return example.getJsonObject("value").getJsonObject("error").getString("code");
  }

  private static void assertHeaders(HttpExample example, Answer answer) {
    Map<String, JsonObject> described = DOCUMENT.objects(example.answer(), "headers");
    described.forEach((name, header) -> {
      JsonObject schema = header.getJsonObject("schema");
      answer
          .header(name)
          .ifPresentOrElse(
              value -> assertThat(DOCUMENT.fault(schema, typed(schema, value))).isNull(),
              () -> assertThat(header.getBoolean("required", false)).as(name).isFalse());
    });
    Set<String> known = new HashSet<>();
    described.keySet().forEach(name -> known.add(name.toLowerCase(Locale.ROOT)));
    TELLING.stream()
        .filter(name -> answer.header(name).isPresent() && example.status() < 400)
        .forEach(name -> assertThat(known).contains(name));
  }

  private static Object typed(JsonObject schema, String value) {
    return "integer".equals(schema.getValue("type")) ? (Object) Long.parseLong(value) : value;
  }

  @Test
  void theDocumentIsValidAndServedAsItIs() {
    Answer answer =
        RawHttp.send(nodes.httpPort("usual"), "GET", "/api/openapi.yaml", "Host: localhost");
    assertThat(answer.header("content-type")).contains("application/yaml");
    assertThat(answer.body()).isEqualTo(DOCUMENT.text());
    Vertx vertx = Vertx.vertx();
    try {
      OutputUnit found =
          OpenAPIVersion.V3_1
              .getRepository(vertx, "app://starling/")
              .compose(known ->
                  OpenAPIVersion.V3_1.validateContract(vertx, known, DOCUMENT.json().copy()))
              .toCompletionStage()
              .toCompletableFuture()
              .join();
      assertThat(found.getValid()).as("%s", found.getErrors()).isTrue();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void everyExampleOfAnAnswerFitsItsSchema() {
    for (HttpExample example : examples()) {
      Object value = example.example().getValue("value");
      assertThat(DOCUMENT.fault(example.schema(), value)).as(example.toString()).isNull();
    }
  }

  @Test
  void everyAnswerHasAnExampleAndEveryExampleOfARequestAnAnswer() {
    DOCUMENT
        .objects(DOCUMENT.json(), "paths")
        .forEach((path, item) ->
            item.forEach(member -> {
              if (member.getValue() instanceof JsonObject operation) {
                assertComplete(path + " " + member.getKey(), operation);
              }
            }));
  }

  /** Sockets refuse so only whoever asks for an upgrade, as these examples do not. */
  private static boolean isWithoutExample(String where, String status) {
    boolean needsUpgrade = where.startsWith("/ws") && Set.of("400", "503").contains(status);
    return needsUpgrade || WITHOUT_EXAMPLE.contains(status);
  }

  private static void assertComplete(String where, JsonObject operation) {
    Set<String> answered = new HashSet<>();
    DOCUMENT
        .objects(operation, "responses")
        .forEach((status, answer) ->
            DOCUMENT
                .objects(answer, "content")
                .forEach((type, content) -> {
                  Set<String> names = DOCUMENT.objects(content, "examples").keySet();
                  assertThat(names.isEmpty())
                      .as(where + " " + status)
                      .isEqualTo(isWithoutExample(where, status));
                  answered.addAll(names);
                }));
    DOCUMENT
        .objects(DOCUMENT.object(operation, "requestBody"), "content")
        .values()
        .forEach(content ->
            assertThat(answered).containsAll(DOCUMENT.objects(content, "examples").keySet()));
    DOCUMENT
        .list(operation, "parameters")
        .forEach(
            one -> assertThat(answered).containsAll(DOCUMENT.objects(one, "examples").keySet()));
  }

  @Test
  void codesAndPermissionsAreThoseOfTheProgram() {
    JsonObject error = DOCUMENT.at("components", "schemas", "Error", "properties", "error");
    assertThat(ApiDocument.texts(error.getJsonObject("properties").getJsonObject("code"), "enum"))
        .containsExactly(Arrays.stream(ErrorCode.values()).map(Enum::name).toArray(String[]::new));
    List<String> permissions =
        Stream.concat(Stream.of("any"), Arrays.stream(Permission.values()).map(Permission::word))
            .toList();
    for (HttpExample example : examples()) {
      String needed = example.operation().getString("x-permission");
      boolean isOpen = example.operation().containsKey("security");
      assertThat(needed == null).as(example.toString()).isEqualTo(isOpen);
      assertThat(isOpen || permissions.contains(needed)).as(example.toString()).isTrue();
    }
  }
}
