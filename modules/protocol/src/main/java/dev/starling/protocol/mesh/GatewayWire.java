/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.Event;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.GatewayMessage.LastPositions;
import dev.starling.protocol.mesh.GatewayMessage.LastPositionsQuery;
import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.Taken;
import dev.starling.protocol.mesh.GatewayMessage.WriteCheck;
import dev.starling.protocol.mesh.GatewayMessage.WriteState;

/** Fields of {@link GatewayMessage}s on the wire. */
final class GatewayWire {
  private GatewayWire() {}

  /** The stable number of a message's type. */
  static int number(GatewayMessage message) {
    return switch (message) {
      case Deliver _ -> 201;
      case Evict _ -> 202;
      case AgentsQuery _ -> 203;
      case AgentsPage _ -> 204;
      case Publish _ -> 205;
      case OutcomeSample _ -> 206;
      case WriteCheck _ -> 207;
      case WriteState _ -> 208;
      case Positions _ -> 209;
      case PathTree _ -> 210;
      case Taken _ -> 211;
      case LastPositionsQuery _ -> 212;
      case LastPositions _ -> 213;
    };
  }

  static void write(WireWriter out, GatewayMessage message) {
    switch (message) {
      case Deliver deliver ->
          out.number(deliver.incarnation())
              .number(deliver.outcome())
              .json(deliver.packet())
              .numbers(deliver.keys())
              .reals(deliver.similarities())
              .number(deliver.acceptedMicros());
      case Evict evict -> out.number(evict.incarnation()).number(evict.key()).number(evict.claim());
      case AgentsQuery query -> out.text(query.after()).number(query.limit());
      case Publish publish ->
          out.choice(publish.event()).text(publish.key()).json(publish.message());
      case OutcomeSample sample -> sample(out, sample);
      case WriteCheck check -> out.number(check.attempt());
      case WriteState state -> out.flag(state.isAwaited());
      case Positions positions -> FrameWire.block(out, positions.block());
      case PathTree tree -> FrameWire.columns(out, tree.columns());
      case Taken _, LastPositionsQuery _ -> {}
      case LastPositions last -> FrameWire.optionalBlock(out, last.block());
      case AgentsPage page -> out.list(page.agents(), GatewayWire::agent).flag(page.more());
    }
  }

  static GatewayMessage read(WireReader in, int number) {
    return switch (number) {
      case 201 -> deliver(in);
      case 202 -> new Evict(in.number(), in.number(), in.number());
      case 203 -> new AgentsQuery(in.text(), in.integer());
      case 204 -> new AgentsPage(in.list(GatewayWire::agent), in.flag());
      case 205 -> new Publish(in.choice(Event.values()), in.text(), in.json());
      case 206 -> sample(in);
      case 207 -> new WriteCheck(in.number());
      case 208 -> new WriteState(in.flag());
      case 209 -> new Positions(FrameWire.block(in));
      case 210 -> new PathTree(FrameWire.columns(in));
      case 211 -> new Taken();
      case 212 -> new LastPositionsQuery();
      case 213 -> new LastPositions(FrameWire.optionalBlock(in));
      default -> throw MeshWire.unknown(number);
    };
  }

  private static Deliver deliver(WireReader in) {
    Deliver deliver =
        new Deliver(in.number(), in.number(), in.json(), in.numbers(), in.reals(), in.number());
    if (deliver.keys().length != deliver.similarities().length) {
      throw new WireException("a delivery with another number of keys than of similarities");
    }
    return deliver;
  }

  private static void sample(WireWriter out, OutcomeSample sample) {
    out.text(sample.outcomeId())
        .text(sample.source())
        .texts(sample.receivers())
        .number(sample.matches())
        .flag(sample.partial())
        .number(sample.latencyMicros())
        .number(sample.count())
        .number(sample.routedMillis());
  }

  private static OutcomeSample sample(WireReader in) {
    return new OutcomeSample(
        in.text(),
        in.text(),
        in.texts(),
        in.integer(),
        in.flag(),
        in.number(),
        in.number(),
        in.number());
  }

  private static void agent(WireWriter out, AgentView agent) {
    out.text(agent.agentId())
        .text(agent.gateway())
        .text(agent.space())
        .number(agent.dimension())
        .real(agent.threshold())
        .number(agent.registeredMillis())
        .json(agent.meta());
  }

  private static AgentView agent(WireReader in) {
    return new AgentView(
        in.text(), in.text(), in.text(), in.integer(), in.real(), in.number(), in.json());
  }
}
