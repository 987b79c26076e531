/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.router.Replicas.Certainty;
import dev.starling.vectors.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Begins just before a long overflows, since a monotonic clock may. */
  private long nanos = Long.MAX_VALUE - 500 * MILLIS;

  private final AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 20);
  private final List<String> gone = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private String whole = "";
  private boolean everyMemberMet = true;
  private boolean serving = true;
  private final Replicas replicas =
      new Replicas(
          directory,
          () -> nanos,
          () -> everyMemberMet,
          () -> serving,
          agent -> gone.add(agent.id()),
          new Watched());

  /** Notes who left with a gateway, and asks of each that is whole who is there. */
  private final class Watched implements Replicas.Watcher {
    @Override
    public void lost(View now, List<Agent> agents) {
      agents.forEach(agent -> lost.add(agent.id()));
    }

    @Override
    public void isWhole(String gateway, Supplier<List<Agent>> agents) {
      whole = gateway + agents.get().stream().map(Agent::id).sorted().toList();
    }
  }

  private final FeedScript first = new FeedScript("g1", 1);
  private final FeedScript second = new FeedScript("g2", 1);

  @BeforeEach
  void bothGatewaysAreInView() {
    replicas.viewIs(Samples.view(Samples.gateway("g1", 1), Samples.gateway("g2", 1)));
  }

  private static Registration registration(long key, String id) {
    return Samples.registration(key, key, "g1", id, Fingerprint.of(1, 0));
  }

  private FeedAck apply(Feed feed) {
    return replicas.apply(feed);
  }

  private List<String> ids() {
    return directory.agents().stream().map(Agent::id).sorted().toList();
  }

  /** Lets time pass as a running event loop sees it. */
  private void pass(long millis) {
    for (long left = millis; left > 0; left -= 100) {
      nanos += Math.min(100, left) * MILLIS;
      replicas.tick();
    }
  }

  /** A feed and a second one that carries the first answer's stamp back. */
  private FeedAck prove(FeedScript gateway) {
    FeedAck ack = apply(gateway.digest(0));
    return apply(gateway.digest(ack.stamp()));
  }

  private void begin(FeedScript... gateways) {
    for (FeedScript gateway : gateways) {
      assertThat(apply(gateway.snapshot(0)).applied()).isTrue();
      assertThat(prove(gateway).fresh()).isTrue();
    }
  }

  // What it holds

  @Test
  void feedsThatFollowEachOtherAreApplied() {
    assertThat(apply(first.snapshot(0)).applied()).isTrue();
    assertThat(apply(first.add(registration(1, "a"))).agents()).isEqualTo(1);
    assertThat(apply(first.add(registration(2, "b"))).agents()).isEqualTo(2);
    FeedAck ack = apply(first.remove(1));
    assertThat(ack.applied()).isTrue();
    assertThat(ack.agents()).isEqualTo(1);
    assertThat(ids()).containsExactly("b");
    assertThat(gone).containsExactly("a");
    assertThat(lost).isEmpty();
  }

  @Test
  void agentsThatHeldTheirIdAreLostTogetherWithTheirGateway() {
    begin(first, second);
    apply(first.add(registration(1, "a")));
    apply(first.add(registration(2, "moved")));
    apply(second.add(Samples.registration(1, 9, "g2", "moved", Fingerprint.of(1, 0))));
    replicas.viewIs(Samples.view(Samples.gateway("g2", 1)));
    assertThat(lost).containsExactly("a");
    assertThat(ids()).containsExactly("moved");
    assertThat(whole).isEqualTo("g2[moved]");
    replicas.viewIs(Samples.view(Samples.gateway("g1", 1), Samples.gateway("g2", 1)));
    begin(first);
    assertThat(whole).isEqualTo("g1[a]");
  }

  @Test
  void aFeedBeforeAnySnapshotAsksForOne() {
    first.digest(0);
    assertThat(apply(first.add(registration(1, "a"))).applied()).isFalse();
    assertThat(ids()).isEmpty();
    assertThat(replicas.isWhole()).isFalse();
  }

  @Test
  void aGapIsRefusedUntilASnapshotComes() {
    begin(first);
    first.add(registration(1, "lost on the way"));
    assertThat(apply(first.add(registration(2, "b"))).applied()).isFalse();
    assertThat(ids()).isEmpty();
    assertThat(apply(first.snapshot(0)).applied()).isTrue();
    assertThat(ids()).containsExactly("b", "lost on the way");
  }

  @Test
  void aFeedThatComesTwiceIsRefused() {
    begin(first);
    Feed feed = first.add(registration(1, "a"));
    assertThat(apply(feed).applied()).isTrue();
    assertThat(apply(feed).applied()).isFalse();
  }

  @Test
  void aSnapshotKeepsAgentsInUseUntilItsEnd() {
    begin(first);
    apply(first.add(registration(1, "stays")));
    apply(first.add(registration(2, "went unheard")));
    first.removeSilently(2);
    first.addSilently(registration(3, "came unheard"));
    List<Feed> parts = first.snapshotInParts();
    assertThat(apply(parts.getFirst()).applied()).isTrue();
    assertThat(ids()).containsExactly("stays", "went unheard");
    assertThat(replicas.isWhole()).isFalse();
    assertThat(gone).isEmpty();
    assertThat(apply(parts.getLast()).applied()).isTrue();
    assertThat(ids()).containsExactly("came unheard", "stays");
    assertThat(gone).containsExactly("went unheard");
  }

  @Test
  void aSnapshotThatBeginsAnewForgetsNothingThatItNames() {
    begin(first);
    apply(first.add(registration(1, "a")));
    apply(first.add(registration(2, "b")));
    apply(first.snapshotInParts().getFirst());
    first.snapshotInParts().forEach(part -> assertThat(apply(part).applied()).isTrue());
    assertThat(ids()).containsExactly("a", "b");
    assertThat(gone).isEmpty();
  }

  @Test
  void aDigestThatDiffersIsDoubtedUntilASnapshotComes() {
    begin(first);
    first.addSilently(registration(1, "a"));
    assertThat(apply(first.digest(0)).applied()).isFalse();
    assertThat(replicas.isWhole()).isFalse();
    assertThat(apply(first.digest(0)).applied()).isFalse();
    assertThat(apply(first.snapshot(0)).applied()).isTrue();
    assertThat(ids()).containsExactly("a");
  }

  @Test
  void theSameAgentsUnderAnotherFingerprintDifferInTheDigest() {
    begin(first);
    apply(first.add(registration(1, "a")));
    first.addSilently(Samples.registration(1, 1, "g1", "a", Fingerprint.of(0, 1)));
    assertThat(apply(first.digest(0)).applied()).isFalse();
  }

  @Test
  void aGatewayThatLeavesTheViewTakesItsAgentsAtOnce() {
    begin(first, second);
    apply(first.add(registration(1, "a")));
    apply(second.add(registration(1, "b")));
    replicas.viewIs(Samples.view(Samples.gateway("g2", 1)));
    assertThat(ids()).containsExactly("b");
    assertThat(gone).containsExactly("a");
  }

  @Test
  void aGatewayThatIsNotInViewIsRefused() {
    FeedScript stranger = new FeedScript("stranger", 1);
    assertThatThrownBy(() -> apply(stranger.snapshot(0)))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  @Test
  void aNewIncarnationDropsTheOldOnesAgentsAndItsLateFeeds() {
    begin(first);
    apply(first.add(registration(1, "a")));
    Feed late = first.add(registration(2, "b"));
    replicas.viewIs(Samples.view(Samples.gateway("g1", 2)));
    assertThat(ids()).isEmpty();
    assertThatThrownBy(() -> apply(late)).isInstanceOf(RefusalException.class);
    FeedScript reborn = new FeedScript("g1", 2);
    reborn.addSilently(registration(1, "c"));
    assertThat(apply(reborn.snapshot(0)).applied()).isTrue();
    assertThat(ids()).containsExactly("c");
    assertThat(directory.holder("c").orElseThrow().incarnation()).isEqualTo(2);
  }

  @Test
  void aGatewayWhoseAgentWasOutdoneHearsOfItWithItsNextAnswer() {
    begin(first, second);
    apply(first.add(registration(1, "shared")));
    FeedAck taken = apply(second.add(Samples.registration(5, 9, "g2", "shared", null)));
    assertThat(taken.outdone()).isEmpty();
    assertThat(apply(first.digest(0)).outdone()).containsExactly(1L);
    assertThat(apply(first.digest(0)).outdone()).isEmpty();
    FeedAck late = apply(first.add(registration(2, "shared")));
    assertThat(late.outdone()).containsExactly(2L);
  }

  @Test
  void aSnapshotTellsAgainWhatTheGatewayMayNotHaveHeard() {
    begin(first, second);
    apply(second.add(Samples.registration(5, 9, "g2", "shared", null)));
    apply(first.add(registration(1, "shared")));
    assertThat(apply(first.snapshot(0)).outdone()).containsExactly(1L);
  }

  @Test
  void anAgentThatOutlivedWhatOutdidItHoldsItsIdAgainAfterASnapshot() {
    begin(first, second);
    apply(second.add(Samples.registration(5, 9, "g2", "shared", null)));
    apply(first.add(registration(1, "shared")));
    apply(second.remove(5));
    assertThat(ids()).isEmpty();
    apply(first.snapshot(0));
    assertThat(directory.holder("shared").orElseThrow().gateway()).isEqualTo("g1");
  }

  @Test
  void whatTheRouterHasNoRoomForIsNamed() {
    begin(first);
    for (int key = 1; key <= 20; key++) {
      assertThat(apply(first.add(registration(key, "a" + key))).full()).isEmpty();
    }
    assertThat(apply(first.add(registration(21, "a21"))).full()).containsExactly(21L);
    assertThat(apply(first.remove(21)).applied()).isTrue();
    apply(first.remove(1));
    assertThat(apply(first.add(registration(22, "a22"))).full()).isEmpty();
  }

  @Test
  void whateverIsLostOnTheWayTheReplicaEndsAsTheGatewaysOwn() {
    Random random = new Random(17);
    begin(first);
    long key = 0;
    boolean snapshotAsked = false;
    for (int step = 0; step < 5_000; step++) {
      List<Long> keys = List.copyOf(first.held().keySet());
      Feed feed;
      if (snapshotAsked) {
        feed = first.snapshot(0);
      } else if (keys.isEmpty() || (keys.size() < 15 && random.nextBoolean())) {
        feed = first.add(registration(++key, "agent-" + key));
      } else {
        feed = first.remove(keys.get(random.nextInt(keys.size())));
      }
      if (random.nextInt(10) == 0) {
        snapshotAsked |= random.nextBoolean();
        continue;
      }
      snapshotAsked = !apply(feed).applied();
      if (!snapshotAsked) {
        TreeSet<String> held = new TreeSet<>();
        first.held().values().forEach(one -> held.add(one.agentId()));
        assertThat(ids()).containsExactlyElementsOf(held);
      }
    }
  }

  // How sure it is

  @Test
  void aNewRouterCatchesUpUntilEveryGatewayHasProvenItself() {
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
    begin(first);
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
    begin(second);
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
    assertThat(replicas.isWhole()).isTrue();
  }

  @Test
  void aFeedWithoutAnEchoProvesNothing() {
    apply(first.snapshot(0));
    FeedAck ack = apply(first.digest(0));
    assertThat(ack.applied()).isTrue();
    assertThat(ack.fresh()).isFalse();
  }

  @Test
  void aGatewayThatFallsSilentMakesTheRouterPartialUntilItProvesItselfAgain() {
    begin(first, second);
    pass(1_900);
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
    prove(first);
    pass(200);
    assertThat(replicas.certainty()).isEqualTo(Certainty.PARTIAL);
    prove(second);
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
  }

  @Test
  void aFeedThatWaitedLongOnTheWayRenewsNothing() {
    begin(first, second);
    long oldStamp = apply(second.digest(0)).stamp();
    Feed delayed = second.digest(oldStamp);
    for (int i = 0; i < 22; i++) {
      pass(100);
      prove(first);
    }
    FeedAck ack = apply(delayed);
    assertThat(ack.applied()).isTrue();
    assertThat(ack.fresh()).isFalse();
    assertThat(replicas.certainty()).isEqualTo(Certainty.PARTIAL);
  }

  @Test
  void aRouterThatWasStoppedCatchesUpUntilEveryLeaseIsRenewed() {
    begin(first, second);
    long oldStamp = apply(first.digest(0)).stamp();
    nanos += 1_500 * MILLIS;
    replicas.tick();
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
    FeedAck queuedMeanwhile = apply(first.digest(oldStamp));
    assertThat(queuedMeanwhile.fresh()).isFalse();
    assertThat(queuedMeanwhile.serving()).isFalse();
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
    prove(first);
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
    assertThat(prove(second).serving()).isTrue();
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
  }

  @Test
  void aStoppedRoutersGatewayThatStaysSilentLeavesItPartial() {
    begin(first, second);
    nanos += 5_000 * MILLIS;
    replicas.tick();
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
    for (int i = 0; i < 21; i++) {
      pass(100);
      prove(first);
    }
    assertThat(replicas.certainty()).isEqualTo(Certainty.PARTIAL);
  }

  @Test
  void aFeedFindsOutThatTheRouterWasStoppedWithoutATick() {
    begin(first, second);
    long oldStamp = apply(first.digest(0)).stamp();
    nanos += 1_500 * MILLIS;
    assertThat(apply(first.digest(oldStamp)).fresh()).isFalse();
    assertThat(replicas.certainty()).isEqualTo(Certainty.CATCHING_UP);
  }

  @Test
  void aGatewayThatStartsHasNoAgentsYetAndOneThatServesMayHaveSome() {
    begin(first, second);
    pass(500);
    prove(first);
    prove(second);
    pass(1_900);
    prove(first);
    prove(second);
    viewIsWith(Samples.gateway("g3", 1, State.STARTING));
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
    viewIsWith(Samples.gateway("g3", 1));
    assertThat(replicas.certainty()).isEqualTo(Certainty.PARTIAL);
    begin(new FeedScript("g3", 1));
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
  }

  private void viewIsWith(NodeInfo third) {
    replicas.viewIs(Samples.view(Samples.gateway("g1", 1), Samples.gateway("g2", 1), third));
  }

  @Test
  void aMemberThatNobodyKnowsYetMayHaveAgents() {
    begin(first, second);
    everyMemberMet = false;
    assertThat(replicas.certainty()).isEqualTo(Certainty.PARTIAL);
    everyMemberMet = true;
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
  }

  @Test
  void aRouterThatDoesNotRouteYetSaysSo() {
    begin(first, second);
    serving = false;
    assertThat(apply(first.digest(0)).serving()).isFalse();
    serving = true;
    assertThat(apply(first.digest(0)).serving()).isTrue();
  }

  @Test
  void anAnnouncementIsHeardOnceEveryGatewayAnsweredToIt() {
    begin(first, second);
    long before = apply(first.digest(0)).stamp();
    nanos += MILLIS;
    replicas.announce();
    nanos += MILLIS;
    FeedAck ack = apply(first.digest(before));
    assertThat(ack.fresh()).as("asks for another feed at once").isFalse();
    assertThat(apply(first.digest(ack.stamp())).fresh()).isTrue();
    assertThat(replicas.isAnnounced()).isFalse();
    prove(second);
    assertThat(replicas.isAnnounced()).isTrue();
    replicas.viewIs(
        Samples.view(
            Samples.gateway("g1", 1),
            Samples.gateway("g2", 1),
            Samples.gateway("g3", 1, State.STARTING)));
    assertThat(replicas.isAnnounced()).isTrue();
  }

  @Test
  void aRouterWithoutAnyGatewayIsWhole() {
    replicas.viewIs(Samples.view());
    assertThat(replicas.certainty()).isEqualTo(Certainty.WHOLE);
    assertThat(replicas.isWhole()).isTrue();
  }
}
