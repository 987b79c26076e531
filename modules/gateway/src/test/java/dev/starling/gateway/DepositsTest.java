/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DepositsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter router;

  @SuppressWarnings("NullAway.Init")
  private static RouterLinks links;

  private final Deposits deposits = new Deposits(gateway.mesh(), links);

  @BeforeAll
  static void startMesh() {
    gateway = new TestGateway();
    router = ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    links = new RouterLinks(gateway.mesh(), new Registry(), (router, ack) -> {});
    gateway.runOnLoop(() -> links.viewIs(gateway.mesh().view()));
    gateway.everyTick(links::tick);
    eventually("the router serves", PATIENCE, () -> !links.serving().isEmpty());
  }

  @AfterAll
  static void stopMesh() {
    gateway.close();
  }

  @BeforeEach
  void forget() {
    router.forget();
    router.onDeposit(deposit -> Future.succeededFuture(ScriptedRouter.routed(deposit)));
  }

  static Deposit deposit(String source, String id) {
    RawJson members = RawJson.of("\"a\":1");
    int patience = Deposits.PATIENCE_MILLIS;
    return new Deposit(
        "g", source, id, false, Fingerprint.of(1), List.of(), 0, members, 0, patience);
  }

  private List<Future<Routed>> depositAll(String source, int count) {
    return gateway.onLoop(() ->
        IntStream.range(0, count)
            .mapToObj(i -> deposits.deposit(deposit(source, source + i)))
            .toList());
  }

  private static List<String> ids(String source, List<Deposit> all) {
    return all.stream()
        .filter(deposit -> deposit.source().equals(source))
        .map(Deposit::outcomeId)
        .toList();
  }

  private static List<String> expected(String source, int count) {
    return IntStream.range(0, count).mapToObj(i -> source + i).toList();
  }

  private int waiting() {
    return gateway.onLoop(deposits::waiting);
  }

  @Test
  void anOutcomeGoesToTheRouterAndItsAnswerBack() {
    Routed routed = LocalMesh.await(depositAll("a", 1).getFirst());
    assertThat(routed.outcomeId()).isEqualTo("a0");
    assertThat(router.deposits()).containsExactly(deposit("a", "a0"));
    assertThat(waiting()).isZero();
  }

  @Test
  void whatARouterCannotTakeNowIsTriedAgainInOrderAndMarkedAsKnown() {
    int[] refusals = {0};
    List<String> taken = new ArrayList<>();
    List<Boolean> known = new ArrayList<>();
    router.onDeposit(deposit -> {
      if (refusals[0]++ < 50) {
        return Future.failedFuture(RefusalException.unavailable("router", "catching up"));
      }
      taken.add(deposit.outcomeId());
      known.add(deposit.idFromClient());
      return Future.succeededFuture(ScriptedRouter.routed(deposit));
    });
    List<Future<Routed>> routed = depositAll("a", 20);
    List<Future<Routed>> others = depositAll("b", 20);
    routed.forEach(LocalMesh::await);
    others.forEach(LocalMesh::await);
    for (String source : List.of("a", "b")) {
      assertThat(taken.stream().filter(id -> id.startsWith(source)).toList())
          .isEqualTo(expected(source, 20));
    }
    assertThat(known).contains(true);
    assertThat(waiting()).isZero();
  }

  @Test
  void whatComesWhileASourceWaitsToTryAgainQueuesBehindIt() {
    boolean[] refuses = {true};
    router.onDeposit(deposit ->
        refuses[0]
            ? Future.failedFuture(RefusalException.unavailable("router", "catching up"))
            : Future.succeededFuture(ScriptedRouter.routed(deposit)));
    List<Future<Routed>> first = depositAll("a", 1);
    eventually("it was refused", PATIENCE, () -> router.deposits().size() >= 2);
    List<Future<Routed>> second =
        gateway.onLoop(() -> List.of(deposits.deposit(deposit("a", "a1"))));
    assertThat(ids("a", router.deposits())).doesNotContain("a1");
    refuses[0] = false;
    LocalMesh.await(first.getFirst());
    LocalMesh.await(second.getFirst());
    assertThat(ids("a", router.deposits())).endsWith("a0", "a1");
  }

  @Test
  void afterARefusalOneGoesAheadAndThenTheOthersAllAtOnce() {
    List<Promise<Routed>> unanswered = new ArrayList<>();
    router.onDeposit(deposit -> {
      if (unanswered.isEmpty() && !deposit.idFromClient()) {
        return Future.failedFuture(RefusalException.unavailable("router", "catching up"));
      }
      Promise<Routed> promise = Promise.promise();
      unanswered.add(promise);
      return promise.future();
    });
    List<Future<Routed>> all = depositAll("a", 20);
    eventually("the first goes ahead", PATIENCE, () -> unanswered.size() == 1);
    router.forget();
    unanswered.getFirst().complete(ScriptedRouter.routed(deposit("a", "a0")));
    eventually("the others follow", PATIENCE, () -> router.deposits().size() == 19);
    assertThat(ids("a", router.deposits())).isEqualTo(expected("a", 20).subList(1, 20));

    Future<Routed> later =
        gateway.onLoop(() -> List.of(deposits.deposit(deposit("a", "later")))).getFirst();
    eventually("so does a later one", PATIENCE, () -> router.deposits().size() == 20);
    unanswered.forEach(one -> one.tryComplete(ScriptedRouter.routed(deposit("a", "any"))));
    all.forEach(LocalMesh::await);
    LocalMesh.await(later);
    assertThat(waiting()).isZero();
  }

  @Test
  void whatWaitsBehindOneThatIsNotAnsweredIsToldSoInTime() {
    router.onDeposit(deposit ->
        deposit.idFromClient()
            ? Promise.<Routed>promise().future()
            : Future.failedFuture(RefusalException.unavailable("router", "catching up")));
    long start = System.nanoTime();
    List<Future<Routed>> all = depositAll("a", 3);
    eventually("all are refused", PATIENCE, () -> all.stream().allMatch(Future::isComplete));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(5_900));
    assertThat(router.deposits())
        .filteredOn(Deposit::idFromClient)
        .singleElement()
        .satisfies(again ->
            assertThat(again.patienceMillis()).isLessThan(Deposits.PATIENCE_MILLIS).isPositive());
    assertThat(waiting()).isZero();
  }

  @Test
  void aLongLaneOfOneSourceEndsAsAWhole() {
    router.onDeposit(
        deposit -> Future.failedFuture(RefusalException.unavailable("router", "catching up")));
    List<Future<Routed>> all = depositAll("a", 20_000);
    eventually("all are refused", PATIENCE, () -> waiting() == 0);
    assertThat(all).allMatch(Future::failed);
  }

  @Test
  void aRefusalOfTheOutcomeItselfIsFinal() {
    RefusalException refusal =
        RefusalException.ofField(
            ErrorCode.INVALID_FINGERPRINT, "packet.fingerprint", "2 numbers", "1");
    router.onDeposit(deposit -> Future.failedFuture(refusal));
    Future<Routed> refused = depositAll("a", 1).getFirst();
    eventually("it is refused", PATIENCE, refused::isComplete);
    assertThat(refused.cause())
        .isInstanceOfSatisfying(
            RefusalException.class,
            one -> assertThat(one.code()).isEqualTo(ErrorCode.INVALID_FINGERPRINT));
    assertThat(router.deposits()).hasSize(1);
    assertThat(waiting()).isZero();
  }

  @Test
  void afterFiveSecondsOfRefusalsTheClientIsToldSo() {
    router.onDeposit(
        deposit -> Future.failedFuture(RefusalException.unavailable("router", "catching up")));
    List<Future<Routed>> all = depositAll("a", 3);
    eventually("all are refused", PATIENCE, () -> all.stream().allMatch(Future::isComplete));
    assertThat(all)
        .allSatisfy(one ->
            assertThat(one.cause())
                .isInstanceOfSatisfying(
                    RefusalException.class,
                    refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE)));
    assertThat(waiting()).isZero();
  }
}
