/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which known name was meant by an unknown one. */
public final class Nearest {
  private Nearest() {}

  /** The one of {@code known} with the least edits to {@code word}, however many; not empty. */
  private static String to(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> edits(word, candidate)))
        .orElseThrow();
  }

  /**
   * The one of {@code known} that was probably meant by {@code word}; maybe none. As much as a
   * third of its letters may be wrong, or two thirds missing: a guess that is farther off misleads.
   */
  public static Optional<String> within(String word, Collection<String> known) {
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(to(word, known))
            .filter(near -> edits(word, near) <= Math.max(2, 2 * near.length() / 3));
  }

  /**
   * The edits that make {@code b} of {@code a} (Levenshtein), of which a missing letter counts one
   * and a wrong or surplus one two: a name with a word left out is still near.
   */
  public static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = 2 * i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 2);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j] + 2, row[j - 1] + 1));
      }
    }
    return row[b.length()];
  }
}
