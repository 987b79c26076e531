/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Change.Added;
import dev.starling.protocol.mesh.RouterMessage.Change.Removed;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.Holder;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A peer on the real bus that a gateway takes for a router: takes note of what it is told and
 * answers as the test says, at once or when the test lets it.
 */
final class ScriptedRouter {
  private final AtomicLong claims = new AtomicLong();
  private final List<Feed> feeds = new ArrayList<>();
  private final List<Deposit> deposits = new ArrayList<>();
  private final List<Runnable> held = new ArrayList<>();
  private boolean holdsFeeds;
  private boolean holdsDeposits;
  private boolean holdsClaims;
  private Function<Claim, Claimed> claimScript = claim -> granted(null, 0);
  private Function<Feed, FeedAck> feedScript = feed -> ack(true);
  private Function<Deposit, Future<Routed>> depositScript =
      deposit -> Future.succeededFuture(routed(deposit));

  private ScriptedRouter() {}

  /** Serves a router's address from {@code mesh}. */
  static ScriptedRouter serve(Mesh mesh, String routerId) {
    ScriptedRouter router = new ScriptedRouter();
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(ignored ->
            mesh.bus()
                .serve(Addresses.router(routerId), router::handle)
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    return router;
  }

  static FeedAck ack(boolean applied) {
    return new FeedAck(applied, System.nanoTime(), true, true, 0, List.of(), List.of());
  }

  /** An answer to a feed from a router that does not route now. */
  static FeedAck notServing() {
    return new FeedAck(true, System.nanoTime(), true, false, 0, List.of(), List.of());
  }

  /** An answer to a feed that names registrations which a higher claim overrides. */
  static FeedAck outdone(List<Long> keys) {
    return new FeedAck(true, System.nanoTime(), true, true, 0, keys, List.of());
  }

  /** An answer to a feed that names registrations for which there is no room. */
  static FeedAck full(List<Long> keys) {
    return new FeedAck(true, System.nanoTime(), true, true, 0, List.of(), keys);
  }

  static Routed routed(Deposit deposit) {
    return new Routed(Status.ROUTED, deposit.outcomeId(), List.of(), false);
  }

  private synchronized Future<? extends MeshMessage> handle(RouterMessage message) {
    return switch (message) {
      case Feed feed -> {
        feeds.add(feed);
        yield later(holdsFeeds, Future.succeededFuture(feedScript.apply(feed)));
      }
      case Deposit deposit -> {
        deposits.add(deposit);
        yield later(holdsDeposits, depositScript.apply(deposit));
      }
      case Claim claim -> later(holdsClaims, Future.succeededFuture(claimScript.apply(claim)));
      case HolderQuery(String agentId) ->
          Future.succeededFuture(new Holder(holder(agentId).orElse(null)));
      default -> Future.failedFuture(new IllegalStateException("not in the script: " + message));
    };
  }

  /** A claim higher than every one before; whoever held the id is {@code holder}, with a key. */
  Claimed granted(@Nullable String holder, long key) {
    return new Claimed(claims.incrementAndGet(), holder, key, 0.75);
  }

  private <T> Future<T> later(boolean hold, Future<T> answer) {
    if (!hold) {
      return answer;
    }
    Promise<T> promise = Promise.promise();
    held.add(() -> answer.onComplete(promise));
    return promise.future();
  }

  /** From now on feeds are answered by {@link #release} only. */
  synchronized ScriptedRouter holdFeeds() {
    holdsFeeds = true;
    return this;
  }

  /** From now on feeds are answered; those that were held never are. */
  synchronized void answerFeeds() {
    holdsFeeds = false;
  }

  synchronized ScriptedRouter holdDeposits() {
    holdsDeposits = true;
    return this;
  }

  synchronized ScriptedRouter holdClaims() {
    holdsClaims = true;
    return this;
  }

  /** How many answers are held back. */
  synchronized int holding() {
    return held.size();
  }

  /** Answers what was held, and whatever comes from now on. */
  synchronized void release() {
    holdsFeeds = false;
    holdsDeposits = false;
    holdsClaims = false;
    List<Runnable> answers = List.copyOf(held);
    held.clear();
    answers.forEach(Runnable::run);
  }

  /** Answers what was held and goes on holding. */
  synchronized void releaseHeld() {
    List<Runnable> answers = List.copyOf(held);
    held.clear();
    answers.forEach(Runnable::run);
  }

  /** Forgets what was held: it is never answered; what comes from now on is. */
  synchronized void loseHeld() {
    holdsFeeds = false;
    holdsDeposits = false;
    holdsClaims = false;
    held.clear();
  }

  synchronized ScriptedRouter onClaim(Function<Claim, Claimed> script) {
    claimScript = script;
    return this;
  }

  synchronized ScriptedRouter onFeed(Function<Feed, FeedAck> script) {
    feedScript = script;
    return this;
  }

  synchronized ScriptedRouter onDeposit(Function<Deposit, Future<Routed>> script) {
    depositScript = script;
    return this;
  }

  /** What was fed so far; a copy. */
  synchronized List<Feed> feeds() {
    return List.copyOf(feeds);
  }

  /** The registration of an agent, by what was fed so far. */
  synchronized Optional<Registration> holder(String agentId) {
    Map<Long, Registration> known = new LinkedHashMap<>();
    feeds.stream()
        .flatMap(feed -> feed.changes().stream())
        .forEach(change -> {
          switch (change) {
            case Added(Registration registration) -> known.put(registration.key(), registration);
            case Removed(long key) -> known.remove(key);
          }
        });
    return known.values().stream()
        .filter(registration -> registration.agentId().equals(agentId))
        .reduce((one, later) -> later);
  }

  synchronized List<Deposit> deposits() {
    return List.copyOf(deposits);
  }

  synchronized void forget() {
    feeds.clear();
    deposits.clear();
  }
}
