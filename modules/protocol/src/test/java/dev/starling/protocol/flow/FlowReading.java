/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import dev.starling.protocol.qis.QisClientMessage;
import dev.starling.protocol.session.ClientMessage;
import dev.starling.protocol.session.ClientMessageReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the tests of {@link FlowReader} share: messages as text, one of each type among them. */
final class FlowReading {
  /** One message of each type with every field that is read. */
  static final List<String> VALID =
      List.of(
          "{\"type\":\"auth\",\"token\":\"aGVhZA.Ym9keQ.c2ln\",\"pubkey\":\"npub1é\",\"id\":1}",
          "{\"type\":\"subscribe\",\"events\":[\"agent_status\",\"task_progress\"],\"id\":\"s\"}",
          "{\"id\":-2.5e1,\"type\":\"unsubscribe\",\"events\":[\"positions\"],\"x\":{\"y\":[1]}}",
          "{\"type\":\"settings\",\"path\":\"visualisation.rendering.enable_shadows\","
              + "\"value\":true,\"id\":2}",
          "{\"type\":\"settings_batch\",\"updates\":[{\"path\":\"test.value\",\"value\":123},"
              + "{\"value\":{\"a\":[null]},\"path\":\"test.é\"}],\"id\":3}",
          "{\"type\":\"graph_interaction\",\"action\":\"node_drag\",\"nodeId\":\"node_123\","
              + "\"position\":{\"x\":100,\"y\":-2.5e1,\"z\":0,\"w\":[null]},\"id\":\"\\u00e9\"}",
          "{\"type\":\"graph_interaction\",\"action\":\"node_selected\",\"nodeId\":17}",
          "{\"type\":\"agent_control\",\"action\":\"pause\",\"agentId\":\"agent_123\",\"id\":4}",
          "{\"type\":\"agent_spawn\",\"kind\":\"coder\",\"name\":\"Ünal\",\"profile\":\"rust\","
              + "\"node\":\"n\",\"swarm\":\"s\",\"id\":8}",
          "{\"type\":\"task_submit\",\"description\":\"Read é\",\"target\":\"a\",\"kind\":\"coder\","
              + "\"capability\":\"rust\",\"fingerprint\":[1,0.5],\"space\":\"news\","
              + "\"priority\":\"high\",\"input\":{\"a\":[1]},\"timeoutMs\":5e3,\"id\":9}",
          "{\"type\":\"task_submit\",\"description\":\"x\"}",
          "{\"type\":\"task_cancel\",\"taskId\":\"task-1\",\"id\":10}",
          "{\"type\":\"task_report\",\"taskId\":\"task-1\",\"attempt\":2,\"progress\":12.5,"
              + "\"message\":\"é\",\"id\":11}",
          "{\"type\":\"task_report\",\"taskId\":\"task-1\",\"attempt\":1,\"status\":\"completed\","
              + "\"result\":{\"a\":null}}",
          "{\"type\":\"task_report\",\"taskId\":\"task-1\",\"attempt\":1,\"status\":\"failed\","
              + "\"reason\":\"no room\",\"retry\":true}",
          "{\"type\":\"voice_command\",\"command\":\"spawn a \\\"researcher\\\" agent\","
              + "\"sessionId\":\"session_123\",\"userId\":\"user_456\",\"audioData\":\"UklGRg==\","
              + "\"format\":\"wav\",\"timestamp\":1706006400000,\"id\":\"v-1\"}",
          "{\"type\":\"voice_start\",\"sessionId\":\"session_123\",\"sampleRate\":16000,\"id\":6}",
          "{\"type\":\"voice_stop\",\"sessionId\":\"session_123\",\"id\":7}");

  private FlowReading() {}

  static FlowClientMessage read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return read(bytes, 0, bytes.length);
  }

  static FlowClientMessage read(byte[] bytes, int from, int to) {
    return switch (ClientMessageReader.read(bytes, from, to)) {
      case ClientMessage.Flow(FlowClientMessage message) -> message;
      case ClientMessage.Qis(QisClientMessage other) ->
          throw new AssertionError("of the other dialect: " + other);
    };
  }

  /** A message of {@code type} with these members. */
  static String message(String type, String members) {
    return "{\"type\":\"" + type + "\"" + (members.isEmpty() ? "" : "," + members) + "}";
  }
}
