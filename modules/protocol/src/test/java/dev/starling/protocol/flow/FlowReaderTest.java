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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
