/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers beside one writer: they see rows whole, once, in time, and never after removal. */
class SimilarityIndexConcurrencyTest {
  private static final int D = 256;
  private static final int STABLE = 30;
  private static final int MOST = 400;
  private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(1200);

  private final SimilarityIndex<Guest> index = new SimilarityIndex<>(D, Kernels.best(), 2 * MOST);
  private final float[] query = new Samples(99).gaussian(D);
  private final List<float[]> pool = new ArrayList<>();
  private final AtomicBoolean done = new AtomicBoolean();

  /** Every churning guest below this number was added, in order. */
  private final AtomicInteger born = new AtomicInteger();

  /** Every churning guest below this number was removed: the oldest leaves first. */
  private final AtomicInteger departed = new AtomicInteger();

  /** Who a hit stands for; {@code truth} is its cosine with the only query. */
  private record Guest(int number, double truth) {}

  SimilarityIndexConcurrencyTest() {
    Samples samples = new Samples(5);
    for (int i = 0; i < 500; i++) {
      pool.add(samples.atCosine(query, 0.3 + 0.69 * samples.random().nextDouble()));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldShowReadersOnlyWholeLivingRows(boolean batched) throws Exception {
    for (int i = 0; i < STABLE; i++) {
      addGuest(-1 - i);
    }
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        results.add(readers.submit(() -> read(batched)));
      }
      try {
        assertThat(churn()).as("rows added meanwhile").isGreaterThan(MOST);
      } finally {
        done.set(true);
      }
      for (Future<Integer> result : results) {
        assertThat(result.get(10, TimeUnit.SECONDS)).as("searches of one reader").isPositive();
      }
    }
  }

  private Row<Guest> addGuest(int number) {
    float[] fingerprint = pool.get(Math.floorMod(number, pool.size()));
    return index.add(fingerprint, guest(number, fingerprint));
  }

  private Guest guest(int number, float[] fingerprint) {
    return new Guest(number, Fingerprints.cosine(query, fingerprint));
  }

  /** Two steps forward, one back, until many are there; then the other way round, and again. */
  private int churn() {
    ArrayDeque<Row<Guest>> living = new ArrayDeque<>();
    Random random = new Random(1);
    long end = System.nanoTime() + RUN_NANOS;
    int number = 0;
    boolean growing = true;
    while (System.nanoTime() < end) {
      if (living.isEmpty() || growing == (random.nextInt(3) > 0)) {
        living.add(addGuest(number++));
        born.set(number);
      } else {
        index.remove(living.remove());
        departed.incrementAndGet();
      }
      growing = living.size() < (growing ? MOST : MOST / 20);
    }
    return number;
  }

  private int read(boolean batched) {
    List<Hits<Guest>> outs = List.of(new Hits<>(), new Hits<>(), new Hits<>());
    int searches = 0;
    while (!done.get()) {
      int gone = departed.get();
      int there = born.get();
      if (batched) {
        index.search(new float[][] {query, query, query}, new double[] {0.2, 0.2, 0.2}, outs);
      } else {
        index.search(query, 0.2, outs.get(0));
      }
      int goneAfter = departed.get();
      for (Hits<Guest> out : batched ? outs : outs.subList(0, 1)) {
        verify(out, gone, goneAfter, there);
      }
      searches++;
    }
    return searches;
  }

  /** All guests numbered from goneAfter + 1 to there were in the index throughout the search. */
  private static void verify(Hits<Guest> hits, int gone, int goneAfter, int there) {
    BitSet seen = new BitSet();
    int stable = 0;
    int wrong = 0;
    int early = Integer.MAX_VALUE;
    for (int i = 0; i < hits.size(); i++) {
      Guest guest = hits.entry(i);
      wrong += hits.similarity(i) == guest.truth() ? 0 : 1;
      if (guest.number() < 0) {
        stable++;
      } else {
        early = Math.min(early, guest.number());
        int place = Math.max(0, guest.number() - gone);
        wrong += seen.get(place) ? 1 : 0;
        seen.set(place);
      }
    }
    assertThat(wrong).as("torn rows and rows reported twice").isZero();
    assertThat(stable).as("rows that always stay").isEqualTo(STABLE);
    assertThat(early).as("the oldest, not removed before").isGreaterThanOrEqualTo(gone);
    // One more may be on its way out: departed counts a removal only after it returned.
    int first = Math.min(goneAfter + 1, there);
    assertThat(seen.nextClearBit(first - gone) + gone)
        .as("the first that was there and was missed")
        .isGreaterThanOrEqualTo(there);
  }

  /** The writer acts between the products of a segment and the report on it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldKeepEveryRowThatStaysWhenTheWriterActsInTheMiddleOfASearch(int interrupted) {
    PausingKernels kernels = new PausingKernels(interrupted);
    SimilarityIndex<Guest> paused = new SimilarityIndex<>(D, kernels, 1000);
    List<Row<Guest>> rows = new ArrayList<>();
    for (int i = 0; i < 350; i++) {
      rows.add(paused.add(pool.get(i), guest(i, pool.get(i))));
    }
    kernels.whilePaused =
        () -> {
          for (int i = 0; i < 350; i++) {
            if (i % 5 != 0) {
              paused.remove(rows.get(i));
              paused.add(pool.get(499 - i / 4), guest(1000 + i, pool.get(499 - i / 4)));
            }
          }
        };
    Hits<Guest> hits = new Hits<>();
    paused.search(query, 0.2, hits);
    BitSet seen = new BitSet();
    for (int i = 0; i < hits.size(); i++) {
      Guest guest = hits.entry(i);
      assertThat(hits.similarity(i)).isEqualTo(guest.truth());
      assertThat(seen.get(guest.number())).as("reported twice").isFalse();
      seen.set(guest.number());
    }
    for (int i = 0; i < 350; i += 5) {
      assertThat(seen.get(i)).as("row %s, which stayed", i).isTrue();
    }
  }

  /** Scalar kernels that let something happen in the middle of a search, once. */
  private static final class PausingKernels implements Kernels {
    private final Kernels scalar = Kernels.scalar();
    private int untilPause;
    private Runnable whilePaused = () -> {};

    PausingKernels(int untilPause) {
      this.untilPause = untilPause;
    }

    @Override
    public void dots(
        float[] query, int dimension, float[] rows, int offset, int count, float[] out) {
      scalar.dots(query, dimension, rows, offset, count, out);
      if (--untilPause == 0) {
        whilePaused.run();
      }
    }

    @Override
    public void dots(
        float[][] queries,
        int queryCount,
        int dimension,
        float[] rows,
        int offset,
        int count,
        float[][] out) {
      scalar.dots(queries, queryCount, dimension, rows, offset, count, out);
    }

    @Override
    public String description() {
      return "pausing";
    }
  }
}
