/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Assigned;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Dismissed;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.GatewayMessage.Evict;
import dev.starling.protocol.mesh.GatewayMessage.LastPositions;
import dev.starling.protocol.mesh.GatewayMessage.LastPositionsQuery;
import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.protocol.mesh.GatewayMessage.Recall;
import dev.starling.protocol.mesh.GatewayMessage.Steer;
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
      case Enrol _ -> 214;
      case Enrolled _ -> 215;
      case Dismiss _ -> 216;
      case Dismissed _ -> 217;
      case Emit _ -> 218;
      case AgentIs _ -> 219;
      case Steer _ -> 220;
      case Assign _ -> 221;
      case Assigned _ -> 222;
      case Recall _ -> 223;
      case PublishOnce _ -> 224;
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
      case AgentsQuery query -> query(out, query);
      case Publish publish ->
          out.choice(publish.event()).text(publish.key()).json(publish.message());
      case PublishOnce publish ->
          out.choice(publish.event()).text(publish.key()).json(publish.message());
      case OutcomeSample sample -> sample(out, sample);
      case WriteCheck check -> out.number(check.attempt());
      case WriteState state -> out.flag(state.isAwaited());
      case Positions positions -> FrameWire.block(out, positions.block());
      case PathTree tree -> FrameWire.columns(out, tree.columns());
      case Taken _, LastPositionsQuery _, Dismissed _ -> {}
      case Enrol enrol -> enrol(out, enrol);
      case Enrolled enrolled -> out.text(enrolled.agentId()).real(enrolled.threshold());
      case Dismiss dismiss -> out.text(dismiss.agentId());
      case Emit emit -> out.text(emit.agentId()).json(emit.packet());
      case AgentIs is -> agentIs(out, is);
      case Steer steer -> out.text(steer.agentId()).choice(steer.action()).text(steer.subject());
      case Assign assign -> {
        out.text(assign.agentId());
        TaskWire.brief(out, assign.task());
      }
      case Assigned assigned -> out.flag(assigned.isTaken());
      case Recall recall ->
          out.text(recall.agentId())
              .text(recall.taskId())
              .number(recall.attempt())
              .text(recall.reason());
      case LastPositions last -> FrameWire.optionalBlock(out, last.block());
      case AgentsPage page -> out.list(page.agents(), GatewayWire::agent).flag(page.more());
    }
  }

  static GatewayMessage read(WireReader in, int number) {
    return switch (number) {
      case 201 -> deliver(in);
      case 202 -> new Evict(in.number(), in.number(), in.number());
      case 203 -> query(in);
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
      case 214 -> enrol(in);
      case 215 -> new Enrolled(in.text(), in.real());
      case 216 -> new Dismiss(in.text());
      case 217 -> new Dismissed();
      case 218 -> new Emit(in.text(), in.json());
      case 219 -> agentIs(in);
      case 220 -> new Steer(in.text(), in.choice(ControlAction.values()), in.text());
      case 221 -> new Assign(in.text(), TaskWire.brief(in));
      case 222 -> new Assigned(in.flag());
      case 223 -> new Recall(in.text(), in.text(), in.integer(), in.text());
      case 224 -> new PublishOnce(in.choice(Event.values()), in.text(), in.json());
      default -> throw MeshWire.unknown(number);
    };
  }

  private static void query(WireWriter out, AgentsQuery query) {
    out.text(query.after())
        .number(query.limit())
        .optionalText(query.agentId())
        .optionalText(query.kind())
        .flag(query.status() != null);
    if (query.status() != null) {
      out.choice(query.status());
    }
  }

  private static AgentsQuery query(WireReader in) {
    return new AgentsQuery(
        in.text(),
        in.integer(),
        in.optionalText(),
        in.optionalText(),
        in.flag() ? in.choice(AgentLife.values()) : null);
  }

  private static void enrol(WireWriter out, Enrol enrol) {
    out.text(enrol.agentId()).text(enrol.subject()).flag(enrol.fingerprint() != null);
    if (enrol.fingerprint() != null) {
      out.fingerprint(enrol.fingerprint());
    }
    out.flag(enrol.threshold() != null);
    if (enrol.threshold() != null) {
      out.real(enrol.threshold());
    }
    out.flag(enrol.acceptDerived())
        .json(enrol.meta())
        .number(enrol.tasks())
        .flag(enrol.isHeldBack())
        .text(enrol.swarm());
  }

  private static Enrol enrol(WireReader in) {
    return new Enrol(
        in.text(),
        in.text(),
        in.flag() ? in.fingerprint() : null,
        in.flag() ? in.real() : null,
        in.flag(),
        in.json(),
        in.integer(),
        in.flag(),
        in.text());
  }

  private static void agentIs(WireWriter out, AgentIs is) {
    out.text(is.agentId()).choice(is.life()).json(is.message());
  }

  private static AgentIs agentIs(WireReader in) {
    return new AgentIs(in.text(), in.choice(AgentLife.values()), in.json());
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
        .json(agent.meta())
        .json(agent.status());
  }

  private static AgentView agent(WireReader in) {
    return new AgentView(
        in.text(),
        in.text(),
        in.text(),
        in.integer(),
        in.real(),
        in.number(),
        in.json(),
        in.json());
  }
}
