/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.Audio;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.FabricMessage.Hello;
import dev.starling.protocol.mesh.FabricMessage.NodeStatus;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.protocol.mesh.GatewayMessage.WriteCheck;
import dev.starling.protocol.mesh.GatewayMessage.WriteState;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.protocol.mesh.RouterMessage.Change.Removed;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.Holder;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.Lineage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.PairsActivated;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcome;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcomes;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Settled;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.SimilarAgents;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.protocol.mesh.RouterMessage.Traffic;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import dev.starling.protocol.mesh.RouterMessage.Witness;
import dev.starling.protocol.mesh.SettingsMessage.Read;
import dev.starling.protocol.mesh.SettingsMessage.ReadAll;
import dev.starling.protocol.mesh.SettingsMessage.Schema;
import dev.starling.protocol.mesh.SettingsMessage.SchemaQuery;
import dev.starling.protocol.mesh.SettingsMessage.Values;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import dev.starling.protocol.mesh.SettingsMessage.Written;
import dev.starling.protocol.settings.SettingChange;
import dev.starling.protocol.settings.SettingUpdate;
import dev.starling.protocol.settings.SettingValue;
import dev.starling.protocol.settings.StoredSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bus messages with every field filled, and their sparse variants. */
final class MeshSamples {
  private static final RawJson PACKET = RawJson.of("{\"outcome_id\":\"o\",\"é\":[1]}");
  private static final Fingerprint PRINT =
      new Fingerprint("é-space", new float[] {0.1f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, -3});
  private static final Registration FULL =
      new Registration(
          17,
          new Registration.Claim(99, "gateway-é"),
          "a",
          "subject",
          PRINT,
          0.8,
          true,
          new AgentLabel("näme", "coder", List.of("rust", "é"), 3, true));
  private static final Registration BARE =
      new Registration(-1, new Registration.Claim(-1, ""), "", "", null, 1, false);
  private static final Routed ROUTED =
      new Routed(Status.DUPLICATE, "o-1", List.of("a", "é😀", ""), true);

  private static final LayoutBlock BLOCK =
      new LayoutBlock(
          3,
          Long.MAX_VALUE,
          true,
          new int[] {0, 5 | LayoutBlock.AGENT, 999_999},
          new float[] {1, -2, 3, 0.5f, 0, 6, -1e6f, 8, 9},
          new float[] {0.5f, 0, -0.25f, 1, 2, 3, 4, -60_000, 6});
  private static final PathColumns COLUMNS =
      new PathColumns(
          3, 9, 2, new float[] {1.5f, Float.POSITIVE_INFINITY, 0}, new int[] {2, -1, -1});

  private static final List<GraphEdit> EDITS =
      List.of(
          new GraphEdit.PutNode(7, true, false, "é", "a b"),
          new GraphEdit.DropNode(0),
          new GraphEdit.PutEdge(7, 999_999, 1e-6f, 0),
          new GraphEdit.DropEdge(1, 2),
          new GraphEdit.Pin(7, 1, -0.5f, 1e6f),
          new GraphEdit.Unpin(7));

  private MeshSamples() {}

  static List<MeshMessage> all() {
    List<MeshMessage> all = new ArrayList<>();
    all.addAll(fabric());
    all.addAll(gateway());
    all.addAll(AgentMessageSamples.all());
    all.addAll(feeds());
    all.addAll(routing());
    all.addAll(questions());
    all.addAll(simulation());
    all.addAll(roles());
    all.addAll(settings());
    all.addAll(embedder());
    return all;
  }

