/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.embedding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The texts of {@code texts.psv} and what each pair of them is to each other. Immutable. */
final class LabelledTexts {
  private static final String RESOURCE = "texts.psv";

  private final List<Text> texts;

  /** A text, its topic and the area that the topic belongs to. */
  record Text(String area, String topic, String text) {}

  /** What two texts are to each other. */
  enum Pair {
    /** Of one topic. */
    RELATED,
    /** Of two topics of one area. */
    NEIGHBOURS,
    /** Of two areas. */
    UNRELATED
  }

  private LabelledTexts(List<Text> texts) {
    this.texts = List.copyOf(texts);
  }

  /** The texts of this build. */
  static LabelledTexts builtIn() {
    try (InputStream in = LabelledTexts.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      return new LabelledTexts(
          lines.lines().filter(line -> !line.startsWith("#")).map(LabelledTexts::text).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Text text(String line) {
    List<String> parts = Arrays.asList(line.split("\\|", -1));
    if (parts.size() != 3) {
      throw new IllegalStateException("no area|topic|text: " + line);
    }
    return new Text(parts.get(0), parts.get(1), parts.get(2));
  }

  /** The texts alone, in the order of the file. */
  List<String> all() {
    return texts.stream().map(Text::text).toList();
  }

  int size() {
    return texts.size();
  }

  /** What the texts at two places are to each other. */
  Pair pair(int one, int other) {
    Text a = texts.get(one);
    Text b = texts.get(other);
    if (!a.area().equals(b.area())) {
      return Pair.UNRELATED;
    }
    return a.topic().equals(b.topic()) ? Pair.RELATED : Pair.NEIGHBOURS;
  }
}
