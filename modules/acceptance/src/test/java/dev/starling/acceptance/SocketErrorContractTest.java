/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered to messages that cannot be taken: which field, what was expected, what came. */
class SocketErrorContractTest extends SocketContract {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          auth|'x':1|token|nothing
          auth|'token':''|token|an empty string
          auth|'token':5|token|a number
          auth|'token':'t','pubkey':{}|pubkey|an object
          subscribe|'x':1|events|nothing
          subscribe|'events':null|events|nothing
          subscribe|'events':'positions'|events|a string
          subscribe|'events':['positions',7]|events[1]|a number
          subscribe|'events':[null]|events[0]|null
          unsubscribe|'x':1|events|nothing
          unsubscribe|'events':{}|events|an object
          unsubscribe|'events':[true]|events[0]|true
          settings|'value':1|path|nothing
          settings|'path':'','value':1|path|nothing
          settings|'path':5,'value':1|path|a number
          settings|'path':'test.value'|value|nothing
          settings_batch|'x':1|updates|nothing
          settings_batch|'updates':{}|updates|an object
          settings_batch|'updates':[]|updates|none
          settings_batch|'updates':[1]|updates[0]|a number
          settings_batch|'updates':[{'path':'test.a','value':1},{'value':1}]|updates[1].path|nothing
          settings_batch|'updates':[{'path':'test.a'}]|updates[0].value|nothing
          graph_interaction|'nodeId':'n'|action|nothing
          graph_interaction|'action':'node_flown','nodeId':'n'|action|node_flown
          graph_interaction|'action':5,'nodeId':'n'|action|a number
          graph_interaction|'action':'node_selected'|nodeId|nothing
          graph_interaction|'action':'node_selected','nodeId':''|nodeId|an empty string
          graph_interaction|'action':'node_selected','nodeId':true|nodeId|true
          graph_interaction|'action':'node_selected','nodeId':-1|nodeId|-1
          graph_interaction|'action':'node_selected','nodeId':1.5|nodeId|1.5
          graph_interaction|'action':'node_drag','nodeId':'n'|position|nothing
          graph_interaction|'action':'node_drag','nodeId':'n','position':'x'|position|a string
          graph_interaction|'action':'node_drag','nodeId':'n','position':{'x':1,'y':2}|position.z|nothing
          graph_interaction|'action':'node_pin','nodeId':'n','position':{'x':'1'}|position.x|a string
          graph_interaction|'action':'node_drag','nodeId':'n','position':{'x':1,'y':1e39,'z':0}|position.y|1.0E39
          agent_control|'agentId':'a'|action|nothing
          agent_control|'action':'explode','agentId':'a'|action|explode
          agent_control|'action':'pause'|agentId|nothing
          agent_control|'action':'pause','agentId':7|agentId|a number
          voice_command|'sessionId':'s'|command|neither
          voice_command|'command':' '|command|neither
          voice_command|'command':5|command|a number
          voice_command|'audioData':5|audioData|a number
          voice_command|'audioData':'?'|audioData|other text
          voice_command|'command':'c','format':5|format|a number
          voice_command|'command':'c','sessionId':5|sessionId|a number
          voice_command|'command':'c','userId':[]|userId|an array
          voice_command|'command':'c','timestamp':'now'|timestamp|a string
          voice_start|'sessionId':'s'|sampleRate|nothing
          voice_start|'sampleRate':100|sampleRate|100
          voice_start|'sampleRate':16000.5|sampleRate|16000.5
          voice_start|'sampleRate':'x'|sampleRate|a string
          voice_start|'sampleRate':16000,'sessionId':5|sessionId|a number
          voice_stop|'sessionId':5|sessionId|a number
          ping|'timestamp':{}|timestamp|an object
          register|'agent_id':5|agent_id|a number
          register|'meta':'m'|meta|a string
          register|'fingerprint':[1],'threshold':'high'|threshold|a string
          query|'fingerprint':[1],'limit':0|limit|0
          outcome|'x':1|packet|nothing
          outcome|'packet':'p'|packet|a string
          """)
  void aFieldThatCannotBeTakenIsNamedWithWhatWasExpectedAndWhatCame(
      String type, String fields, String field, String came) {
    FlowClient client = open(Door.OPEN, "/ws/voice");
    JsonObject message =
        new JsonObject("{\"type\":\"" + type + "\"," + fields.replace('\'', '"') + "}");
    JsonObject error = client.refused(message, "INVALID_MESSAGE");
    JsonObject details = error.getJsonObject("details");
    assertThat(error.fieldNames())
        .containsExactly("type", "code", "message", "details", "error", "id");
    assertThat(details.getString("field")).as(error.encode()).isEqualTo(field);
    assertThat(details.getString("came")).as(error.encode()).isEqualTo(came);
    assertThat(error.getString("message"))
        .isEqualTo(field + ": expected " + details.getString("expected") + ", got " + came);
    assertThat(client.events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "{}", "[1]"})
  void anIdIsAStringOrANumber(String id) {
    FlowClient client = open(Door.OPEN, "/ws");
    client.socket().send("{\"type\":\"subscribe\",\"events\":[],\"id\":" + id + "}");
    JsonObject error = FlowClient.requireError(client.socket().next("error"), "INVALID_MESSAGE");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("id");
    assertThat(error.containsKey("id")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void anUnknownTypeIsNamedWithTheKnownOnes(String path) {
    FlowClient client = open(Door.OPEN, path);
    JsonObject error = client.refused(FlowClient.message("dance"), "UNKNOWN_TYPE");
    assertThat(error.getString("error")).isEqualTo("unknown message type: dance");
    assertThat(ThreeNodes.strings(error.getJsonObject("details").getJsonArray("known")))
        .containsExactlyInAnyOrder(
            "register",
            "outcome",
            "query",
            "ping",
            "auth",
            "subscribe",
            "unsubscribe",
            "settings",
            "settings_batch",
            "graph_interaction",
            "agent_control",
            "agent_spawn",
            "task_submit",
            "task_cancel",
            "task_report",
            "voice_command",
            "voice_start",
            "voice_stop");
    error = client.refused(new JsonObject(), "UNKNOWN_TYPE");
    assertThat(error.getString("error")).isEqualTo("unknown message type: None");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nonsense", "[]", "7", "null", "\"ping\"", "{\"type\":\"ping\"", "{} {}"})
  void whatIsNoJsonObjectIsInvalidJson(String text) {
    RawWebSocket socket = raw(Door.OPEN, "/ws");
    socket.sendText(text);
    JsonObject error = new JsonObject(socket.readTextWith("\"error\""));
    assertThat(error.fieldNames()).containsExactly("type", "code", "message", "details", "error");
    FlowClient.requireError(error, "INVALID_JSON");
    assertThat(error.getString("error")).isEqualTo("invalid JSON");
    assertThat(error.getJsonObject("details").getString("reason")).isNotBlank();
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void anOutcomeBeforeARegistrationIsRefusedInTheReferencesWordsOnAnyEndpoint() {
    for (String path : PATHS) {
      JsonObject outcome = FlowClient.message("outcome").put("packet", new JsonObject());
      JsonObject error = open(Door.OPEN, path).refused(outcome, "NOT_REGISTERED");
      assertThat(error.getString("error")).isEqualTo("register before depositing outcomes");
    }
  }

  @Test
  void aFingerprintThatIsNoneAndAConfidenceOutOfRangeHaveCodesOfTheirOwn() {
    FlowClient client = open(Door.OPEN, "/ws");
    client.refused(
        new JsonObject("{\"type\":\"register\",\"fingerprint\":[]}"), "INVALID_FINGERPRINT");
    client.refused(
        new JsonObject("{\"type\":\"query\",\"fingerprint\":[\"x\"]}"), "INVALID_FINGERPRINT");
    client.socket().register(fresh("agent"), 1, 0);
    client.refused(
        new JsonObject("{\"type\":\"outcome\",\"packet\":{\"confidence\":1.5}}"),
        "INVALID_CONFIDENCE");
  }
}
