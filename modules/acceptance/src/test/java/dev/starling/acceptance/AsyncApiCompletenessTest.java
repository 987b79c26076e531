/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ApiDocument.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowReader;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.qis.QisReader;
import dev.starling.protocol.qis.QisServerMessage;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskStatus;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/asyncapi.yaml has what the program has, and nothing else. */
class AsyncApiCompletenessTest {
  private static final ApiDocument DOCUMENT = ApiDocument.of("asyncapi.yaml");
  private static final JsonObject INFO = DOCUMENT.at("info");
  private static final JsonObject MESSAGES = DOCUMENT.at("components", "messages");
  private static final Path PROTOCOL = Path.of("..", "..", "docs", "protocol.md");

  private static final Path CLIENT = Path.of("..", "console", "client");
  private static final Pattern TYPE_IN_TYPESCRIPT =
      Pattern.compile("\\btype: (\"\\w+\"(?: \\| \"\\w+\")*)");

  private static Set<String> clientTypes() {
    Set<String> types = new TreeSet<>(QisReader.TYPES);
    types.addAll(FlowReader.TYPES);
    return types;
  }

  /** Outcomes and position frames are no records: they are made as bytes. */
  private static Set<String> serverTypes() {
    Set<String> types = new TreeSet<>(Set.of("incoming_outcome", "positions"));
    Stream.of(QisServerMessage.class, FlowServerMessage.class)
        .flatMap(root -> Arrays.stream(root.getPermittedSubclasses()))
        .map(AsyncApiCompletenessTest::type)
        .forEach(types::add);
    return types;
  }

