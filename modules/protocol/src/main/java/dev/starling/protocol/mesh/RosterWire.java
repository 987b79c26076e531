/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.Traffic;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;

/** Fields of the messages on which agents there are and what passes between them. */
final class RosterWire {
  private RosterWire() {}

  static void query(WireWriter out, RosterQuery query) {
    mark(out, query.after());
  }

  static RosterQuery query(WireReader in) {
    return new RosterQuery(mark(in));
  }

  static void part(WireWriter out, RosterPart part) {
    mark(out, part.mark());
    out.flag(part.reset()).flag(part.last()).list(part.changes(), RosterWire::change);
  }

  static RosterPart part(WireReader in) {
    return new RosterPart(mark(in), in.flag(), in.flag(), in.list(RosterWire::change));
  }

  static void trafficQuery(WireWriter out, TrafficQuery query) {
    out.text(query.asker()).number(query.term()).number(query.sequence());
  }

  static TrafficQuery trafficQuery(WireReader in) {
    return new TrafficQuery(in.text(), in.number(), in.number());
  }

  static void traffic(WireWriter out, Traffic traffic) {
    out.number(traffic.sequence()).flag(traffic.more()).list(traffic.counts(), RosterWire::count);
  }

  static Traffic traffic(WireReader in) {
    return new Traffic(in.number(), in.flag(), in.list(RosterWire::count));
  }

  static void label(WireWriter out, AgentLabel label) {
    out.text(label.name())
        .text(label.kind())
        .texts(label.capabilities())
        .number(label.tasks())
        .flag(label.isHeldBack());
  }

  static AgentLabel label(WireReader in) {
    return AgentLabel.of(in.text(), in.text(), in.texts(), in.integer(), in.flag());
  }

  private static void mark(WireWriter out, RosterMark mark) {
    out.number(mark.router()).number(mark.sequence()).number(mark.taken());
  }

  private static RosterMark mark(WireReader in) {
    return new RosterMark(in.number(), in.number(), in.integer());
  }

  private static void change(WireWriter out, RosterChange change) {
    switch (change) {
      case RosterChange.Present(String agentId, AgentLabel label, String gateway) -> {
        out.flag(true).text(agentId);
        label(out, label);
        out.text(gateway);
      }
      case RosterChange.Absent(String agentId) -> out.flag(false).text(agentId);
    }
  }

  private static RosterChange change(WireReader in) {
    return in.flag()
        ? new RosterChange.Present(in.text(), label(in), in.text())
        : new RosterChange.Absent(in.text());
  }

  private static void count(WireWriter out, PairCount count) {
    out.text(count.pair().lesser()).text(count.pair().greater()).number(count.outcomes());
  }

  private static PairCount count(WireReader in) {
    return new PairCount(new Pair(in.text(), in.text()), in.number());
  }
}