  private static List<MeshMessage> roles() {
    return List.of(
        new PhysicsMessage.Interact(
            "s-1", NodeAction.NODE_DRAG, new NodeRef.Key("é"), new Position(1, -0.5, 1e300)),
        new PhysicsMessage.Interact("", NodeAction.NODE_UNPIN, new NodeRef.FrameId(32_767), null),
        new PhysicsMessage.Interacted(32_768),
        new PhysicsMessage.SessionEnded("s-é"),
        new PhysicsMessage.Watch("gateway-é", 60, new int[] {0, 999_999}),
        new PhysicsMessage.Watching(Long.MAX_VALUE, -1, new int[] {7}),
        new PhysicsMessage.Upload(
            "t-1", 3, true, GraphChange.MERGE, "graphml", new byte[] {0, -1, 127}),
        new PhysicsMessage.Uploaded(null),
        new PhysicsMessage.Uploaded(RawJson.of("{\"nodes\":1}")),
        new PhysicsMessage.Download("t-1", 0, new GraphSelection("csv", -1, 100, "agent", "é")),
        new PhysicsMessage.Downloaded(false, new byte[] {1, 2}),
        new PhysicsMessage.PathQuery(new NodeRef.Key("é"), new NodeRef.FrameId(3), 20),
        new PhysicsMessage.Path(1.5f, new int[] {1, 2}, 1, 2, RawJson.of("[{\"key\":\"é\"}]")),
        new PhysicsMessage.Path(Float.POSITIVE_INFINITY, new int[0], 1, 2, RawJson.of("[]")),
        new PhysicsMessage.PathsQuery(new NodeRef.Key("")),
        new PhysicsMessage.NeighboursQuery(new NodeRef.FrameId(7), 20),
        new PhysicsMessage.Neighbours(RawJson.of("{\"neighbours\":[]}")),
        new PhysicsMessage.Paths(new int[] {0, 5}, COLUMNS),
        new PhysicsMessage.Edits(3, Long.MAX_VALUE, EDITS, true),
        new PhysicsMessage.Edits(3, 4, EDITS, false),
        new PhysicsMessage.Copied(false),
        new PhysicsMessage.PageQuery("node-é", 17),
        new PhysicsMessage.Page(3, 9, -1, EDITS, BLOCK),
        new PhysicsMessage.Page(0, 0, 4_000, List.of(), null),
        new PhysicsMessage.VersionQuery(),
        new PhysicsMessage.Versions(
            new PhysicsMessage.Version(3, 9), new PhysicsMessage.Version(2, 77)),
        new PhysicsMessage.Keep(BLOCK),
        new PhysicsMessage.Abandon("transfer"),
        new VoiceMessage.Command(
            "s-1",
            "talk",
            "spawn a coder",
            new Audio(new byte[] {0, -1, 127}, "wav"),
            "subject",
            List.of("voice", "agents")),
        new VoiceMessage.Command("", null, null, null, "", List.of()),
        new VoiceMessage.Response(RawJson.of("{\"success\":true}"), "/api/voice/tts/a.wav"),
        new VoiceMessage.Response(RawJson.EMPTY_OBJECT, null),
        new VoiceMessage.Listen("s-1", "talk", 48_000),
        new VoiceMessage.Listen("s-1", null, 8_000),
        new VoiceMessage.Hush("s-1"),
        new VoiceMessage.Listening(true));
  }

  private static List<MeshMessage> embedder() {
    return List.of(
        new EmbedderMessage.Embed(List.of("bakes bread", "é😀", "")),
        new EmbedderMessage.Embed(List.of()),
        new EmbedderMessage.Embedded(List.of(PRINT, Fingerprint.of(0))),
        new EmbedderMessage.Embedded(List.of()));
  }

  private static List<MeshMessage> fabric() {
    List<RoleState> roles =
        List.of(
            new RoleState("gateway", State.STARTING),
            new RoleState("router", State.SERVING),
            new RoleState("physics", State.STANDBY),
            new RoleState("é", State.DRAINING));
    return List.of(
        new Hello(
            new NodeInfo(
                "node-1",
                3,
                "näme",
                "10.0.0.1",
                3030,
                8765,
                "0.1.0",
                1_750_000_000_000L,
                roles,
                List.of(new TextSpace("é", 384, 0.45), new TextSpace("", 0, -1)))),
        new Hello(new NodeInfo("", 0, "", "", 0, 0, "", 0, List.of(), List.of())),
        new StatusQuery(),
        new NodeStatus(roles, Map.of("agents", 12L, "sessions", Long.MAX_VALUE, "", -1L)),
        new NodeStatus(List.of(), Map.of()),
        new SettingsChanged(
            "lineage",
            Long.MAX_VALUE,
            List.of(
                new StoredSetting("a.é", RawJson.of("[1]"), 1_750_000_000_000L, false),
                new StoredSetting("b.c", RawJson.of("null"), 0, true)),
            "session-1"),
        new SettingsChanged("", 0, List.of(), ""));
  }

  private static List<MeshMessage> settings() {
    RawJson json = RawJson.of("{\"é\":[1]}");
    return List.of(
        new Write(List.of(new SettingUpdate("a.b", json)), "é-1/2", "gateway-é", -3),
        new Write(List.of(), "", "", 0),
        new Written(7, List.of(new SettingChange("a.b", json, 1_750_000_000_000L, "session-1"))),
        new Written(-1, List.of()),
        new Read("a.é"),
        new ReadAll("visualisation."),
        new Values(
            List.of(
                new SettingValue("a.b", json, json, 1_750_000_000_000L),
                new SettingValue("", json, null, 0))),
        new SchemaQuery(),
        new Schema(json));
  }

