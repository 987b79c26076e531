/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.flow.FlowReading.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowClientMessage.AgentControl;
import dev.starling.protocol.flow.FlowClientMessage.Auth;
import dev.starling.protocol.flow.FlowClientMessage.GraphInteraction;
import dev.starling.protocol.flow.FlowClientMessage.Subscribe;
import dev.starling.protocol.flow.FlowClientMessage.Unsubscribe;
import dev.starling.protocol.flow.FlowClientMessage.VoiceCommand;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStart;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStop;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message that is taken, and what is made of it. */
final class FlowReaderTest {

  @Test
  void theFirstMessageOfTheReferenceSaysWhoItIs() {
    assertThat(read("{\"type\":\"auth\",\"token\":\"a.b.c\",\"pubkey\":\"npub1xyz\"}"))
        .isEqualTo(new Auth(null, "a.b.c", "npub1xyz"));
    assertThat(read("{\"type\":\"auth\",\"token\":\"a.b.c\",\"id\":\"x\"}"))
        .isEqualTo(new Auth(RawJson.of("\"x\""), "a.b.c", null));
  }

  @Test
  void theSubscriptionsOfTheReferenceAreRead() {
    assertThat(read("{\"type\":\"subscribe\",\"events\":[\"agent_status\",\"task_progress\"]}"))
        .isEqualTo(new Subscribe(null, Set.of(Event.AGENT_STATUS, Event.TASK_PROGRESS)));
    assertThat(read("{\"type\":\"unsubscribe\",\"events\":[\"task_progress\"]}"))
        .isEqualTo(new Unsubscribe(null, Set.of(Event.TASK_PROGRESS)));
  }

  @Test
  void everyEventCanBeAskedForAtOnceAndTwice() {
    String all =
        EnumSet.allOf(Event.class).stream()
            .map(event -> "\"" + event.word() + "\"")
            .collect(Collectors.joining(","));

    assertThat(read(message("subscribe", "\"id\":5,\"events\":[" + all + "," + all + "]")))
        .isEqualTo(new Subscribe(RawJson.of("5"), EnumSet.allOf(Event.class)));
  }

  @Test
  void noEventsAtAllMayBeAskedFor() {
    assertThat(read("{\"type\":\"subscribe\",\"events\":[]}"))
        .isEqualTo(new Subscribe(null, Set.of()));
  }

  @Test
  void theInteractionOfTheReferenceIsRead() {
    String text =
        """
        {
          "type": "graph_interaction",
          "action": "node_selected",
          "nodeId": "node_123",
          "position": { "x": 100, "y": 200, "z": 0 }
        }
        """;

    assertThat(read(text))
        .isEqualTo(
            new GraphInteraction(
                null,
                NodeAction.NODE_SELECTED,
                new NodeRef.Key("node_123"),
                new Position(100, 200, 0)));
  }

  @ParameterizedTest
  @EnumSource(NodeAction.class)
  void everyActionIsKnownByItsNameInSmallLetters(NodeAction action) {
    String members =
        "\"action\":\"%s\",\"nodeId\":7,\"position\":{\"x\":1,\"y\":2,\"z\":3}"
            .formatted(action.word());

    assertThat(action.word()).isLowerCase().startsWith("node_");
    assertThat(read(message("graph_interaction", members)))
        .isEqualTo(
            new GraphInteraction(null, action, new NodeRef.FrameId(7), new Position(1, 2, 3)));
  }

