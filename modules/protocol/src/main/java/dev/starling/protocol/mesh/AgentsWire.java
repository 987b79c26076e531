/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;
import dev.starling.protocol.mesh.AgentsMessage.Desist;
import dev.starling.protocol.mesh.AgentsMessage.Incoming;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Ousted;
import dev.starling.protocol.mesh.AgentsMessage.Perform;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.Spawned;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.AgentsMessage.SwarmShutDown;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;

/** Fields of {@link AgentsMessage}s on the wire. */
final class AgentsWire {
  private AgentsWire() {}

  /** The stable number of a message's type. */
  static int number(AgentsMessage message) {
    return switch (message) {
      case Control _ -> 501;
      case Controlled _ -> 502;
      case OfferQuery _ -> 503;
      case Offer _ -> 504;
      case Spawn _ -> 505;
      case Spawned _ -> 506;
      case Incoming _ -> 507;
      case Ousted _ -> 508;
      case Perform _ -> 509;
      case Desist _ -> 510;
      case SwarmQuery _ -> 511;
      case SwarmStart _ -> 512;
      case SwarmShutDown _ -> 513;
      case SwarmConnect _ -> 514;
      case SwarmIs _ -> 515;
    };
  }

  static void write(WireWriter out, AgentsMessage message) {
    switch (message) {
      case Control control ->
          out.text(control.agentId()).choice(control.action()).text(control.subject());
      case Controlled controlled -> out.text(controlled.agentId()).text(controlled.status());
      case OfferQuery _, SwarmShutDown _, SwarmConnect _ -> {}
      case Offer offer ->
          out.texts(offer.kinds())
              .number(offer.agents())
              .number(offer.most())
              .texts(offer.swarms());
      case Spawn spawn ->
          out.text(spawn.kind())
              .optionalText(spawn.name())
              .optionalText(spawn.profile())
              .text(spawn.subject());
      case Spawned spawned -> out.text(spawned.agentId());
      case Incoming incoming ->
          out.text(incoming.agentId())
              .json(incoming.packet())
              .real(incoming.similarity())
              .number(incoming.acceptedMicros());
      case Ousted ousted -> out.text(ousted.agentId()).text(ousted.reason());
      case Perform perform -> {
        out.text(perform.agentId());
        TaskWire.brief(out, perform.task());
      }
      case Desist desist ->
          out.text(desist.agentId())
              .text(desist.taskId())
              .number(desist.attempt())
              .text(desist.reason());
      case SwarmQuery query -> out.flag(query.whole());
      case SwarmStart start ->
          out.text(start.topology()).number(start.maxAgents()).text(start.strategy());
      case SwarmIs is -> out.flag(is.isFollowed()).json(is.report());
    }
  }

  static AgentsMessage read(WireReader in, int number) {
    return switch (number) {
      case 501 -> new Control(in.text(), in.choice(ControlAction.values()), in.text());
      case 502 -> new Controlled(in.text(), in.text());
      case 503 -> new OfferQuery();
      case 504 -> new Offer(in.texts(), in.integer(), in.integer(), in.texts());
      case 505 -> new Spawn(in.text(), in.optionalText(), in.optionalText(), in.text());
      case 506 -> new Spawned(in.text());
      case 507 -> new Incoming(in.text(), in.json(), in.real(), in.number());
      case 508 -> new Ousted(in.text(), in.text());
      case 509 -> new Perform(in.text(), TaskWire.brief(in));
      case 510 -> new Desist(in.text(), in.text(), in.integer(), in.text());
      case 511 -> new SwarmQuery(in.flag());
      case 512 -> new SwarmStart(in.text(), in.integer(), in.text());
      case 513 -> new SwarmShutDown();
      case 514 -> new SwarmConnect();
      case 515 -> new SwarmIs(in.flag(), in.json());
      default -> throw MeshWire.unknown(number);
    };
  }
}
