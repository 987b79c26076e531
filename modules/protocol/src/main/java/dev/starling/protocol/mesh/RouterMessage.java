/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What routers are told and asked, and what they answer. */
public sealed interface RouterMessage extends MeshMessage {

  /**
   * A gateway's registrations, as changes or whole, to one router. Feeds of one gateway to one
   * router are numbered without a gap and sent one at a time; one without changes is a sign of
   * life.
   *
   * @param gateway the node that holds the sessions
   * @param incarnation of that gateway
   * @param sequence of this feed on this link, from 1
   * @param reset whether the router must forget what it held of the gateway first
   * @param last whether this feed brings the router up to date; false within a long snapshot
   * @param changes in order
   * @param count registrations that the gateway holds after these changes
   * @param hash sum of their {@link Registration#digest}s
   * @param echo the router's own stamp from its last {@link FeedAck}, so that it knows how old this
   *     feed can be at most; 0 for none
   */
  record Feed(
      String gateway,
      long incarnation,
      long sequence,
      boolean reset,
      boolean last,
      List<Change> changes,
      int count,
      long hash,
      long echo)
      implements RouterMessage, Asks<FeedAck> {
    public Feed {
      changes = List.copyOf(changes);
    }

    @Override
    public Class<FeedAck> answer() {
      return FeedAck.class;
    }
  }

  /** One change to a gateway's registrations; no message by itself. */
  sealed interface Change {
    /** A new registration. */
    record Added(Registration registration) implements Change {}

    /** A registration that is no more. */
    record Removed(long key) implements Change {}
  }

  /**
   * A router's answer to a {@link Feed}.
   *
   * @param applied whether the feed was taken; false asks for a snapshot
   * @param stamp the router's clock, to be echoed
   * @param fresh whether the echo proves the feed recent; false asks for another at once
   * @param serving whether the router routes outcomes
   * @param agents distinct agents that the router knows of, in the whole mesh
   * @param outdone keys of this gateway that another gateway's higher claim overrides
   * @param full keys that the router had no room for
   */
  record FeedAck(
      boolean applied,
      long stamp,
      boolean fresh,
      boolean serving,
      int agents,
      List<Long> outdone,
      List<Long> full)
      implements RouterMessage {
    public FeedAck {
      outdone = List.copyOf(outdone);
      full = List.copyOf(full);
    }
  }

  /**
   * Claims an agent id for a gateway's session; refused where another subject holds it.
   *
   * @param space the space it will register in; null for none
   * @param dimension of that space; 0 for none
   */
  record Claim(
      String agentId, String subject, String gateway, @Nullable String space, int dimension)
      implements RouterMessage, Asks<Claimed> {
    @Override
    public Class<Claimed> answer() {
      return Claimed.class;
    }
  }

  /**
   * A claim is granted.
   *
   * @param number higher than any that the owner knows of
   * @param holder the gateway that held the id so far; null for none
   * @param holderKey the registration there
   * @param threshold the least cosine of the claimed space
   */
  record Claimed(long number, @Nullable String holder, long holderKey, double threshold)
      implements RouterMessage {}

  /**
   * An outcome to be routed.
   *
   * @param gateway the node that took it in
   * @param idFromClient whether the client chose the outcome's id, so that it may come again, or
   *     the gateway sends it again
   * @param derivedFrom ids of outcomes it was synthesised from
   * @param hops how many syntheses deep its client says it is
   * @param members the packet's members as the client wrote them, with the fingerprint
   * @param acceptedMicros when the gateway took it in, microseconds since 1970
   * @param patienceMillis how long the gateway waits for the answer, from when it sends this
   */
  record Deposit(
      String gateway,
      String source,
      String outcomeId,
      boolean idFromClient,
      Fingerprint fingerprint,
      List<String> derivedFrom,
      int hops,
      RawJson members,
      long acceptedMicros,
      int patienceMillis)
      implements RouterMessage, Asks<Routed> {
    public Deposit {
      derivedFrom = List.copyOf(derivedFrom);
    }

    /** The same, as one that may have been routed before. */
    public Deposit again() {
      return copy(true, patienceMillis);
    }

    /** The same, from a gateway that waits for so long. */
    public Deposit within(int millis) {
      return copy(idFromClient, millis);
    }

    private Deposit copy(boolean known, int millis) {
      return new Deposit(
          gateway,
          source,
          outcomeId,
          known,
          fingerprint,
          derivedFrom,
          hops,
          members,
          acceptedMicros,
          millis);
    }

    @Override
    public Class<Routed> answer() {
      return Routed.class;
    }
  }

  /** What became of an outcome. */
  enum Status {
    ROUTED,
    DUPLICATE,
    EXPIRED
  }

  /**
   * The answer to a {@link Deposit}.
   *
   * @param routedTo agent ids, most similar first
   * @param partial whether agents may have been missed
   */
  record Routed(Status status, String outcomeId, List<String> routedTo, boolean partial)
      implements RouterMessage {
    public Routed {
      routedTo = List.copyOf(routedTo);
    }
  }

  /**
   * Asks an outcome's owner whether it was seen before, and notes that it was now.
   *
   * @param router the node that would route it
   */
  record Sighting(String source, String outcomeId, String router)
      implements RouterMessage, Asks<Seen> {
    @Override
    public Class<Seen> answer() {
      return Seen.class;
    }
  }

  /**
   * Tells the next in line of a sighting that the asked router decides, or asks what the next in
   * line knows of it: who answers asks nobody.
   *
   * @param router the node that would route it
   */
  record Witness(String source, String outcomeId, String router)
      implements RouterMessage, Asks<Seen> {
    @Override
    public Class<Seen> answer() {
      return Seen.class;
    }
  }