  @ParameterizedTest
  @EnumSource(value = NodeAction.class, mode = EnumSource.Mode.EXCLUDE, names = "NODE_DRAG")
  void onlyADragNeedsAPosition(NodeAction action) {
    String members = "\"action\":\"" + action.word() + "\",\"nodeId\":\"n\",\"position\":null";

    assertThat(read(message("graph_interaction", members)))
        .isEqualTo(new GraphInteraction(null, action, new NodeRef.Key("n"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          0            | 0
          -0           | 0
          32768        | 32768
          2147483647   | 2147483647
          """)
  void aNumberNamesANodeByItsFrameId(String given, long id) {
    assertThat(node(given)).isEqualTo(new NodeRef.FrameId(id));
  }

  /** Whether a node has the key "17" is for the graph to say, not for the reader. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "17"         | 17
          "-1"         | -1
          " "          | ` `
          "é😀\\u0041" | é😀A
          """)
  void aStringNamesANodeByItsKeyEvenIfItIsAllDigits(String given, String key) {
    assertThat(node(given)).isEqualTo(new NodeRef.Key(key));
  }

  private static @Nullable NodeRef node(String given) {
    return read(message("graph_interaction", "\"action\":\"node_pin\",\"nodeId\":" + given))
            instanceof GraphInteraction(var _, var _, NodeRef node, var _)
        ? node
        : null;
  }

  @Test
  void aPositionMayLieAnywhereWithinTheRangeOfAFloat() {
    String most = "3.4028234663852886e38";
    String members =
        "\"action\":\"node_drag\",\"nodeId\":1,\"position\":{\"z\":1e-400,\"x\":"
            + most
            + ",\"unknown\":[{}],\"y\":-"
            + most
            + "}";

    assertThat(read(message("graph_interaction", members)))
        .isEqualTo(
            new GraphInteraction(
                null,
                NodeAction.NODE_DRAG,
                new NodeRef.FrameId(1),
                new Position(Float.MAX_VALUE, -Float.MAX_VALUE, 0)));
  }

  @ParameterizedTest
  @EnumSource(ControlAction.class)
  void agentsAreControlledAsInTheReference(ControlAction action) {
    String members = "\"action\":\"" + action.word() + "\",\"agentId\":\"agent_123\",\"id\":9";

    assertThat(read(message("agent_control", members)))
        .isEqualTo(new AgentControl(RawJson.of("9"), action, "agent_123"));
  }

  @Test
  void theActionsAreThoseThatClientsWerePromised() {
    assertThat(ControlAction.values())
        .extracting(ControlAction::word)
        .containsExactly("pause", "resume", "stop", "restart");
    assertThat(NodeAction.values())
        .extracting(NodeAction::word)
        .containsExactly(
            "node_selected",
            "node_deselected",
            "node_drag_start",
            "node_drag",
            "node_drag_end",
            "node_pin",
            "node_unpin");
  }

  @Test
  void aVoiceCommandWithEveryFieldOfTheReferenceIsRead() {
    String text =
        """
        {
          "type": "voice_command",
          "command": "spawn a researcher agent",
          "sessionId": "session_123",
          "userId": "user_456",
          "audioData": "UklGRgAAAABXQVZF",
          "format": "wav",
          "timestamp": 1706006400000
        }
        """;

    assertThat(read(text))
        .isEqualTo(
            new VoiceCommand(
                null,
                "spawn a researcher agent",
                new Audio("RIFF\0\0\0\0WAVE".getBytes(StandardCharsets.ISO_8859_1), "wav"),
                "session_123",
                "user_456"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"command\":null", ",\"command\":\"\"", ",\"command\":\" \\n\""})
  void audioMayComeWithoutWords(String command) {
    assertThat(read(message("voice_command", "\"audioData\":\"AQID\"" + command)))
        .isEqualTo(new VoiceCommand(null, null, new Audio(new byte[] {1, 2, 3}, ""), null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"audioData\":null", ",\"audioData\":\"\",\"format\":\"wav\""})
  void wordsMayComeWithoutAudio(String audio) {
    assertThat(read(message("voice_command", "\"id\":1,\"command\":\" stop \"" + audio)))
        .isEqualTo(new VoiceCommand(RawJson.of("1"), " stop ", null, null, null));
  }

  @ParameterizedTest
  @CsvSource({"AA==, 1", "AA, 1", "+/8=, 2", "\\u0041A==, 1", "//79, 3"})
  void audioIsBase64WithOrWithoutPadding(String base64, int length) {
    assertThat(read(message("voice_command", "\"audioData\":\"" + base64 + "\"")))
        .isInstanceOfSatisfying(
            VoiceCommand.class,
            command ->
                assertThat(command.audio())
                    .isNotNull()
                    .extracting(Audio::bytes)
                    .isInstanceOfSatisfying(
                        byte[].class, bytes -> assertThat(bytes).hasSize(length)));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000, 44_100, 48_000})
  void speechBeginsWithItsSampleRateAndEnds(int rate) {
    assertThat(read(message("voice_start", "\"sessionId\":\"s\",\"sampleRate\":" + rate)))
        .isEqualTo(new VoiceStart(null, "s", rate));
    assertThat(read("{\"type\":\"voice_stop\",\"sessionId\":\"s\",\"id\":\"e\"}"))
        .isEqualTo(new VoiceStop(RawJson.of("\"e\""), "s"));
  }

  @Test
  void aNameThatIsEmptyOrNullMeansAbsent() {
    for (String none : new String[] {"null", "\"\""}) {
      assertThat(read(message("auth", "\"token\":\"t\",\"id\":null,\"pubkey\":" + none)))
          .isEqualTo(new Auth(null, "t", null));
      assertThat(
              read(
                  message(
                      "voice_command",
                      "\"command\":\"c\",\"timestamp\":null,\"format\":null,\"sessionId\":"
                          + none
                          + ",\"userId\":"
                          + none)))
          .isEqualTo(new VoiceCommand(null, "c", null, null, null));
      assertThat(read(message("voice_start", "\"sampleRate\":8000,\"sessionId\":" + none)))
          .isEqualTo(new VoiceStart(null, null, 8000));
      assertThat(read(message("voice_stop", "\"sessionId\":" + none)))
          .isEqualTo(new VoiceStop(null, null));
    }
  }

  @Test
  void everyTypeIsReadWithItsFieldsInAnyOrderAndStrangersAmongThem() {
    String stranger = "\"unknown\":{\"type\":\"x\",\"id\":[{\"events\":[1e999,\"\\ud800\"]}]}";
    for (String text : FlowReading.VALID) {
      FlowClientMessage plain = read(text);
      assertThat(read("{" + stranger + "," + text.substring(1))).isEqualTo(plain);
      assertThat(read(text.substring(0, text.length() - 1) + "," + stranger + "}"))
          .isEqualTo(plain);
      assertThat(read(" \n\t" + text + "\r\n")).isEqualTo(plain);
    }
    assertThat(FlowReading.VALID.stream().map(text -> read(text).getClass().getName()))
        .containsAll(
            Arrays.stream(FlowClientMessage.class.getPermittedSubclasses())
                .map(Class::getName)
                .toList());
  }

  @Test
  void namesOfFieldsMayBeEscaped() {
    assertThat(
            read(
                "{\"ag\\u0065ntId\":\"a\",\"\\u0061ction\":\"st\\u006fp\",\"t\\u0079pe\":"
                    + "\"agent_control\",\"\\u0069d\":1}"))
        .isEqualTo(new AgentControl(RawJson.of("1"), ControlAction.STOP, "a"));
  }

  @Test
  void ofFieldsOfOneNameTheLastCounts() {
    assertThat(read(message("auth", "\"token\":\"a\",\"token\":\"b\",\"id\":1,\"id\":2")))
        .isEqualTo(new Auth(RawJson.of("2"), "b", null));
    assertThat(
            read(
                message(
                    "subscribe",
                    "\"events\":[\"positions\"],\"\\u0065vents\":[\"gpu_analytics\"]")))
        .isEqualTo(new Subscribe(null, Set.of(Event.GPU_ANALYTICS)));
    assertThat(
            read(
                message(
                    "graph_interaction",
                    "\"action\":\"node_drag\",\"action\":\"node_pin\",\"nodeId\":1,\"nodeId\":\"n\","
                        + "\"position\":{\"x\":1,\"y\":2,\"z\":3},\"position\":null")))
        .isEqualTo(new GraphInteraction(null, NodeAction.NODE_PIN, new NodeRef.Key("n"), null));
    assertThat(
            read(
                message(
                    "voice_command",
                    "\"command\":\"c\",\"audioData\":\"AA==\",\"audioData\":null")))
        .isEqualTo(new VoiceCommand(null, "c", null, null, null));
  }

  @Test
  void anUnknownEventThatIsTakenBackDoesNoHarm() {
    assertThat(read(message("subscribe", "\"events\":[\"x\"],\"events\":[\"positions\"]")))
        .isEqualTo(new Subscribe(null, Set.of(Event.POSITIONS)));
  }

  @Test
  void aMessageCannotBeChangedFromOutside() {
    EnumSet<Event> events = EnumSet.of(Event.POSITIONS);
    Subscribe subscribe = new Subscribe(null, events);
    Unsubscribe unsubscribe = new Unsubscribe(null, events);
    events.add(Event.TASK_PROGRESS);

    assertThat(subscribe.events()).containsExactly(Event.POSITIONS);
    assertThat(unsubscribe.events()).containsExactly(Event.POSITIONS);
  }

  @Test
  void aMessageInWordsTellsNeitherTokenNorSound() {
    String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl";

    assertThat(read(message("auth", "\"token\":\"" + token + "\",\"pubkey\":\"npub1\",\"id\":3")))
        .hasToString("Auth[id=3]");
    assertThat(
            read(message("voice_command", "\"audioData\":\"AQID\",\"format\":\"wav\"")).toString())
        .contains("Audio[3 bytes, wav]");
  }
}
