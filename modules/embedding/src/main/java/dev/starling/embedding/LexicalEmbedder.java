/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingSpace;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Embeds by wording: each word, and the runs of three to five letters in it, adds to one of 256
 * numbers, with a sign, both chosen by a hash. Texts that share words lie near each other, texts of
 * like meaning in other words do not. The commonest words of English, which say nothing about what
 * a text is about, do not count. Loads nothing. Immutable.
 */
final class LexicalEmbedder implements Embedder {
  /** The name of its space. A change of what a text gives changes the number at its end. */
  static final String SPACE = "lexical-hash-256-v1";

  /** Chosen by {@code scripts/bench embedding}; docs/benchmarks.md has the measurement. */
  static final double THRESHOLD = 0.20;

  private static final int DIMENSION = 256;
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+");
  private static final Set<String> COMMON =
      Set.copyOf(
          List.of(
              ("a about after all also an and any are as at be because been before but by can could"
                      + " did do does down each for from had has have he her here him his how i if"
                      + " in into is it its just more most my no not of off on one only or other"
                      + " our out over own s she should so some such t than that the their them"
                      + " then there these they this those to too two under up us was we were what"
                      + " when where which who whose why will with would you your")
                  .split(" ", -1)));

  private static final int SHORTEST_RUN = 3;
  private static final int LONGEST_RUN = 5;

  private final EmbeddingSpace space;

  /**
   * An embedder.
   *
   * @param threshold in place of the calibrated one
   */
  LexicalEmbedder(Optional<Double> threshold) {
    this.space = new EmbeddingSpace(SPACE, DIMENSION, threshold.orElse(THRESHOLD));
  }

  @Override
  public EmbeddingSpace space() {
    return space;
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    return texts.stream().map(LexicalEmbedder::embed).toList();
  }

  private static float[] embed(String text) {
    float[] values = new float[DIMENSION];
    WORD.matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .filter(word -> !COMMON.contains(word))
        .forEach(word -> {
          add(values, word, 1);
          addRuns(values, "<" + word + ">");
        });
    UnitVector.scale(values);
    return values;
  }

  /** The runs of a word weigh together as much as the word. */
  private static void addRuns(float[] values, String word) {
    int runs = 0;
    for (int length = SHORTEST_RUN; length <= LONGEST_RUN; length++) {
      runs += Math.max(0, word.length() - length + 1);
    }
    float weight = (float) (1 / Math.sqrt(Math.max(1, runs)));
    for (int length = SHORTEST_RUN; length <= LONGEST_RUN; length++) {
      for (int from = 0; from + length <= word.length(); from++) {
        add(values, word.substring(from, from + length), weight);
      }
    }
  }

  private static void add(float[] values, String feature, float weight) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < feature.length(); i++) {
      hash = (hash ^ feature.charAt(i)) * 0x100000001B3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    int place = (int) (hash >>> 56);
    values[place] += (hash & 1L << 55) == 0 ? weight : -weight;
  }

  @Override
  public void close() {
    // Nothing was loaded.
  }
}