  /**
   * Whether an outcome was seen before.
   *
   * @param before what became of it; null for its first sighting, or while that is pending
   * @param pending whether it was seen before and nobody knows yet what became of it
   */
  record Seen(@Nullable Routed before, boolean pending) implements RouterMessage {}

  /**
   * Tells an outcome's owner, or the owner's understudy, what became of it.
   *
   * @param router the node that had it under way
   * @param routed null where it was not routed there after all and may be tried again
   */
  record Settled(String source, String outcomeId, String router, @Nullable Routed routed)
      implements RouterMessage {}

  /** Asks where outcomes came from. */
  record LineageQuery(List<String> outcomeIds) implements RouterMessage, Asks<Lineage> {
    public LineageQuery {
      outcomeIds = List.copyOf(outcomeIds);
    }

    @Override
    public Class<Lineage> answer() {
      return Lineage.class;
    }
  }

  /** Those of the outcomes asked for that the router remembers. */
  record Lineage(List<Ancestor> ancestors) implements RouterMessage {
    public Lineage {
      ancestors = List.copyOf(ancestors);
    }
  }

  /**
   * A remembered outcome; no message by itself.
   *
   * @param hops how many syntheses deep it was
   * @param sources the agents that it and all it derives from came from
   */
  record Ancestor(String outcomeId, int hops, List<String> sources) {
    public Ancestor {
      sources = List.copyOf(sources);
    }
  }

  /** Asks who holds an agent id. */
  record HolderQuery(String agentId) implements RouterMessage, Asks<Holder> {
    @Override
    public Class<Holder> answer() {
      return Holder.class;
    }
  }

  /** Who holds an agent id; null inside where nobody does. */
  record Holder(@Nullable Registration registration) implements RouterMessage {}

  /**
   * Asks which agents an outcome of this fingerprint would reach, or would if they wanted outcomes,
   * at most so many.
   */
  record SimilarQuery(Fingerprint fingerprint, int limit)
      implements RouterMessage, Asks<SimilarAgents> {
    @Override
    public Class<SimilarAgents> answer() {
      return SimilarAgents.class;
    }
  }

  /** Agents, most similar first. */
  record SimilarAgents(List<AgentMatch> agents) implements RouterMessage {
    public SimilarAgents {
      agents = List.copyOf(agents);
    }
  }

  /** An agent and its cosine similarity, rounded to four digits; no message by itself. */
  record AgentMatch(String agentId, double similarity) {}

  /** Asks for what was routed lately by one router, newest first. */
  record RecentQuery(long sinceMillis, int limit) implements RouterMessage, Asks<RecentOutcomes> {
    @Override
    public Class<RecentOutcomes> answer() {
      return RecentOutcomes.class;
    }
  }

  /**
   * What one router routed lately, newest first.
   *
   * @param more whether it has older ones that were asked for too and found no room
   */
  record RecentOutcomes(List<RecentOutcome> outcomes, boolean more) implements RouterMessage {
    public RecentOutcomes {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * One outcome that was routed; no message by itself.
   *
   * @param packet as it was delivered
   * @param routedMillis milliseconds since 1970
   * @param routedTo most similar first
   */
  record RecentOutcome(
      RawJson packet,
      long routedMillis,
      Status status,
      List<AgentMatch> routedTo,
      boolean partial) {
    public RecentOutcome {
      routedTo = List.copyOf(routedTo);
    }
  }

  /** Pairs of agents between which a first outcome passed; to other routers, unanswered. */
  record PairsActivated(List<Pair> pairs) implements RouterMessage {
    public PairsActivated {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * Asks which agents the mesh has, as this router knows them. Who goes on asking with the mark of
   * the last answer hears of changes.
   */
  record RosterQuery(RosterMark after) implements RouterMessage, Asks<RosterPart> {
    @Override
    public Class<RosterPart> answer() {
      return RosterPart.class;
    }
  }

  /**
   * Agents of the mesh.
   *
   * @param mark to go on from
   * @param reset whether a whole begins with this part: of what the asker knew nothing holds,
   *     unless a part up to the last one names it
   * @param last whether this is all up to now; false where the asker should go on at once
   * @param changes in order, of bounded number; within a whole those that are there
   */
  record RosterPart(RosterMark mark, boolean reset, boolean last, List<RosterChange> changes)
      implements RouterMessage {
    public RosterPart {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Asks how many outcomes this router has routed between which agents since the last answer. They
   * are counted while one asks, and for a few seconds after: there is one asker at a time, that of
   * the highest term.
   *
   * @param asker the node that asks
   * @param term in which it leads; of a lower one than another's before it is refused
   * @param sequence of the last answer that it has, 0 for none; what came with that one is not told
   *     again, and what came with a later one that was lost is
   */
  record TrafficQuery(String asker, long term, long sequence)
      implements RouterMessage, Asks<Traffic> {
    @Override
    public Class<Traffic> answer() {
      return Traffic.class;
    }
  }

  /**
   * Outcomes that a router routed between agents.
   *
   * @param sequence of this answer: one more than the asker's, or the same where there is nothing
   *     to tell it now
   * @param more whether others wait, for which the asker may ask a tenth of a second later
   */
  record Traffic(long sequence, boolean more, List<PairCount> counts) implements RouterMessage {
    public Traffic {
      counts = List.copyOf(counts);
    }
  }

  /** How many outcomes passed between two agents, in either direction; no message by itself. */
  record PairCount(Pair pair, long outcomes) {}

  /** Two agents, the lesser id first; no message by itself. */
  record Pair(String lesser, String greater) {
    /** The pair of two agents in either order. */
    public static Pair of(String one, String other) {
      return one.compareTo(other) <= 0 ? new Pair(one, other) : new Pair(other, one);
    }
  }
}
