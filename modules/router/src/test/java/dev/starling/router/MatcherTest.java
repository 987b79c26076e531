/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.Hits;
import dev.starling.vectors.Kernels;
import dev.starling.vectors.SimilarityIndex;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MatcherTest {
  private static final int DIMENSION = 128;

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Matcher matcher = new Matcher(loop, vertx.createSharedWorkerExecutor("scan", 1));
  private final Random random = new Random(9);

  @AfterEach
  void closeVertx() {
    LocalMesh.await(vertx.close());
  }

  private <T> T onLoop(Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(ignored -> {
      try {
        work.call().onComplete(promise);
      } catch (Exception e) {
        promise.fail(e);
      }
    });
    return LocalMesh.await(promise.future());
  }

  private float[] vector() {
    float[] values = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Fingerprint fingerprint() {
    return Fingerprint.of(vector());
  }

  private SimilarityIndex<Agent> index(int rows) {
    SimilarityIndex<Agent> index = new SimilarityIndex<>(DIMENSION, Kernels.scalar(), rows);
    for (int i = 0; i < rows; i++) {
      index.add(vector(), Samples.agent(i, "g", "a" + i));
    }
    return index;
  }

  private static Map<String, Double> byId(Hits<Agent> hits) {
    Map<String, Double> found = new TreeMap<>();
    for (int i = 0; i < hits.size(); i++) {
      found.put(hits.entry(i).id(), hits.similarity(i));
    }
    return found;
  }

  @Test
  void aShortScanIsDoneAtOnce() {
    SimilarityIndex<Agent> index = index(100);
    boolean doneAtOnce =
        onLoop(
            () -> Future.succeededFuture(matcher.search(index, fingerprint(), 0.1).isComplete()));
    assertThat(doneAtOnce).isTrue();
  }

  @Test
  void aLongScanLeavesTheLoopFree() {
    SimilarityIndex<Agent> index = index(20_000);
    List<String> order = new ArrayList<>();
    onLoop(() -> {
      loop.runOnContext(ignored -> order.add("something else"));
      return matcher.search(index, fingerprint(), 0.1).onSuccess(hits -> order.add("scan"));
    });
    assertThat(order).containsExactly("something else", "scan");
  }

  @Test
  void longScansEndInTheOrderOfAskingAndShortOnesDoNotOvertakeThem() {
    SimilarityIndex<Agent> large = index(20_000);
    SimilarityIndex<Agent> small = index(10);
    List<Integer> order = new ArrayList<>();
    onLoop(() -> {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int number = i;
        all.add(
            matcher
                .search(i % 5 == 4 ? small : large, fingerprint(), 0.3)
                .onSuccess(hits -> order.add(number)));
      }
      return Future.all(all);
    });
    assertThat(order).hasSize(40).isSorted();
  }

  @Test
  void manyTogetherFindWhatEachFindsAlone() {
    SimilarityIndex<Agent> index = index(5_000);
    List<float[]> queries = new ArrayList<>();
    List<Hits<Agent>> together = new ArrayList<>();
    for (int i = 0; i < 3 * Matcher.BATCH + 1; i++) {
      queries.add(vector());
    }
    onLoop(() -> {
      List<Future<?>> all = new ArrayList<>();
      queries.forEach(query ->
          all.add(matcher.search(index, Fingerprint.of(query), 0.2).onSuccess(together::add)));
      return Future.all(all);
    });
    for (int i = 0; i < queries.size(); i++) {
      Hits<Agent> alone = new Hits<>();
      index.search(queries.get(i), 0.2, alone);
      assertThat(byId(together.get(i))).isEqualTo(byId(alone));
    }
    assertThat(together.getFirst().size()).isPositive();
  }

  @Test
  void anAgentThatComesWhileALongScanRunsIsFoundOnce() {
    AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 100_000);
    directory.onIndexed(matcher::indexed);
    float[] wanted = vector();
    for (int i = 0; i < 20_000; i++) {
      directory.add(Samples.agent(i + 1, "g", "a" + i, vector()));
    }
    SimilarityIndex<Agent> index =
        Objects.requireNonNull(directory.index(new Space("" + DIMENSION, DIMENSION)));
    Hits<Agent> hits =
        onLoop(() -> {
          Future<Hits<Agent>> found = matcher.search(index, Fingerprint.of(wanted), 0.9);
          assertThat(found.isComplete()).isFalse();
          directory.add(Samples.agent(30_001, "g", "late", wanted));
          directory.add(Samples.agent(30_002, "g", "late and far", vector()));
          directory.add(Samples.agent(30_003, "g", "late and elsewhere", 1, 0));
          return found;
        });
    assertThat(byId(hits)).containsOnlyKeys("late");
    assertThat(hits.size()).isEqualTo(1);
  }

  @Test
  void theOnlyAgentOfASpaceIsFoundByAQueryThatWaitedWhileItRegisteredAnew() {
    AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 1);
    directory.onIndexed(matcher::indexed);
    float[] wanted = vector();
    directory.add(Samples.agent(1, "g", "a", wanted));
    SimilarityIndex<Agent> index =
        Objects.requireNonNull(directory.index(new Space("" + DIMENSION, DIMENSION)));
    SimilarityIndex<Agent> large = index(20_000);
    Hits<Agent> hits =
        onLoop(() -> {
          Future<Hits<Agent>> earlier = matcher.search(large, fingerprint(), 0.9);
          Future<Hits<Agent>> found = matcher.search(index, Fingerprint.of(wanted), 0.9);
          directory.add(Samples.agent(2, "g", "a", wanted));
          return earlier.compose(ended -> found);
        });
    assertThat(hits.size()).isEqualTo(1);
    assertThat(hits.entry(0).row()).as("the live registration").isNotNull();
  }
}
