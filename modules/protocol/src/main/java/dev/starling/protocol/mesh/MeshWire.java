/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.FabricMessage.Hello;
import dev.starling.protocol.mesh.FabricMessage.NodeStatus;
import dev.starling.protocol.mesh.FabricMessage.SettingsChanged;
import dev.starling.protocol.mesh.FabricMessage.StatusQuery;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.Holder;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.Lineage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.protocol.mesh.RouterMessage.PairsActivated;
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

/**
 * The binary form of bus messages: {@code version | number | fields}. A record's number is never
 * reused; a change to its fields raises {@link #VERSION}. Stateless.
 */
public final class MeshWire {
  /** The version that this build writes and reads. */
  public static final int VERSION = 1;

  private MeshWire() {}

  /** The bytes of {@code message}. */
  public static byte[] encode(MeshMessage message) {
    WireWriter out = new WireWriter().number(VERSION).number(number(message));
    switch (message) {
      case FabricMessage fabric -> FabricWire.write(out, fabric);
      case GatewayMessage gateway -> GatewayWire.write(out, gateway);
      case RouterMessage router -> RouterWire.write(out, router);
      case PhysicsMessage physics -> PhysicsWire.write(out, physics);
      case AgentsMessage agents -> AgentsWire.write(out, agents);
      case VoiceMessage voice -> VoiceWire.write(out, voice);
      case SettingsMessage settings -> SettingsWire.write(out, settings);
      case TaskMessage task -> TaskWire.write(out, task);
      case EmbedderMessage embedder -> EmbedderWire.write(out, embedder);
    }
    return out.toBytes();
  }

  /**
   * The message in {@code bytes[from, to)}.
   *
   * @throws WireException if it is damaged or of another version
   */
  public static MeshMessage decode(byte[] bytes, int from, int to) {
    WireReader in = new WireReader(bytes, from, to);
    long version = in.number();
    if (version != VERSION) {
      throw new WireException("bus version " + version + ", this build speaks " + VERSION);
    }
    int number = in.integer();
    MeshMessage message =
        switch (number / 100) {
          case 1 -> FabricWire.read(in, number);
          case 2 -> GatewayWire.read(in, number);
          case 3 -> RouterWire.read(in, number);
          case 4 -> PhysicsWire.read(in, number);
          case 5 -> AgentsWire.read(in, number);
          case 6 -> VoiceWire.read(in, number);
          case 7 -> SettingsWire.read(in, number);
          case 9 -> TaskWire.read(in, number);
          case 8 -> EmbedderWire.read(in, number);
          default -> throw unknown(number);
        };
    in.requireEnd();
    return message;
  }

  static WireException unknown(int number) {
    return new WireException("no message has the number " + number);
  }

  /** The stable number of a message's type. */
  static int number(MeshMessage message) {
    return switch (message) {
      case Hello _ -> 101;
      case StatusQuery _ -> 102;
      case NodeStatus _ -> 103;
      case SettingsChanged _ -> 104;
      case GatewayMessage gateway -> GatewayWire.number(gateway);
      case Feed _ -> 301;
      case FeedAck _ -> 302;
      case Claim _ -> 303;
      case Claimed _ -> 304;
      case Deposit _ -> 305;
      case Routed _ -> 306;
      case Sighting _ -> 307;
      case Seen _ -> 308;
      case Settled _ -> 309;
      case LineageQuery _ -> 310;
      case Lineage _ -> 311;
      case SimilarQuery _ -> 312;
      case SimilarAgents _ -> 313;
      case RecentQuery _ -> 314;
      case RecentOutcomes _ -> 315;
      case PairsActivated _ -> 316;
      case HolderQuery _ -> 317;
      case Holder _ -> 318;
      case Witness _ -> 319;
      case RosterQuery _ -> 320;
      case RosterPart _ -> 321;
      case TrafficQuery _ -> 322;
      case Traffic _ -> 323;
      case PhysicsMessage physics -> PhysicsWire.number(physics);
      case AgentsMessage agents -> AgentsWire.number(agents);
      case VoiceMessage.Command _ -> 601;
      case VoiceMessage.Response _ -> 602;
      case VoiceMessage.Listen _ -> 603;
      case VoiceMessage.Hush _ -> 604;
      case VoiceMessage.Listening _ -> 605;
      case Write _ -> 701;
      case Written _ -> 702;
      case Read _ -> 703;
      case ReadAll _ -> 704;
      case Values _ -> 705;
      case SchemaQuery _ -> 706;
      case Schema _ -> 707;
      case TaskMessage task -> TaskWire.number(task);
      case EmbedderMessage embedder -> EmbedderWire.number(embedder);
    };
  }
}
