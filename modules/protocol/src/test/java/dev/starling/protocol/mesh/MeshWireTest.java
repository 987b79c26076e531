/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Audio;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.WriteCheck;
import dev.starling.protocol.mesh.GatewayMessage.WriteState;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.protocol.mesh.RouterMessage.Traffic;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import dev.starling.protocol.mesh.RouterMessage.Witness;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.StoredSetting;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MeshWireTest {

  static List<MeshMessage> samples() {
    return MeshSamples.all();
  }

  @Test
  void everyMessageHasASample() {
    assertThat(MeshSamples.all().stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(messages(MeshMessage.class));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyMessageComesBackAsItWent(MeshMessage message) {
    byte[] bytes = MeshWire.encode(message);
    MeshMessage back = MeshWire.decode(bytes, 0, bytes.length);

    assertThat(back).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(message);
    assertThat(MeshWire.encode(back)).hasSameSizeAs(bytes);
  }

  @Test
  void aDeliveryComesBackWithTheContentsOfItsArrays() {
    for (MeshMessage message : MeshSamples.all()) {
      if (message instanceof Deliver sent) {
        byte[] bytes = MeshWire.encode(sent);
        assertThat(MeshWire.decode(bytes, 0, bytes.length))
            .isInstanceOfSatisfying(
                Deliver.class,
                back -> {
                  assertThat(back.incarnation()).isEqualTo(sent.incarnation());
                  assertThat(back.packet()).isEqualTo(sent.packet());
                  assertThat(back.keys()).containsExactly(sent.keys());
                  assertThat(back.similarities()).containsExactly(sent.similarities());
                  assertThat(back.acceptedMicros()).isEqualTo(sent.acceptedMicros());
                });
      }
    }
  }

  @Test
  void aMessageIsReadFromTheMiddleOfAnArray() {
    byte[] bytes = HexFormat.of().parseHex("ffff02e604026102620263ff");

    assertThat(MeshWire.decode(bytes, 2, bytes.length - 1)).isEqualTo(new Sighting("a", "b", "c"));
  }

  @Test
  void everyNumberIsPinnedAndNoneIsUsedTwice() {
    Map<Integer, Set<String>> numbers = new TreeMap<>();
    for (MeshMessage message : MeshSamples.all()) {
      byte[] bytes = MeshWire.encode(message);
      WireReader in = new WireReader(bytes, 0, bytes.length);
      assertThat(in.number()).isEqualTo(MeshWire.VERSION);
      numbers
          .computeIfAbsent(in.integer(), _ -> new LinkedHashSet<>())
          .add(message.getClass().getSimpleName());
    }

    assertThat(numbers.values()).allSatisfy(names -> assertThat(names).hasSize(1));
    assertThat(
            numbers.entrySet().stream()
                .map(number -> number.getKey() + " " + String.join(", ", number.getValue())))
        .containsExactly(
            "101 Hello",
            "102 StatusQuery",
            "103 NodeStatus",
            "104 SettingsChanged",
            "201 Deliver",
            "202 Evict",
            "203 AgentsQuery",
            "204 AgentsPage",
            "205 Publish",
            "206 OutcomeSample",
            "207 WriteCheck",
            "208 WriteState",
            "209 Positions",
            "210 PathTree",
            "211 Taken",
            "212 LastPositionsQuery",
            "213 LastPositions",
            "214 Enrol",
            "215 Enrolled",
            "216 Dismiss",
            "217 Dismissed",
            "218 Emit",
            "219 AgentIs",
            "220 Steer",
            "221 Assign",
            "222 Assigned",
            "223 Recall",
            "224 PublishOnce",
            "301 Feed",
            "302 FeedAck",
            "303 Claim",
            "304 Claimed",
            "305 Deposit",
            "306 Routed",
            "307 Sighting",
            "308 Seen",
            "309 Settled",
            "310 LineageQuery",
            "311 Lineage",
            "312 SimilarQuery",
            "313 SimilarAgents",
            "314 RecentQuery",
            "315 RecentOutcomes",
            "316 PairsActivated",
            "317 HolderQuery",
            "318 Holder",
            "319 Witness",
            "320 RosterQuery",
            "321 RosterPart",
            "322 TrafficQuery",
            "323 Traffic",
            "401 Interact",
            "402 Interacted",
            "403 SessionEnded",
            "404 Watch",
            "405 Watching",
            "406 Upload",
            "407 Uploaded",
            "408 Download",
            "409 Downloaded",
            "410 PathQuery",
            "411 Path",
            "412 PathsQuery",
            "413 Paths",
            "414 Edits",
            "415 Copied",
            "416 PageQuery",
            "417 Page",
            "418 VersionQuery",
            "419 Versions",
            "420 Keep",
            "421 Abandon",
            "422 Edits",
            "423 NeighboursQuery",
            "424 Neighbours",
            "501 Control",
            "502 Controlled",
            "503 OfferQuery",
            "504 Offer",
            "505 Spawn",
            "506 Spawned",
            "507 Incoming",
            "508 Ousted",
            "509 Perform",
            "510 Desist",
            "511 SwarmQuery",
            "512 SwarmStart",
            "513 SwarmShutDown",
            "514 SwarmConnect",
            "515 SwarmIs",
            "601 Command",
            "602 Response",
            "603 Listen",
            "604 Hush",
            "605 Listening",
            "701 Write",
            "702 Written",
            "703 Read",
            "704 ReadAll",
            "705 Values",
            "706 SchemaQuery",
            "707 Schema",
            "801 Embed",
            "802 Embedded",
            "901 Submit",
            "902 TaskQuery",
            "903 Cancel",
            "904 TaskIs",
            "905 TasksQuery",
            "906 TasksPage",
            "907 Report",
            "908 Reported");
  }

  static Stream<Map.Entry<String, MeshMessage>> golden() {
    return Stream.of(
        Map.entry("02 cc01", new StatusQuery()),
        Map.entry("02 9403 02 01 d804", new Evict(1, -1, 300)),
        Map.entry(
            "02 9a03 18 4147454e545f535441545553 0261 04 7b7d",
            new Publish(Event.AGENT_STATUS, "a", RawJson.of("{}"))),
        Map.entry(
            "02 a206 0273 12 4e4f44455f44524147 01 0261 01 000000000000f03f 0000000000000040 0000000000000840",
            new PhysicsMessage.Interact(
                "s", NodeAction.NODE_DRAG, new NodeRef.Key("a"), new Position(1, 2, 3))),
        Map.entry(
            "02 a203 04 06 01 04 04 0e 0c 0000803f 0000003f 00004040 00004040 0000a0c0 0000c040"
                + " 0c 003c 0038 0000 00c0 ff7b 0080",
            new Positions(
                new LayoutBlock(
                    2,
                    3,
                    true,
                    new int[] {1, 4 | LayoutBlock.AGENT},
                    new float[] {1, 0.5f, 3, 3, -5, 6},
                    new float[] {1, 0.5f, 0, -2, 65_504, -0f}))),
        Map.entry(
            "02 a403 04 06 02 04 00000000 0000807f 04 01 01",
            new PathTree(
                new PathColumns(
                    2, 3, 1, new float[] {0, Float.POSITIVE_INFINITY}, new int[] {-1, -1}))),
        Map.entry(
            "02 ea07 0261 08 53544f50 0273",
            new AgentsMessage.Control("a", ControlAction.STOP, "s")),
        Map.entry(
            "02 b209 0273 00 01 0263 01 0407ff 0677 6176 00 00",
            new VoiceMessage.Command(
                "s", null, "c", new Audio(new byte[] {7, -1}, "wav"), "", List.of())),
        Map.entry(
            "02 9203 02 03 04 7b7d 04 0a 09 04 000000000000f03f 000000000000e0bf 8001",
            new Deliver(1, -2, RawJson.of("{}"), new long[] {5, -5}, new double[] {1, -0.5}, 64)),
        Map.entry(
            "02 e404 04 04 6f31 02 02 61 01",
            new Routed(Status.DUPLICATE, "o1", List.of("a"), true)),
        Map.entry("02 e604 02 61 04 c3a9 02 72", new Sighting("a", "é", "r")),
        Map.entry("02 fe04 02 61 04 c3a9 02 72", new Witness("a", "é", "r")),
        Map.entry(
            "02 d001 02 6c 06 02 02 70 02 31 0a 01 00",
            new SettingsChanged(
                "l", 3, List.of(new StoredSetting("p", RawJson.of("1"), 5, true)), "")),
        Map.entry(
            "02 fa0a 02 06 612e62 02 31 02 73 02 67 0a",
            new Write(List.of(new SettingUpdate("a.b", RawJson.of("1"))), "s", "g", 5)),
        Map.entry("02 9e03 05", new WriteCheck(-3)),
        Map.entry("02 8005 02 04 01", new RosterQuery(new RosterMark(1, 2, RosterMark.WHOLE))),
        Map.entry(
            "02 8205 02 04 06 01 00 04 01 0261 026e 00 00 00 00 0267 00 0262",
            new RosterPart(
                new RosterMark(1, 2, 3),
                true,
                false,
                List.of(
                    new RosterChange.Present("a", new AgentLabel("n", ""), "g"),
                    new RosterChange.Absent("b")))),
        Map.entry("02 8405 0261 06 08", new TrafficQuery("a", 3, 4)),
        Map.entry(
            "02 8605 0a 01 02 0261 0262 0e",
            new Traffic(5, true, List.of(new PairCount(new Pair("a", "b"), 7)))),
        Map.entry("02 a003 01", new WriteState(true)),
        Map.entry("02 e004 02 00 03 000000000000e83f", new Claimed(1, null, -2, 0.75)),
        Map.entry(
            "02 f004 02 32 04 0000803f 000000bf 14",
            new SimilarQuery(Fingerprint.of(1, -0.5f), 10)));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void theBytesOfVersionOneStayAsTheyAre(Map.Entry<String, MeshMessage> golden) {
    byte[] bytes = HexFormat.of().parseHex(golden.getKey().replace(" ", ""));

    assertThat(MeshWire.encode(golden.getValue())).isEqualTo(bytes);
    assertThat(MeshWire.decode(bytes, 0, bytes.length))
        .usingRecursiveComparison()
        .isEqualTo(golden.getValue());
  }

  @Test
  void everyWholeNumberSurvives() {
    List<Long> numbers = new ArrayList<>(List.of(0L, Long.MAX_VALUE, Long.MIN_VALUE));
    for (int shift = 0; shift < 64; shift++) {
      long power = 1L << shift;
      numbers.addAll(List.of(power, power - 1, power + 1, -power, -power - 1, -power + 1));
    }
    byte[] bytes = new WireWriter().list(numbers, WireWriter::number).toBytes();

    assertThat(new WireReader(bytes, 0, bytes.length).list(WireReader::number)).isEqualTo(numbers);
  }

  @Test
  void aVelocityTooGreatForHalfAFloatBecomesTheGreatest() {
    byte[] bytes = new WireWriter().halfFloats(new float[] {1e9f, -1e9f, 65_505}).toBytes();

    assertThat(new WireReader(bytes, 0, bytes.length).halfFloats())
        .containsExactly(65_504, -65_504, 65_504);
  }

  @Test
  void aFullFingerprintSurvivesBitForBit() {
    float[] values = new float[Fingerprint.MAX_DIMENSION];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(((i * 0x000F_FFF1) & 0x7F7F_FFFF) | ((i & 1) << 31));
    }
    SimilarQuery query = new SimilarQuery(Fingerprint.of(values), 1);
    byte[] bytes = MeshWire.encode(query);

    assertThat(bytes).hasSizeLessThan(4 * values.length + 16);
    assertThat(MeshWire.decode(bytes, 0, bytes.length)).isEqualTo(query);
  }

  @Test
  void everyQuestionNamesAMessageAsItsAnswer() {
    for (MeshMessage message : MeshSamples.all()) {
      if (message instanceof Asks<?> question) {
        assertThat(messages(MeshMessage.class)).contains(question.answer());
      }
    }
  }

  @Test
  void aVersionOtherThanThisBuildsIsNamed() {
    for (String other : List.of("00", "01", "04", "80808002")) {
      byte[] bytes = HexFormat.of().parseHex(other + "cc01");
      assertThatThrownBy(() -> MeshWire.decode(bytes, 0, bytes.length))
          .isInstanceOf(WireException.class)
          .hasMessageContaining("bus version ")
          .hasMessageContaining("this build speaks 1");
    }
  }

  private static Set<Class<?>> messages(Class<?> type) {
    if (type.isRecord()) {
      return Set.of(type);
    }
    return Stream.of(type.getPermittedSubclasses())
        .flatMap(permitted -> messages(permitted).stream())
        .collect(Collectors.toSet());
  }
}
