/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import dev.starling.protocol.mesh.RouterMessage.Change;
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
import org.jspecify.annotations.Nullable;

/** Fields of {@link RouterMessage}s on the wire. */
final class RouterWire {
  private RouterWire() {}

  static void write(WireWriter out, RouterMessage message) {
    switch (message) {
      case Feed feed -> feed(out, feed);
      case FeedAck ack -> feedAck(out, ack);
      case Claim claim -> claim(out, claim);
      case Claimed claimed ->
          out.number(claimed.number())
              .optionalText(claimed.holder())
              .number(claimed.holderKey())
              .real(claimed.threshold());
      case Deposit deposit -> deposit(out, deposit);
      case Routed routed -> routed(out, routed);
      case Sighting sighting ->
          out.text(sighting.source()).text(sighting.outcomeId()).text(sighting.router());
      case Witness witness ->
          out.text(witness.source()).text(witness.outcomeId()).text(witness.router());
      case Seen seen -> {
        optionalRouted(out, seen.before());
        out.flag(seen.pending());
      }
      case Settled settled -> {
        out.text(settled.source()).text(settled.outcomeId()).text(settled.router());
        optionalRouted(out, settled.routed());
      }
      case LineageQuery query -> out.texts(query.outcomeIds());
      case Lineage lineage -> out.list(lineage.ancestors(), RouterWire::ancestor);
      case SimilarQuery query -> out.fingerprint(query.fingerprint()).number(query.limit());
      case SimilarAgents similar -> out.list(similar.agents(), RouterWire::match);
      case RecentQuery query -> out.number(query.sinceMillis()).number(query.limit());
      case RecentOutcomes recent ->
          out.list(recent.outcomes(), RouterWire::recent).flag(recent.more());
      case PairsActivated activated -> out.list(activated.pairs(), RouterWire::pair);
      case HolderQuery query -> out.text(query.agentId());
      case Holder holder -> holder(out, holder);
      case RosterQuery query -> RosterWire.query(out, query);
      case RosterPart part -> RosterWire.part(out, part);
      case TrafficQuery query -> RosterWire.trafficQuery(out, query);
      case Traffic traffic -> RosterWire.traffic(out, traffic);
    }
  }

  static RouterMessage read(WireReader in, int number) {
    return switch (number) {
      case 301 -> feed(in);
      case 302 ->
          new FeedAck(
              in.flag(),
              in.number(),
              in.flag(),
              in.flag(),
              in.integer(),
              in.list(WireReader::number),
              in.list(WireReader::number));
      case 303 -> new Claim(in.text(), in.text(), in.text(), in.optionalText(), in.integer());
      case 304 -> new Claimed(in.number(), in.optionalText(), in.number(), in.real());
      case 305 -> deposit(in);
      case 306 -> routed(in);
      case 307 -> new Sighting(in.text(), in.text(), in.text());
      case 308 -> new Seen(optionalRouted(in), in.flag());
      case 309 -> new Settled(in.text(), in.text(), in.text(), optionalRouted(in));
      case 310 -> new LineageQuery(in.texts());
      case 311 -> new Lineage(in.list(RouterWire::ancestor));
      case 312 -> new SimilarQuery(in.fingerprint(), in.integer());
      case 313 -> new SimilarAgents(in.list(RouterWire::match));
      case 314 -> new RecentQuery(in.number(), in.integer());
      case 315 -> new RecentOutcomes(in.list(RouterWire::recent), in.flag());
      case 316 -> new PairsActivated(in.list(RouterWire::pair));
      case 317 -> new HolderQuery(in.text());
      case 318 -> new Holder(in.flag() ? registration(in) : null);
      case 319 -> new Witness(in.text(), in.text(), in.text());
      case 320 -> RosterWire.query(in);
      case 321 -> RosterWire.part(in);
      case 322 -> RosterWire.trafficQuery(in);
      case 323 -> RosterWire.traffic(in);
      default -> throw MeshWire.unknown(number);
    };
  }

  private static void feed(WireWriter out, Feed feed) {
    out.text(feed.gateway())
        .number(feed.incarnation())
        .number(feed.sequence())
        .flag(feed.reset())
        .flag(feed.last())
        .list(feed.changes(), RouterWire::change)
        .number(feed.count())
        .number(feed.hash())
        .number(feed.echo());
  }

  private static Feed feed(WireReader in) {
    return new Feed(
        in.text(),
        in.number(),
        in.number(),
        in.flag(),
        in.flag(),
        in.list(RouterWire::change),
        in.integer(),
        in.number(),
        in.number());
  }

