/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceLanesTest {
  private final SourceLanes lanes = new SourceLanes();

  @Test
  void aSourceWithoutAWaitPassesStraightThrough() {
    Future<String> result =
        lanes.inOrder("a", () -> Future.succeededFuture(1), one -> Future.succeededFuture("r"));
    assertThat(result.result()).isEqualTo("r");
  }

  @Test
  void whatComesBehindAWaitOfItsSourceWaitsAndOthersDoNot() {
    Promise<String> gate = Promise.promise();
    Future<String> first = lanes.inOrder("a", gate::future, Future::succeededFuture);
    Future<String> second =
        lanes.inOrder("a", () -> Future.succeededFuture("2"), Future::succeededFuture);
    Future<String> other =
        lanes.inOrder("b", () -> Future.succeededFuture("3"), Future::succeededFuture);
    assertThat(first.isComplete()).isFalse();
    assertThat(second.isComplete()).isFalse();
    assertThat(other.isComplete()).isTrue();
    gate.complete("1");
    assertThat(first.result()).isEqualTo("1");
    assertThat(second.result()).isEqualTo("2");
  }

  @Test
  void whatFailsLetsTheNextGoOn() {
    Promise<String> gate = Promise.promise();
    Future<String> first = lanes.inOrder("a", gate::future, Future::succeededFuture);
    Future<String> second =
        lanes.inOrder("a", () -> Future.failedFuture("no"), one -> Future.succeededFuture("x"));
    Future<String> third =
        lanes.inOrder("a", () -> Future.succeededFuture("3"), Future::succeededFuture);
    gate.fail("gate");
    assertThat(first.cause()).hasMessage("gate");
    assertThat(second.cause()).hasMessage("no");
    assertThat(third.result()).isEqualTo("3");
  }

  @Test
  void manyBehindOneWaitDoNotExhaustTheStack() {
    Promise<Integer> gate = Promise.promise();
    List<Integer> done = new ArrayList<>();
    lanes.inOrder("a", gate::future, Future::succeededFuture);
    for (int i = 0; i < 100_000; i++) {
      int number = i;
      lanes
          .inOrder("a", () -> Future.succeededFuture(number), Future::succeededFuture)
          .onSuccess(done::add);
    }
    gate.complete(0);
    assertThat(done).hasSize(100_000).isSorted();
  }

  @Test
  void underRandomWaitsTheSecondStepsOfASourceBeginInTheOrderOfTheCalls() {
    Random random = new Random(5);
    Map<String, List<Integer>> begun = new HashMap<>();
    Map<String, List<Integer>> called = new HashMap<>();
    List<Promise<Integer>> waiting = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String source = "s" + random.nextInt(5);
      int number = i;
      called.computeIfAbsent(source, id -> new ArrayList<>()).add(number);
      lanes.inOrder(
          source,
          () -> {
            if (random.nextInt(3) > 0) {
              return Future.succeededFuture(number);
            }
            Promise<Integer> promise = Promise.promise();
            waiting.add(promise);
            return promise.future();
          },
          one -> {
            begun.computeIfAbsent(source, id -> new ArrayList<>()).add(number);
            return Future.succeededFuture(one);
          });
      while (waiting.size() > 3) {
        waiting.remove(random.nextInt(waiting.size())).complete(number);
      }
    }
    while (!waiting.isEmpty()) {
      waiting.removeFirst().complete(0);
    }
    assertThat(begun).isEqualTo(called);
  }
}
