/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Cuts texts into the word pieces that an uncased BERT model was trained on: lower case without
 * accents, words and single punctuation marks, each cut into the longest pieces that the vocabulary
 * has. What looks like one of the model's own marks is text like any other. Immutable.
 */
final class WordPieces {
  /** Opens every sequence. */
  static final String FIRST = "[CLS]";

  /** Closes every sequence. */
  static final String LAST = "[SEP]";

  private static final String UNKNOWN = "[UNK]";
  private static final int LONGEST_WORD = 100;

  private final Map<String, Integer> vocabulary;
  private final int unknown;

  WordPieces(Map<String, Integer> vocabulary) {
    this.vocabulary = Map.copyOf(vocabulary);
    this.unknown = number(UNKNOWN);
  }

  /** Reads the vocabulary, {@code model.vocab}, of a tokenizer.json. */
  static WordPieces read(InputStream tokenizer) throws IOException {
    Map<String, Integer> vocabulary = new HashMap<>();
    try (JsonParser in = new JsonFactory().createParser(tokenizer)) {
      in.nextToken();
      enter(in, "model");
      enter(in, "vocab");
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String piece = in.currentName();
        vocabulary.put(piece, in.nextIntValue(-1));
      }
    }
    return new WordPieces(vocabulary);
  }

  private static void enter(JsonParser in, String member) throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (name.equals(member) && value == JsonToken.START_OBJECT) {
        return;
      }
      in.skipChildren();
    }
    throw new IOException("a tokenizer without " + member);
  }

  /** The number of a piece that the vocabulary must have. */
  int number(String piece) {
    Integer number = vocabulary.get(piece);
    if (number == null) {
      throw new IllegalArgumentException("a vocabulary without " + piece);
    }
    return number;
  }

  /** The numbers of a text's pieces, in order; none for a text of blanks. */
  int[] of(String text) {
    int[] pieces = new int[text.length() + 1];
    int count = 0;
    String spaced = spaced(plain(text));
    for (String word : spaced.split(" ", -1)) {
      if (!word.isEmpty()) {
        int[] ofWord = ofWord(word);
        if (count + ofWord.length > pieces.length) {
          pieces = Arrays.copyOf(pieces, pieces.length + Math.max(pieces.length, ofWord.length));
        }
        System.arraycopy(ofWord, 0, pieces, count, ofWord.length);
        count += ofWord.length;
      }
    }
    return Arrays.copyOf(pieces, count);
  }

  /** Without what has no width, and every blank a space. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(one -> {
          if (one == '\t' || one == '\n' || one == '\r' || Character.isSpaceChar(one)) {
            plain.append(' ');
          } else if (isWritten(one)) {
            plain.appendCodePoint(one);
          }
        });
    return plain.toString();
  }

  private static boolean isWritten(int one) {
    return one != 0xFFFD
        && switch (Character.getType(one)) {
          case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE ->
              false;
          default -> true;
        };
  }

  /** In lower case, without accents, with spaces around whatever is a word by itself. */
  private static String spaced(String plain) {
    StringBuilder spaced = new StringBuilder(plain.length() + 16);
    Normalizer.normalize(plain, Normalizer.Form.NFD)
        .codePoints()
        .filter(one -> Character.getType(one) != Character.NON_SPACING_MARK)
        .map(Character::toLowerCase)
        .forEach(one -> {
          if (isIdeograph(one) || isPunctuation(one)) {
            spaced.append(' ').appendCodePoint(one).append(' ');
          } else {
            spaced.appendCodePoint(one);
          }
        });
    return spaced.toString();
  }

  private static boolean isIdeograph(int one) {
    return (one >= 0x4E00 && one <= 0x9FFF)
        || (one >= 0x3400 && one <= 0x4DBF)
        || (one >= 0x20000 && one <= 0x2A6DF)
        || (one >= 0x2A700 && one <= 0x2B73F)
        || (one >= 0x2B740 && one <= 0x2B81F)
        || (one >= 0x2B920 && one <= 0x2CEAF)
        || (one >= 0xF900 && one <= 0xFAFF)
        || (one >= 0x2F800 && one <= 0x2FA1F);
  }

  private static boolean isPunctuation(int one) {
    boolean isAsciiMark =
        one > ' ' && one < 0x7F && !Character.isLetterOrDigit(one); // $ + < = > ^ ` | ~ too
    return isAsciiMark
        || switch (Character.getType(one)) {
          case Character.CONNECTOR_PUNCTUATION,
              Character.DASH_PUNCTUATION,
              Character.START_PUNCTUATION,
              Character.END_PUNCTUATION,
              Character.INITIAL_QUOTE_PUNCTUATION,
              Character.FINAL_QUOTE_PUNCTUATION,
              Character.OTHER_PUNCTUATION ->
              true;
          default -> false;
        };
  }

  private int[] ofWord(String word) {
    int[] letters = word.codePoints().toArray();
    int[] pieces = new int[letters.length];
    int count = 0;
    int from = 0;
    while (from < letters.length && letters.length <= LONGEST_WORD) {
      int to = letters.length;
      Integer found = null;
      while (to > from && found == null) {
        String piece = new String(letters, from, to - from);
        found = vocabulary.get(from == 0 ? piece : "##" + piece);
        to = found == null ? to - 1 : to;
      }
      if (found == null) {
        return new int[] {unknown};
      }
      pieces[count++] = found;
      from = to;
    }
    return letters.length <= LONGEST_WORD ? Arrays.copyOf(pieces, count) : new int[] {unknown};
  }
}
