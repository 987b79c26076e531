/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class RouterLinkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final AtomicInteger ROUTERS = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static Session session;

  private final Registry registry = new Registry();
  private final List<FeedAck> answers = Collections.synchronizedList(new ArrayList<>());
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  @SuppressWarnings("NullAway.Init")
  private ScriptedRouter router;

  @SuppressWarnings("NullAway.Init")
  private RouterLink link;

  private long version;

  @BeforeAll
  static void startMesh() {
    gateway = new TestGateway();
    session = gateway.session();
  }

  @AfterAll
  static void stopMesh() {
    gateway.close();
  }

  @BeforeEach
  void serveRouter() {
    String id = "router-" + ROUTERS.incrementAndGet();
    router = ScriptedRouter.serve(gateway.mesh(), id);
    link = new RouterLink(gateway.mesh(), registry, id, answers::add);
  }

  @AfterEach
  void closeLink() {
    gateway.runOnLoop(link::close);
  }

  private void begin() {
    gateway.runOnLoop(() -> link.append(List.of(), 0));
    eventually("the router is met", PATIENCE, () -> gateway.onLoop(link::isMet));
  }

  /** Registers agents, each as a change of its own, and tells the link. */
  private void register(int agents) {
    gateway.runOnLoop(() -> {
      for (int i = 0; i < agents; i++) {
        registerOne();
      }
    });
  }

  private Held registerOne() {
    long key = registry.nextKey();
    Held held = TestGateway.held(session, key, "agent-" + key);
    Change change = registry.add(held);
    link.append(List.of(change), ++version);
    return held;
  }

  private void await(String name) {
    link.await(version, ack -> events.add(name + " confirmed"), () -> events.add(name + " lapsed"));
  }

  private static List<Registration> added(List<Feed> feeds) {
    List<Registration> all = new ArrayList<>();
    for (Feed feed : feeds) {
      for (Change change : feed.changes()) {
        all.add(((Change.Added) change).registration());
      }
    }
    return all;
  }

  private Feed last() {
    return router.feeds().getLast();
  }

  private void awaitTold(int agents) {
    eventually(
        "the router was told everything",
        PATIENCE,
        () -> !router.feeds().isEmpty() && last().last() && last().count() == agents);
  }

  @Test
  void theFirstFeedIsASnapshot() {
    gateway.runOnLoop(() -> registry.add(TestGateway.held(session, registry.nextKey(), "a")));
    begin();
    Feed first = router.feeds().getFirst();
    assertThat(first.reset()).isTrue();
    assertThat(first.last()).isTrue();
    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.echo()).isZero();
    assertThat(first.gateway()).isEqualTo(gateway.mesh().nodeId());
    assertThat(first.incarnation()).isEqualTo(gateway.mesh().view().me().incarnation());
    assertThat(added(router.feeds())).isEqualTo(registry.snapshot());
    assertThat(first.count()).isEqualTo(1);
    assertThat(first.hash()).isEqualTo(registry.hash());
  }

  @Test
  void feedsAreNumberedWithoutAGapAndEchoTheLastStamp() {
    begin();
    for (int agents = 1; agents <= 5; agents++) {
      register(1);
      awaitTold(agents);
    }
    List<Feed> feeds = router.feeds();
    for (int i = 0; i < feeds.size(); i++) {
      assertThat(feeds.get(i).sequence()).isEqualTo(i + 1);
      assertThat(feeds.get(i).reset()).isEqualTo(i == 0);
      assertThat(feeds.get(i).echo()).isEqualTo(i == 0 ? 0 : answers.get(i - 1).stamp());
    }
  }

  @Test
  void whatChangesWhileAFeedIsUnderWayTravelsTogetherInTheNext() {
    begin();
    router.forget();
    router.holdFeeds();
    register(301);
    eventually("one feed is under way", PATIENCE, () -> router.feeds().size() == 1);
    router.release();
    awaitTold(301);
    assertThat(router.feeds())
        .extracting(feed -> feed.changes().size())
        .containsExactly(1, 256, 44);
    assertThat(added(router.feeds())).extracting(Registration::key).isSorted().hasSize(301);
    assertThat(last().hash()).isEqualTo(registry.hash());
  }

  @Test
  void everyDigestIsThatOfTheChangesItCarries() {
    begin();
    router.forget();
    router.holdFeeds();
    register(300);
    router.release();
    awaitTold(300);
    long hash = 0;
    int count = 0;
    for (Feed feed : router.feeds()) {
      for (Registration one : added(List.of(feed))) {
        hash += one.digest();
        count++;
      }
      assertThat(feed.hash()).isEqualTo(hash);
      assertThat(feed.count()).isEqualTo(count);
    }
  }

  /** The feed that ends with an agent. */
  private Optional<Feed> feedOf(String agentId) {
    return router.feeds().stream()
        .filter(feed -> !feed.changes().isEmpty())
        .filter(feed ->
            feed.changes().getLast() instanceof Change.Added(var one)
                && one.agentId().equals(agentId))
        .findFirst();
  }

  @Test
  void changesOfOneMomentAreNeverTornApart() {
    begin();
    router.forget();
    router.holdFeeds();
    gateway.runOnLoop(() -> {
      registerOne();
      // The first one is on the way alone, so that the others fill a feed but for one change.
      for (int i = 0; i < 254; i++) {
        registerOne();
      }
      Held former = registerOne();
      List<Change> together = new ArrayList<>();
      together.add(registry.remove(former));
      together.add(registry.add(TestGateway.held(session, registry.nextKey(), "successor")));
      link.append(together, ++version);
    });
    router.release();
    eventually("the successor is told", PATIENCE, () -> feedOf("successor").isPresent());
    List<Change> told = feedOf("successor").orElseThrow().changes();
    assertThat(told.get(told.size() - 2)).isInstanceOf(Change.Removed.class);
  }

  @Test
  void aLongSnapshotComesInParts() {
    gateway.runOnLoop(() -> {
      for (int i = 0; i < 600; i++) {
        registry.add(TestGateway.held(session, registry.nextKey(), "agent-" + i));
      }
    });
    begin();
    List<Feed> feeds = router.feeds();
    assertThat(feeds).extracting(Feed::reset).containsExactly(true, false, false);
    assertThat(feeds).extracting(Feed::last).containsExactly(false, false, true);
    assertThat(feeds).extracting(Feed::sequence).containsExactly(1L, 2L, 3L);
    assertThat(added(feeds)).containsExactlyInAnyOrderElementsOf(registry.snapshot());
  }

  @Test
  void aRefusedFeedIsFollowedByASnapshot() {
    begin();
    register(3);
    awaitTold(3);
    router.forget();
    router.onFeed(feed -> ScriptedRouter.ack(feed.reset()));
    register(1);
    eventually("a snapshot came", PATIENCE, () -> router.feeds().size() == 2);
    assertThat(last().reset()).isTrue();
    assertThat(last().sequence()).isEqualTo(1);
    assertThat(last().echo()).as("a refusal renews no lease").isZero();
    assertThat(added(List.of(last()))).hasSize(4);
  }

  @Test
  void aFeedWithoutAnAnswerIsFollowedByASnapshot() {
    begin();
    router.forget();
    router.holdFeeds();
    register(2);
    eventually("a feed is under way", PATIENCE, () -> router.feeds().size() == 1);
    router.loseHeld();
    eventually("a snapshot came", PATIENCE, () -> router.feeds().size() == 2);
    assertThat(last().reset()).isTrue();
    assertThat(added(List.of(last()))).hasSize(2);
  }

  @Test
  void moreChangesThanAreKeptBecomeASnapshot() {
    begin();
    router.forget();
    router.holdFeeds();
    gateway.runOnLoop(() -> {
      registerOne();
      Held one = TestGateway.held(session, registry.nextKey(), "one");
      for (int i = 0; i < 10_001; i++) {
        link.append(List.of(registry.add(one)), ++version);
        link.append(List.of(registry.remove(one)), ++version);
      }
    });
    router.release();
    awaitTold(1);
    eventually("a snapshot came", PATIENCE, () -> last().reset());
    assertThat(router.feeds()).hasSize(2);
    assertThat(added(List.of(last()))).hasSize(1);
  }

  @Test
  void anIdleLinkSendsADigestTwiceASecond() {
    begin();
    gateway.everyTick(link::tick);
    router.forget();
    Duration took =
        eventually("four signs of life came", PATIENCE, () -> router.feeds().size() >= 4);
    assertThat(took).isGreaterThan(Duration.ofMillis(1_400));
    assertThat(router.feeds())
        .allSatisfy(feed -> {
          assertThat(feed.changes()).isEmpty();
          assertThat(feed.reset()).isFalse();
          assertThat(feed.last()).isTrue();
          assertThat(feed.echo()).isNotZero();
        });
  }

  @Test
  void anAnswerThatProvedNothingIsFollowedByAnotherFeedAtOnce() {
    router.onFeed(feed -> new FeedAck(true, 17, feed.echo() == 17, true, 0, List.of(), List.of()));
    begin();
    eventually("the echo came", PATIENCE, () -> router.feeds().size() == 2);
    assertThat(last().echo()).isEqualTo(17);
  }

  @Test
  void aChangeIsConfirmedOnlyOnceTheRouterHoldsIt() {
    begin();
    router.holdFeeds();
    register(1);
    gateway.runOnLoop(() -> await("first"));
    router.release();
    eventually("it is confirmed", PATIENCE, () -> events.contains("first confirmed"));
    router.holdFeeds();
    register(1);
    gateway.runOnLoop(() -> {
      registerOne();
      await("second");
    });
    assertThat(events).containsExactly("first confirmed");
    router.release();
    eventually("it is confirmed", PATIENCE, () -> events.contains("second confirmed"));
    Feed feed = last();
    assertThat(feed.count()).isEqualTo(3);
  }

  @Test
  void aChangeOnARouterThatFallsSilentLapsesAfterTheLeaseAndNotBefore() {
    begin();
    gateway.everyTick(link::tick);
    register(1);
    awaitTold(1);
    long before = System.nanoTime();
    router.holdFeeds();
    gateway.runOnLoop(() -> {
      registerOne();
      await("it");
    });
    assertThat(gateway.onLoop(link::isServing)).isTrue();
    eventually("it lapsed", PATIENCE, () -> events.contains("it lapsed"));
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    assertThat(took).isGreaterThan(Duration.ofNanos(RouterLink.LEASE_NANOS).minusMillis(600));
    assertThat(gateway.onLoop(link::isServing)).isFalse();
    router.loseHeld();
    eventually("it serves again", PATIENCE, () -> gateway.onLoop(link::isServing));
    awaitTold(2);
  }

  @Test
  void aChangeOnARouterThatNeverBecomesWholeLapsesThoughItAnswers() {
    begin();
    gateway.everyTick(link::tick);
    register(600);
    awaitTold(600);
    router.holdFeeds().onFeed(feed -> ScriptedRouter.ack(!feed.last()));
    gateway.runOnLoop(() -> {
      link.restart();
      registerOne();
      await("it");
    });
    eventually(
        "it lapsed",
        PATIENCE,
        () -> {
          router.releaseHeld();
          return events.contains("it lapsed");
        });
    assertThat(gateway.onLoop(link::isServing)).isTrue();
    assertThat(router.feeds().stream().filter(Feed::reset).count()).isGreaterThan(1);
    router.onFeed(feed -> ScriptedRouter.ack(true)).release();
    awaitTold(601);
  }

  @Test
  void aRouterThatLeavesTheViewIsToldNothingMoreAndItsLeaseLapses() {
    begin();
    gateway.everyTick(link::tick);
    router.holdFeeds();
    register(1);
    gateway.runOnLoop(() -> {
      await("it");
      link.close();
    });
    assertThat(gateway.onLoop(link::isServing)).isFalse();
    assertThat(gateway.onLoop(link::isDone)).isFalse();
    int feeds = router.feeds().size();
    router.release();
    register(1);
    eventually("it lapsed", PATIENCE, () -> events.equals(List.of("it lapsed")));
    assertThat(gateway.onLoop(link::isDone)).isTrue();
    assertThat(router.feeds()).hasSize(feeds);
  }

  @Test
  void aRestartBeginsWithASnapshotThatEchoesNothing() {
    begin();
    register(2);
    awaitTold(2);
    gateway.runOnLoop(link::restart);
    eventually("a snapshot came", PATIENCE, () -> last().reset());
    assertThat(last().echo()).isZero();
    assertThat(added(List.of(last()))).hasSize(2);
  }

  @Test
  void whatAnAnswerSaysOfTheRegistrationsIsPassedOn() {
    router.onFeed(feed -> new FeedAck(true, 1, true, true, 7, List.of(3L), List.of(4L)));
    begin();
    assertThat(answers.getFirst().outdone()).containsExactly(3L);
    assertThat(answers.getFirst().full()).containsExactly(4L);
  }
}
