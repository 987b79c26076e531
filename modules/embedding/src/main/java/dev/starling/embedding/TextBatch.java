/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.embedding.TextQueue.Wanted;
import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingException;
import dev.starling.vectors.EmbeddingException.Fault;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Texts that are embedded together. Immutable. */
final class TextBatch {
  /** Nothing to do. */
  static final TextBatch EMPTY = new TextBatch(List.of());

  private static final int MOST_TEXTS = 32;

  /** So that who waits for a short text does not wait for many long ones. */
  private static final int MOST_CHARACTERS = 8192;

  private final List<Wanted> wanted;

  private TextBatch(List<Wanted> wanted) {
    this.wanted = wanted;
  }

  /** What became of a text: either of the two. */
  record Found(float @Nullable [] values, @Nullable EmbeddingException failure) {
    static Found of(float[] values) {
      return new Found(values, null);
    }

    static Found failed(EmbeddingException failure) {
      return new Found(null, failure);
    }
  }

  /**
   * Takes from the head of a queue what makes a batch.
   *
   * @param answered whether one needs no embedding any more
   */
  static TextBatch take(Deque<Wanted> waiting, Predicate<Wanted> answered) {
    List<Wanted> batch = new ArrayList<>();
    int characters = 0;
    while (!waiting.isEmpty() && batch.size() < MOST_TEXTS) {
      int length = waiting.getFirst().text().length();
      if (!batch.isEmpty() && characters + length > MOST_CHARACTERS) {
        break;
      }
      Wanted next = waiting.removeFirst();
      if (!answered.test(next)) {
        batch.add(next);
        characters += length;
      }
    }
    return batch.isEmpty() ? EMPTY : new TextBatch(List.copyOf(batch));
  }

  boolean isEmpty() {
    return wanted.isEmpty();
  }

  int size() {
    return wanted.size();
  }

  Wanted wanted(int place) {
    return wanted.get(place);
  }

  Stream<Wanted> overdue(long now) {
    return wanted.stream().filter(one -> one.deadline() - now < 0);
  }

  /**
   * Embeds the texts, on a worker; what became of each, in order. Each text once, and alone where
   * one of them spoils it for the others.
   */
  List<Found> run(Embedder embedder, EmbedderMetrics metrics) {
    List<String> texts = wanted.stream().map(Wanted::text).distinct().toList();
    long since = System.nanoTime();
    List<Found> found = embed(embedder, texts);
    metrics.batch(System.nanoTime() - since);
    return wanted.stream().map(one -> found.get(texts.indexOf(one.text()))).toList();
  }

  private static List<Found> embed(Embedder embedder, List<String> texts) {
    try {
      return embedder.embed(texts).stream().map(Found::of).toList();
    } catch (EmbeddingException e) {
      if (e.fault() == Fault.TEXT && texts.size() > 1) {
        return texts.stream().map(text -> embed(embedder, List.of(text)).getFirst()).toList();
      }
      return texts.stream().map(text -> Found.failed(e)).toList();
    }
  }
}
