/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static dev.starling.fabric.TestCluster.await;
import static dev.starling.fabric.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.NodeInfo.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Candidates on one real bus and one document; the test decides who is a member. */
class LeadershipTest {
  private static final String ROLE = "physics";
  private static final Duration LEADER_PATIENCE = Duration.ofSeconds(20);

  /**
   * A document that stops to answer when the test says so, as one on a member that stands still.
   */
  private static final class PausedDocument implements SharedDocument {
    private final SharedDocument real = new LocalDocument();
    private volatile boolean isSilent;

    @Override
    public Future<Optional<byte[]>> read() {
      return isSilent ? Promise.<Optional<byte[]>>promise().future() : real.read();
    }

    @Override
    public Future<Boolean> replace(Optional<byte[]> expected, byte[] now) {
      return isSilent ? Promise.<Boolean>promise().future() : real.replace(expected, now);
    }
  }

  /** A node that runs the role, and what it heard. */
  private final class Candidate implements LeadershipListener {
    private final String id;
    private final GivenMembership members;
    private final Roster roster;
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Leadership leadership;

    Candidate(String id, String... others) {
      this.id = id;
      this.members = new GivenMembership(id, others);
      this.roster = new Roster(vertx, bus, members, new NodeIdentity(id, "1", List.of(ROLE)));
      this.leadership =
          new Leadership(
              vertx,
              roster,
              ROLE,
              ROLE,
              document,
              () -> System.nanoTime() + nanos.get(),
              LEADER_PATIENCE.toNanos(),
              vertx.getOrCreateContext(),
              this);
      await(roster.start());
    }

    @Override
    public void leads(long term) {
      heard.add("leads " + (term - before));
    }

    @Override
    public void leadsNoMore(long term) {
      heard.add("no more " + (term - before));
    }

    /** Takes the process to have stood still for so long. */
    void wasStoppedFor(Duration pause) {
      nanos.addAndGet(pause.toNanos());
    }