  private static List<MeshMessage> gateway() {
    AgentView agent = new AgentView("a", "g", "s", 128, 0.75, 1_750_000_000_000L, PACKET, PACKET);
    AgentView bare =
        new AgentView("b", "g", "", 0, 0, 0, RawJson.EMPTY_OBJECT, RawJson.EMPTY_OBJECT);
    return List.of(
        new WriteCheck(Long.MIN_VALUE),
        new WriteState(true),
        new WriteState(false),
        new Deliver(
            7,
            Long.MIN_VALUE,
            PACKET,
            new long[] {1, -1, Long.MIN_VALUE},
            new double[] {1, 0.75, -0.1},
            17L << 50),
        new Deliver(0, 0, RawJson.of(""), new long[0], new double[0], 0),
        new Evict(Long.MAX_VALUE, Long.MIN_VALUE, 300),
        new AgentsQuery("agent-17", 1000),
        new AgentsQuery("", 1, "é", "coder", AgentLife.PAUSED),
        new AgentsPage(List.of(agent, bare), true),
        new AgentsPage(List.of(), false),
        new Publish(Event.OUTCOME_ROUTED, "é", PACKET),
        new Publish(Event.POSITIONS, "", RawJson.EMPTY_OBJECT),
        new PublishOnce(Event.TASK_PROGRESS, "task-1", RawJson.EMPTY_OBJECT),
        new OutcomeSample("o-1", "é", List.of("a", ""), 7, true, 1_500, 300, Long.MAX_VALUE),
        new OutcomeSample("", "", List.of(), 0, false, 0, 1, 0),
        new GatewayMessage.Positions(BLOCK),
        new GatewayMessage.PathTree(COLUMNS),
        new GatewayMessage.Taken(),
        new GatewayMessage.LastPositionsQuery(),
        new GatewayMessage.LastPositions(null),
        new GatewayMessage.LastPositions(BLOCK));
  }

  private static List<MeshMessage> feeds() {
    return List.of(
        new Feed(
            "g",
            2,
            Long.MAX_VALUE,
            true,
            false,
            List.of(new Added(FULL), new Removed(Long.MIN_VALUE), new Added(BARE)),
            Integer.MAX_VALUE,
            Long.MIN_VALUE,
            -5),
        new Feed("", 0, 1, false, true, List.of(), 0, 0, 0),
        new FeedAck(true, 123, true, false, 45, List.of(1L, -2L), List.of(Long.MAX_VALUE)),
        new FeedAck(false, 0, false, true, 0, List.of(), List.of()),
        new Claim("a", "subject", "g", "space", 128),
        new Claim("a", "", "g", null, 0),
        new Claimed(8, "old-gateway", 77, 0.75),
        new Claimed(8, null, 0, -Double.MIN_VALUE));
  }

  private static List<MeshMessage> routing() {
    return List.of(
        new Deposit(
            "g",
            "source",
            "o-1",
            true,
            PRINT,
            List.of("p1", "p2"),
            3,
            RawJson.of("\"payload\" : 1"),
            1_750_000_000_000_000L,
            5_000),
        new Deposit("", "", "", false, PRINT, List.of(), Integer.MIN_VALUE, RawJson.of(""), -1, -1),
        ROUTED,
        new Routed(Status.ROUTED, "", List.of(), false),
        new Routed(Status.EXPIRED, "o", List.of(), false),
        new Sighting("source", "o-1", "node-1"),
        new Witness("source", "o-1", "node-1"),
        new Seen(ROUTED, false),
        new Seen(null, true),
        new Settled("source", "o-1", "node-a", ROUTED),
        new Settled("source", "o-1", "node-a", null),
        new PairsActivated(List.of(Pair.of("b", "a"), Pair.of("c", "d"))));
  }

  private static List<MeshMessage> simulation() {
    return List.of(
        new RosterQuery(RosterMark.START),
        new RosterQuery(new RosterMark(Long.MAX_VALUE, 17, RosterMark.WHOLE)),
        new RosterPart(
            new RosterMark(5, Long.MAX_VALUE, 1_000),
            true,
            false,
            List.of(
                new RosterChange.Present("é", new AgentLabel("näme", ""), "g"),
                new RosterChange.Present("", AgentLabel.NONE, ""),
                new RosterChange.Absent("a"))),
        new RosterPart(RosterMark.START, false, true, List.of()),
        new TrafficQuery("node-é", 1_750_000_000L, 0),
        new Traffic(7, true, List.of(new PairCount(Pair.of("b", "a"), Long.MAX_VALUE))),
        new Traffic(0, false, List.of()));
  }

  private static List<MeshMessage> questions() {
    List<AgentMatch> matches = List.of(new AgentMatch("a", 0.9999), new AgentMatch("é", -1));
    return List.of(
        new LineageQuery(List.of("o-1", "o-2")),
        new Lineage(
            List.of(new Ancestor("o-1", 2, List.of("a", "b")), new Ancestor("", 0, List.of()))),
        new SimilarQuery(PRINT, 10),
        new SimilarAgents(matches),
        new HolderQuery("agent-é"),
        new Holder(FULL),
        new Holder(BARE),
        new Holder(null),
        new RecentQuery(1_750_000_000_000L, 50),
        new RecentOutcomes(
            List.of(
                new RecentOutcome(PACKET, 1_750_000_000_001L, Status.ROUTED, matches, true),
                new RecentOutcome(PACKET, 0, Status.EXPIRED, List.of(), false)),
            true));
  }
}
