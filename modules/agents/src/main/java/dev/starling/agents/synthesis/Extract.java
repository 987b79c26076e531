/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A summary of texts by their own sentences: those whose words are the most probable among all,
 * and, once a word was used, by what they add. SumBasic (A. Nenkova, L. Vanderwende: The Impact of
 * Frequency on Summarization, Microsoft Research, 2005). Stateless.
 */
final class Extract {
  private static final int SHORTEST_WORD = 3;
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private Extract() {}

  private record Sentence(String text, Set<String> words) {}

  /**
   * Up to so many sentences of the texts, in the order of the texts, each once.
   *
   * @param most sentences at most
   * @param length characters at most; a first sentence that is longer is cut
   */
  static String of(List<String> texts, int most, int length) {
    List<Sentence> sentences = sentences(texts);
    Map<String, Double> weights = weights(sentences);
    Set<Sentence> chosen = new LinkedHashSet<>();
    int size = 0;
    while (chosen.size() < most) {
      Sentence best = best(sentences, chosen, weights);
      if (best == null || (size > 0 && size + best.text().length() > length)) {
        break;
      }
      chosen.add(best);
      size += best.text().length() + 1;
      best.words().forEach(word -> weights.computeIfPresent(word, (key, p) -> p * p));
    }
    StringBuilder summary = new StringBuilder();
    for (Sentence sentence : sentences) {
      if (chosen.contains(sentence)) {
        summary.append(summary.isEmpty() ? "" : " ").append(sentence.text());
      }
    }
    return summary.substring(0, Math.min(length, summary.length()));
  }

  private static @Nullable Sentence best(
      List<Sentence> sentences, Set<Sentence> chosen, Map<String, Double> weights) {
    Sentence best = null;
    double most = 0;
    for (Sentence sentence : sentences) {
      double weight =
          sentence.words().stream()
              .mapToDouble(word -> weights.getOrDefault(word, 0.0))
              .average()
              .orElse(0);
      if (weight > most && !chosen.contains(sentence)) {
        best = sentence;
        most = weight;
      }
    }
    return best;
  }

  /** Of each word the share of all words that it is. */
  private static Map<String, Double> weights(List<Sentence> sentences) {
    Map<String, Double> counts = new HashMap<>();
    double all = 0;
    for (Sentence sentence : sentences) {
      for (String word : sentence.words()) {
        counts.merge(word, 1.0, Double::sum);
        all++;
      }
    }
    double words = Math.max(1, all);
    counts.replaceAll((word, count) -> count / words);
    return counts;
  }

  private static List<Sentence> sentences(List<String> texts) {
    List<Sentence> sentences = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (String text : texts) {
      BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
      breaks.setText(text);
      int from = breaks.first();
      for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
        String sentence = text.substring(from, to).strip();
        from = to;
        if (known.add(sentence.toLowerCase(Locale.ROOT))) {
          sentences.add(new Sentence(sentence, words(sentence)));
        }
      }
    }
    return sentences;
  }

  /** The words of a text, each once, in lower case; the shortest say nothing. */
  static Set<String> words(String text) {
    Set<String> words = new LinkedHashSet<>();
    for (String word : BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT), -1)) {
      if (word.length() >= SHORTEST_WORD) {
        words.add(word);
      }
    }
    return words;
  }
}
