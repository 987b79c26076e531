/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The endpoints, what each is subscribed to at first, and subscriptions. */
class SocketEndpointContractTest extends SocketContract {
  private static final List<String> EVENTS =
      List.of(
          "positions",
          "graph_update",
          "simulation_state",
          "agent_status",
          "task_progress",
          "gpu_analytics",
          "anomaly_detected",
          "system_event",
          "settings_updated",
          "outcome_routed");

  @ParameterizedTest
  @CsvSource({
    "/ws, positions graph_update system_event settings_updated",
    "/ws/voice, ''",
    "/ws/agents, agent_status task_progress system_event",
    "/ws/analytics, gpu_analytics anomaly_detected",
    "/ws/qis, ''",
    "/, ''"
  })
  void anEndpointChoosesWhatASessionIsSubscribedToAtFirst(String path, String events) {
    List<String> expected = Arrays.stream(events.split(" ")).filter(one -> !one.isEmpty()).toList();
    assertThat(open(Door.OPEN, path).events()).isEqualTo(expected);
  }

  @Test
  void anUnknownParameterOfTheAddressIsPassedOver() {
    assertThat(open(Door.OPEN, "/ws?fps=30&protocol=2&x=y").events()).hasSize(4);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void subscribeAndUnsubscribeAreAnsweredWithAllThatIsHeld(String path) {
    FlowClient client = open(Door.OPEN, path);
    client.unsubscribe(client.events().toArray(String[]::new));
    assertThat(client.subscribe("task_progress", "agent_status"))
        .containsExactly("agent_status", "task_progress");
    assertThat(client.subscribe("agent_status", "outcome_routed"))
        .containsExactly("agent_status", "task_progress", "outcome_routed");
    assertThat(client.unsubscribe("task_progress", "positions"))
        .containsExactly("agent_status", "outcome_routed");
    assertThat(client.subscribe()).containsExactly("agent_status", "outcome_routed");
    assertThat(client.subscribe(EVENTS.toArray(String[]::new))).isEqualTo(EVENTS);
    assertThat(client.unsubscribe(EVENTS.toArray(String[]::new))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"subscribe, agents", "unsubscribe, Positions", "subscribe, ''"})
  void anUnknownEventIsRefusedWithTheKnownOnesAndNothingChanges(String type, String event) {
    FlowClient client = open(Door.OPEN, "/ws");
    JsonObject error =
        client.refused(
            FlowClient.message(type)
                .put("events", new JsonArray().add("outcome_routed").add(event)),
            "UNKNOWN_EVENT");
    assertThat(error.getString("message")).isEqualTo("unknown event: " + event);
    assertThat(ThreeNodes.strings(error.getJsonObject("details").getJsonArray("known")))
        .containsExactlyElementsOf(EVENTS);
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("events[1]");
    assertThat(error.getJsonObject("details").getString("came")).isEqualTo(event);
    assertThat(client.events()).hasSize(4).doesNotContain("outcome_routed");
  }

  /** A client's message, and the type or, for an error, the code and the role of its answer. */
  private record Exchange(String message, String answer, String role) {}

  private static Exchange answered(String message, String type) {
    return new Exchange(message, type, "");
  }

  private static Exchange refused(String message, String code) {
    return new Exchange(message, code, "");
  }

  private static Exchange missing(String message, String role) {
    return new Exchange(message, "UNAVAILABLE", role);
  }

  private static List<Exchange> exchanges(String path) {
    List<Exchange> all = new ArrayList<>();
    all.add(answered("{'type':'ping'}", "pong"));
    all.add(answered("{'type':'ping','timestamp':1706006400000}", "pong"));
    all.add(answered("{'type':'auth','token':'" + Tokens.of("me") + "'}", "authenticated"));
    all.add(answered("{'type':'subscribe','events':['agent_status']}", "subscribed"));
    all.add(answered("{'type':'unsubscribe','events':['agent_status']}", "subscribed"));
    String setting = "'path':'test.every." + path.replace('/', '-') + "','value':true";
    all.add(answered("{'type':'settings'," + setting + "}", "settings_updated"));
    all.add(
        answered("{'type':'settings_batch','updates':[{" + setting + "}]}", "settings_updated"));
    all.add(answered("{'type':'register','fingerprint':[1,0]}", "registered"));
    all.add(answered("{'type':'outcome','packet':{'payload':'p'}}", "outcome_ack"));
    all.add(answered("{'type':'query','fingerprint':[1,0]}", "query_result"));
    all.add(
        refused(
            "{'type':'graph_interaction','action':'node_selected','nodeId':'node_123',"
                + "'position':{'x':100,'y':200,'z':0}}",
            "NODE_NOT_FOUND"));
    all.addAll(
        List.of(
            refused(
                "{'type':'agent_control','action':'pause','agentId':'agent_123'}",
                "AGENT_NOT_FOUND"),
            refused("{'type':'agent_spawn','kind':'juggler'}", "INVALID_MESSAGE"),
            answered(
                "{'type':'task_submit','description':'juggle','kind':'juggler','timeoutMs':1000}",
                "task_status"),
            refused("{'type':'task_cancel','taskId':'task-1'}", "TASK_NOT_FOUND"),
            refused("{'type':'task_report','taskId':'task-1','attempt':1}", "TASK_NOT_FOUND"),
            missing(
                "{'type':'voice_command','command':'spawn a researcher agent','sessionId':'s',"
                    + "'userId':'u','audioData':'UklGRg==','format':'wav',"
                    + "'timestamp':1706006400000}",
                "voice"),
            missing("{'type':'voice_start','sessionId':'s','sampleRate':16000}", "voice"),
            missing("{'type':'voice_stop','sessionId':'s'}", "voice"),
            answered("{'type':'register','profile':'a baker'}", "registered"),
            answered("{'type':'query','profile':'a baker'}", "query_result")));
    return all;
  }

  @ParameterizedTest
  @MethodSource("paths")
  void everyMessageIsTakenOnEveryEndpointAndItsIdIsRepeated(String path) {
    FlowClient client = open(Door.OPEN, path);
    int number = 0;
    for (Exchange exchange : exchanges(path)) {
      JsonObject message = new JsonObject(exchange.message().replace('\'', '"'));
      for (Object id : List.of("text-" + number, 1_000 + number, number + 0.5)) {
        client.socket().send(message.copy().put("id", id));
        JsonObject reply =
            client.socket().next(one -> id.equals(one.getValue("id")), "a reply to " + message);
        assertFits(reply, exchange);
        number++;
      }
    }
  }

  private static void assertFits(JsonObject reply, Exchange exchange) {
    if (reply.getString("type").equals("error") && exchange.role().isEmpty()) {
      FlowClient.requireError(reply, exchange.answer());
    } else if (exchange.role().isEmpty()) {
      assertThat(reply.getString("type")).as(reply.encode()).isEqualTo(exchange.answer());
    } else {
      JsonObject error = FlowClient.requireError(reply, exchange.answer());
      assertThat(error.getJsonObject("details").getString("role")).isEqualTo(exchange.role());
      assertThat(error.getString("message")).startsWith(exchange.role() + ": ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "node_selected",
    "node_deselected",
    "node_drag_start",
    "node_drag",
    "node_drag_end",
    "node_pin",
    "node_unpin"
  })
  void everyActionOnANodeIsUnderstood(String action) {
    FlowClient client = open(Door.OPEN, "/ws");
    JsonObject interaction =
        FlowClient.message("graph_interaction")
            .put("action", action)
            .put("position", new JsonObject("{\"x\":1,\"y\":2.5,\"z\":-3}"));
    for (Object node : List.of("node_123", "7", 7)) {
      client.refused(interaction.put("nodeId", node), "NODE_NOT_FOUND");
    }
  }

  @ParameterizedTest
  @CsvSource({"pause", "resume", "stop", "restart"})
  void everyActionOfAnAgentIsUnderstood(String action) {
    JsonObject control =
        FlowClient.message("agent_control").put("action", action).put("agentId", "agent_123");
    open(Door.OPEN, "/ws").refused(control, "AGENT_NOT_FOUND");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void repliesHaveTheFieldsOfTheReferenceInItsOrder(String path) {
    RawWebSocket socket = raw(Door.OPEN, path);
    long before = System.currentTimeMillis();
    socket.sendText("{\"type\":\"ping\",\"timestamp\":1706006400000}");
    JsonObject pong = new JsonObject(socket.readTextWith("\"pong\""));
    assertThat(pong.fieldNames()).containsExactly("type", "timestamp", "serverTime");
    assertThat(pong.getLong("timestamp")).isEqualTo(1_706_006_400_000L);
    assertThat(pong.getLong("serverTime")).isBetween(before, System.currentTimeMillis());
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
    socket.sendText("{\"type\":\"settings\",\"path\":\"test.shape\",\"value\":[1, {\"a\": null}]}");
    String text = socket.readTextWith("test.shape");
    JsonObject updated = new JsonObject(text);
    assertThat(updated.fieldNames()).containsExactly("type", "path", "value", "timestamp");
    assertThat(text).contains("\"value\":[1,{\"a\":null}]");
    assertThat(updated.getLong("timestamp")).isBetween(before, System.currentTimeMillis());
  }

  @Test
  void messagesOfASessionTakeEffectInTheOrderInWhichTheyCame() {
    FlowClient client = open(Door.OPEN, "/ws");
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      client.socket().send(FlowClient.setting("test.order", i).put("id", i));
      expected.add(i);
    }
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      JsonObject updated = client.socket().next("settings_updated");
      assertThat(updated.getValue("id")).isEqualTo(updated.getValue("value"));
      values.add(updated.getInteger("value"));
    }
    assertThat(values).isEqualTo(expected);
    client.socket().send("{\"type\":\"subscribe\",\"events\":[\"outcome_routed\"]}");
    client.socket().send("{\"type\":\"unsubscribe\",\"events\":[\"outcome_routed\"]}");
    assertThat(client.socket().next("subscribed").getJsonArray("events"))
        .contains("outcome_routed");
    assertThat(client.socket().next("subscribed").getJsonArray("events"))
        .doesNotContain("outcome_routed");
  }

  @Test
  void registrationsOutcomesAndTheErrorsInTheirPlaceAreAnsweredInOrder() {
    RawWebSocket socket = raw(Door.OPEN, "/ws");
    socket.sendText(
        "{\"type\":\"unsubscribe\",\"events\":[\"system_event\",\"settings_updated\"]}",
        "{\"type\":\"outcome\",\"packet\":{},\"id\":1}",
        "{\"type\":\"register\",\"fingerprint\":[1,0],\"id\":2}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":1},\"id\":3}",
        "nonsense",
        "{\"type\":\"outcome\",\"id\":4}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":2},\"id\":5}");
    assertThat(socket.readTextWith("subscribed")).contains("graph_update");
    assertThat(socket.readText()).contains("NOT_REGISTERED").contains("\"id\":1");
    assertThat(socket.readText()).contains("\"registered\"").contains("\"id\":2");
    assertThat(socket.readText()).contains("outcome_ack").contains("\"id\":3");
    assertThat(socket.readText()).contains("INVALID_JSON");
    assertThat(socket.readText()).contains("INVALID_MESSAGE").contains("\"id\":4");
    assertThat(socket.readText()).contains("outcome_ack").contains("\"id\":5");
  }
}