  private static void feedAck(WireWriter out, FeedAck ack) {
    out.flag(ack.applied())
        .number(ack.stamp())
        .flag(ack.fresh())
        .flag(ack.serving())
        .number(ack.agents())
        .list(ack.outdone(), WireWriter::number)
        .list(ack.full(), WireWriter::number);
  }

  private static void change(WireWriter out, Change change) {
    switch (change) {
      case Change.Added added -> registration(out.flag(true), added.registration());
      case Change.Removed removed -> out.flag(false).number(removed.key());
    }
  }

  private static Change change(WireReader in) {
    return in.flag() ? new Change.Added(registration(in)) : new Change.Removed(in.number());
  }

  private static void registration(WireWriter out, Registration agent) {
    out.number(agent.key())
        .number(agent.claim().number())
        .text(agent.claim().gateway())
        .text(agent.agentId())
        .text(agent.subject())
        .flag(agent.fingerprint() != null);
    if (agent.fingerprint() != null) {
      out.fingerprint(agent.fingerprint());
    }
    RosterWire.label(out.real(agent.threshold()).flag(agent.acceptDerived()), agent.label());
  }

  private static Registration registration(WireReader in) {
    return new Registration(
        in.number(),
        new Registration.Claim(in.number(), in.text()),
        in.text(),
        in.text(),
        in.flag() ? in.fingerprint() : null,
        in.real(),
        in.flag(),
        RosterWire.label(in));
  }

  private static void holder(WireWriter out, Holder holder) {
    Registration registration = holder.registration();
    out.flag(registration != null);
    if (registration != null) {
      registration(out, registration);
    }
  }

  private static void claim(WireWriter out, Claim claim) {
    out.text(claim.agentId())
        .text(claim.subject())
        .text(claim.gateway())
        .optionalText(claim.space())
        .number(claim.dimension());
  }

  private static void deposit(WireWriter out, Deposit deposit) {
    out.text(deposit.gateway())
        .text(deposit.source())
        .text(deposit.outcomeId())
        .flag(deposit.idFromClient())
        .fingerprint(deposit.fingerprint())
        .texts(deposit.derivedFrom())
        .number(deposit.hops())
        .json(deposit.members())
        .number(deposit.acceptedMicros())
        .number(deposit.patienceMillis());
  }

  private static Deposit deposit(WireReader in) {
    return new Deposit(
        in.text(),
        in.text(),
        in.text(),
        in.flag(),
        in.fingerprint(),
        in.texts(),
        in.integer(),
        in.json(),
        in.number(),
        in.integer());
  }

  private static void routed(WireWriter out, Routed routed) {
    out.number(statusNumber(routed.status()))
        .text(routed.outcomeId())
        .texts(routed.routedTo())
        .flag(routed.partial());
  }

  private static Routed routed(WireReader in) {
    return new Routed(status(in), in.text(), in.texts(), in.flag());
  }

  private static void optionalRouted(WireWriter out, @Nullable Routed routed) {
    out.flag(routed != null);
    if (routed != null) {
      routed(out, routed);
    }
  }

  private static @Nullable Routed optionalRouted(WireReader in) {
    return in.flag() ? routed(in) : null;
  }

  private static int statusNumber(Status status) {
    return switch (status) {
      case ROUTED -> 1;
      case DUPLICATE -> 2;
      case EXPIRED -> 3;
    };
  }

  private static Status status(WireReader in) {
    int number = in.integer();
    return switch (number) {
      case 1 -> Status.ROUTED;
      case 2 -> Status.DUPLICATE;
      case 3 -> Status.EXPIRED;
      default -> throw new WireException("no status has the number " + number);
    };
  }

  private static void ancestor(WireWriter out, Ancestor ancestor) {
    out.text(ancestor.outcomeId()).number(ancestor.hops()).texts(ancestor.sources());
  }

  private static Ancestor ancestor(WireReader in) {
    return new Ancestor(in.text(), in.integer(), in.texts());
  }

  private static void match(WireWriter out, AgentMatch match) {
    out.text(match.agentId()).real(match.similarity());
  }

  private static AgentMatch match(WireReader in) {
    return new AgentMatch(in.text(), in.real());
  }

  private static void recent(WireWriter out, RecentOutcome outcome) {
    out.json(outcome.packet())
        .number(outcome.routedMillis())
        .number(statusNumber(outcome.status()))
        .list(outcome.routedTo(), RouterWire::match)
        .flag(outcome.partial());
  }

  private static RecentOutcome recent(WireReader in) {
    return new RecentOutcome(
        in.json(), in.number(), status(in), in.list(RouterWire::match), in.flag());
  }

  private static void pair(WireWriter out, Pair pair) {
    out.text(pair.lesser()).text(pair.greater());
  }

  private static Pair pair(WireReader in) {
    return new Pair(in.text(), in.text());
  }
}