    void leadsIn(long term) {
      eventually(
          id + " leads in term " + term,
          () -> leadership.isCurrent(before + term) && heard.contains("leads " + term));
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final MeshBus bus = new MeshBus(vertx, "a", 1 << 20, new SimpleMeterRegistry());
  private final PausedDocument document = new PausedDocument();

  /** The term before the first of the test. */
  private final long before = 100;

  private final Candidate a = new Candidate("a", "b");
  private final Candidate b = new Candidate("b", "a");

  @BeforeEach
  void meet() {
    write(new Leader("", 0, before));
    eventually(
        "they meet",
        () -> a.roster.view().nodes().size() == 2 && b.roster.view().nodes().size() == 2);
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Leader shared() {
    return Leader.of(await(document.real.read()).orElseThrow()).orElseThrow();
  }

  private void write(Leader leader) {
    put(leader.toBytes());
  }

  private void put(byte[] bytes) {
    assertThat(await(document.real.replace(await(document.real.read()), bytes))).isTrue();
  }

  private Leadership candidate(Candidate node, Duration patience, LeadershipListener listener) {
    return new Leadership(
        vertx,
        node.roster,
        ROLE,
        ROLE,
        document,
        System::nanoTime,
        patience.toNanos(),
        vertx.getOrCreateContext(),
        listener);
  }

  private void aLeads() {
    a.leadership.start();
    a.leadsIn(1);
    b.leadership.start();
    eventually("b knows", () -> b.leadership.leader().isPresent());
  }

  @Test
  void ofAllThatStandOneLeadsAndTheOthersKnowIt() {
    a.leadership.start();
    b.leadership.start();
    eventually(
        "one leads", () -> a.leadership.term().isPresent() || b.leadership.term().isPresent());
    eventually(
        "both know who",
        () ->
            a.leadership.leader().equals(b.leadership.leader())
                && a.leadership.leader().isPresent());
    assertThat(a.heard.size() + b.heard.size()).isEqualTo(1);
    Candidate leader = a.heard.isEmpty() ? b : a;
    assertThat(shared())
        .isEqualTo(new Leader(leader.id, leader.roster.view().me().incarnation(), before + 1));
    assertThat(leader.leadership.isCurrent(before)).isFalse();
    assertThat(leader.leadership.isCurrent(before + 2)).isFalse();
    assertThat(leader.roster.status().figures()).containsEntry("leads.physics", before + 1);
  }

  @Test
  void whoeverIsReadyFirstLeadsAlsoWhereAnotherIsBeforeItInLine() {
    String last = a.roster.view().runningInLine(ROLE, ROLE).getLast().id();
    Candidate candidate = last.equals("a") ? a : b;
    candidate.leadership.start();
    candidate.leadsIn(1);
  }

  @Test
  void aLeaderThatIsNoMemberAnyMoreIsFollowedUnderAHigherTermWithinTwoSeconds() {
    aLeads();
    b.members.go("a");
    eventually("b dropped a", () -> b.roster.view().nodes().size() == 1);
    long dropped = System.nanoTime();
    b.leadsIn(2);
    assertThat(Duration.ofNanos(System.nanoTime() - dropped)).isLessThan(Duration.ofSeconds(2));

    // To the other side of the split a is a member still; it finds the other name.
    eventually("a stepped down", () -> a.heard.equals(List.of("leads 1", "no more 1")));
    assertThat(a.leadership.term()).isEmpty();
    assertThat(a.leadership.leader()).map(Leader::node).contains("b");
    assertThat(a.roster.status().figures()).containsEntry("leads.physics", -1L);
  }

  @Test
  void aMemberThatDidNotIntroduceItselfYetMayBeTheLeader() {
    write(new Leader("c", 1, before));
    a.members.come("c");
    a.leadership.start();
    eventually("a looked", () -> a.leadership.leader().isPresent());
    a.roster.roleIs(ROLE, State.STANDBY);
    eventually("b knows", () -> !b.roster.view().node("a").orElseThrow().serves(ROLE));
    assertThat(a.heard).isEmpty();
    a.members.go("c");
    a.leadsIn(1);
  }

  @Test
  void aLeaderThatDrainsIsFollowedAtOnce() {
    aLeads();
    a.roster.roleIs(ROLE, State.DRAINING);
    b.leadsIn(2);
    eventually("a stepped down", () -> a.heard.equals(List.of("leads 1", "no more 1")));
  }

  @Test
  void whoResignsHasStoppedBeforeTheNextOneBegins() {
    aLeads();
    List<String> order = new CopyOnWriteArrayList<>();
    await(a.leadership.resign().onSuccess(done -> order.addAll(a.heard)));
    assertThat(order).containsExactly("leads 1", "no more 1");
    b.leadsIn(2);
    assertThat(a.roster.view().me().roles().getFirst().state()).isEqualTo(State.DRAINING);
    await(b.leadership.resign());
    assertThat(shared()).isEqualTo(new Leader("", 0, before + 2));
    assertThat(a.heard).as("it is no candidate any more").hasSize(2);
  }

  @Test
  void whoJoinsTheMeshAnewLeadsUnderANewTerm() {
    aLeads();
    a.members.merge();
    eventually(
        "somebody leads anew", () -> a.heard.contains("leads 2") || b.heard.contains("leads 2"));
    assertThat(a.heard).startsWith("leads 1", "no more 1");
    assertThat(shared().term()).isEqualTo(before + 2);
  }

  @Test
  void aHigherTermOfTheOtherSideOfASplitEndsTheLowerOne() {
    aLeads();
    write(new Leader("b", b.roster.view().me().incarnation(), before + 7));
    eventually("a stepped down", () -> a.heard.equals(List.of("leads 1", "no more 1")));
    // To b its name stands there from before: it leads again, but under a term of its own.
    b.leadsIn(8);
  }

  @Test
  void afterAStopItIsNoLeaderToItselfUntilItHasReadItsNameAgain() {
    aLeads();
    document.isSilent = true;
    a.wasStoppedFor(Duration.ofSeconds(3));
    assertThat(a.leadership.isCurrent(before + 1)).isFalse();
    document.isSilent = false;
    a.leadsIn(1);
    assertThat(a.heard).containsExactly("leads 1");
  }

  @Test
  void afterALongStopItLeadsOnlyUnderANewTermAndOnlyIfNobodyElseDoes() {
    aLeads();
    a.wasStoppedFor(LEADER_PATIENCE.plusSeconds(1));
    assertThat(a.leadership.isCurrent(before + 1)).isFalse();
    a.leadsIn(2);
    assertThat(a.heard).containsExactly("leads 1", "no more 1", "leads 2");

    b.members.go("a");
    b.leadsIn(3);
    a.wasStoppedFor(LEADER_PATIENCE.plusSeconds(1));
    eventually("a knows", () -> a.leadership.leader().map(Leader::node).equals(Optional.of("b")));
    assertThat(a.heard).hasSize(4).endsWith("no more 2");
  }

  @Test
  void aLeaderThatCannotReadItsNameLeadsOnForAWhileAndThenNoMore() {
    Leadership impatient = candidate(a, Duration.ofSeconds(3), a);
    impatient.start();
    eventually("it leads", () -> impatient.isCurrent(before + 1));
    document.isSilent = true;
    long silentSince = System.nanoTime();
    eventually("it stepped down", () -> a.heard.equals(List.of("leads 1", "no more 1")));
    assertThat(Duration.ofNanos(System.nanoTime() - silentSince))
        .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(6));
    document.isSilent = false;
    eventually("it leads again", () -> impatient.isCurrent(before + 2));
  }

  @Test
  void whatNobodyCanReadStandsInNobodysWay() {
    put("nonsense".getBytes(StandardCharsets.UTF_8));
    a.leadership.start();
    eventually("a leads", () -> a.leadership.term().isPresent());
    assertThat(shared().node()).isEqualTo("a");
    assertThat(shared().term()).isGreaterThan(1_000_000_000);
  }

  @Test
  void aListenerThatFailsKeepsNobodyFromLeading() {
    Leadership failing =
        candidate(
            a,
            LEADER_PATIENCE,
            new LeadershipListener() {
              @Override
              public void leads(long term) {
                throw new IllegalStateException("a listener that fails");
              }

              @Override
              public void leadsNoMore(long term) {
                throw new IllegalStateException("a listener that fails");
              }
            });
    failing.start();
    eventually("it leads", () -> failing.isCurrent(before + 1));
    await(failing.resign());
    assertThat(failing.term()).isEmpty();
  }
}