  private static String type(Class<?> message) {
    if (message == QisServerMessage.Refused.class) {
      return "error";
    }
    if (message == FlowServerMessage.TaskAnswered.class) {
      return "task_status";
    }
    return message.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Set<String> allTypes() {
    Set<String> all = clientTypes();
    all.addAll(serverTypes());
    return all;
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }

  private static JsonObject properties(String type) {
    return MESSAGES.getJsonObject(type).getJsonObject("payload").getJsonObject("properties");
  }

  @Test
  void everyMessageIsDescribedAndCarriedByEveryChannel() {
    assertThat(MESSAGES.fieldNames()).containsExactlyInAnyOrderElementsOf(allTypes());
    DOCUMENT
        .objects(DOCUMENT.json(), "channels")
        .forEach((name, channel) ->
            assertThat(channel.getJsonObject("messages").fieldNames())
                .as(name)
                .containsExactlyInAnyOrderElementsOf(allTypes()));
  }

  @Test
  void everyDescriptionIsOfItsOwnType() {
    for (String type : allTypes()) {
      if (!type.equals("positions")) {
        assertThat(properties(type).getJsonObject("type").getString("const")).isEqualTo(type);
      }
    }
  }

  @Test
  void everyChannelReceivesAndSendsAllAndTheConsoleHasAnOperationForEach() {
    DOCUMENT
        .objects(DOCUMENT.json(), "channels")
        .keySet()
        .forEach(channel -> {
          assertThat(carried(channel, "send"))
              .as(channel)
              .containsExactlyInAnyOrderElementsOf(serverTypes());
          assertThat(carried(channel, "receive"))
              .as(channel)
              .containsExactlyInAnyOrderElementsOf(clientTypes());
        });
    assertThat(DOCUMENT.at("operations").fieldNames()).containsAll(clientTypes());
  }

  private static List<String> carried(String channel, String action) {
    String reference = "#/channels/" + channel;
    Collection<JsonObject> operations = DOCUMENT.objects(DOCUMENT.json(), "operations").values();
    return operations.stream()
        .filter(one -> one.getString("action").equals(action))
        .filter(one -> one.getJsonObject("channel").getString("$ref").equals(reference))
        .flatMap(one -> one.getJsonArray("messages").stream().map(JsonObject.class::cast))
        .map(one -> one.getString("$ref").replace(reference + "/messages/", ""))
        .toList();
  }

  @Test
  void everyExampleOfAClientsMessageHasItsExchange() {
    for (String type : clientTypes()) {
      JsonObject message = MESSAGES.getJsonObject(type);
      List<String> examples =
          DOCUMENT.list(message, "examples").map(one -> one.getString("name")).toList();
      assertThat(message.getJsonObject("x-exchanges").fieldNames())
          .as(type)
          .containsExactlyInAnyOrderElementsOf(examples);
    }
  }

  /** The names in the JavaScript client's types are checked here, those of fields by its tests. */
  @Test
  void everyMessageButFramesHasATypeInTheJavaScriptClient() throws IOException {
    Set<String> typed = new TreeSet<>();
    for (String file : List.of("messages.d.ts", "qis.d.ts")) {
      Matcher types = TYPE_IN_TYPESCRIPT.matcher(Files.readString(CLIENT.resolve(file)));
      while (types.find()) {
        typed.addAll(List.of(types.group(1).replace("\"", "").split(" \\| ")));
      }
    }
    Set<String> described = new TreeSet<>(MESSAGES.fieldNames());
    described.remove("positions");
    assertThat(typed).isEqualTo(described);
  }

  @Test
  void theErrorCodesAreThoseOfTheProgram() {
    List<String> codes = names(ErrorCode.values());
    assertThat(INFO.getJsonObject("x-error-codes").fieldNames()).containsExactlyElementsOf(codes);
    assertThat(texts(properties("error").getJsonObject("code"), "enum"))
        .containsExactlyElementsOf(codes);
  }

  @Test
  void theCloseCodesAreThoseOfTheProgram() {
    List<String> codes =
        Arrays.stream(CloseCode.values()).map(one -> Short.toString(one.code())).toList();
    assertThat(INFO.getJsonObject("x-close-codes").fieldNames()).containsExactlyElementsOf(codes);
  }

  @Test
  void eventsActionsAndPermissionsAreThoseOfTheProgram() {
    List<String> events = Arrays.stream(Event.values()).map(Event::word).toList();
    assertThat(INFO.getJsonObject("x-events").fieldNames()).containsExactlyElementsOf(events);
    for (String type : List.of("subscribe", "unsubscribe", "subscribed")) {
      JsonObject items = properties(type).getJsonObject("events").getJsonObject("items");
      assertThat(texts(items, "enum")).containsExactlyElementsOf(events);
    }
    assertThat(texts(properties("graph_interaction").getJsonObject("action"), "enum"))
        .containsExactlyElementsOf(
            Arrays.stream(NodeAction.values()).map(NodeAction::word).toList());
    assertThat(texts(properties("agent_control").getJsonObject("action"), "enum"))
        .containsExactlyElementsOf(
            Arrays.stream(ControlAction.values()).map(ControlAction::word).toList());
    JsonObject permissions = properties("authenticated").getJsonObject("permissions");
    assertThat(texts(permissions.getJsonObject("items"), "enum"))
        .containsExactlyElementsOf(
            Arrays.stream(Permission.values()).map(Permission::word).toList());
  }

  @Test
  void theWordsForAgentsAndTasksAreThoseOfTheProgram() {
    for (String type : List.of("agent_status", "agent_controlled")) {
      assertThat(texts(properties(type).getJsonObject("status"), "enum"))
          .containsExactlyElementsOf(AgentLife.KNOWN);
    }
    for (String type : List.of("task_progress", "task_status")) {
      assertThat(texts(properties(type).getJsonObject("status"), "enum"))
          .containsExactlyElementsOf(TaskStatus.KNOWN);
    }
    for (String type : List.of("task_submit", "task_assigned")) {
      assertThat(texts(properties(type).getJsonObject("priority"), "enum"))
          .containsExactlyElementsOf(
              Arrays.stream(TaskPriority.values()).map(TaskPriority::word).toList());
    }
  }

  @Test
  void thePageForPeopleNamesThemAll() throws IOException {
    String page = Files.readString(PROTOCOL);
    Stream<String> closes =
        Arrays.stream(CloseCode.values()).map(one -> Short.toString(one.code()));
    assertThat(Stream.concat(closes, names(ErrorCode.values()).stream()))
        .allSatisfy(code -> assertThat(page).containsPattern("\\b" + code + "\\b"));
    assertThat(allTypes()).allSatisfy(type -> assertThat(page).contains("`" + type + "`"));
    assertThat(Arrays.stream(Event.values()).map(Event::word))
        .allSatisfy(event -> assertThat(page).contains("`" + event + "`"));
  }
}
