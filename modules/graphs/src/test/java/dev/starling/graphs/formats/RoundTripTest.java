/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {
  private static final String[] NASTY = {
    "lonely",
    "plain",
    "with \"quotes\"",
    "'apostrophes'",
    "comma, semicolon; and more,",
    "<tag attr=\"1\">&amp; &#10; ]]> <!-- --> </tag>",
    "ends with a backslash\\",
    "\\",
    "\\\"",
    "\\n \\N \\l",
    " blanks at both ends ",
    "two  blanks",
    "=1+1",
    "@SUM(A1)",
    "-2",
    "+3",
    "--",
    "->",
    "#comment",
    "// comment",
    "/* comment */",
    "a:b:c",
    "graph",
    "node",
    "subgraph",
    "source",
    "target",
    "weight",
    "{}",
    "[]",
    "0",
    "1",
    "1.5",
    "1e3",
    "null",
    "true",
    "Zürich",
    "東京",
    "🐦‍⬛ starling",
    "e\u0301 decomposed",
    "\u00A0non-breaking\u00A0",
    "\u2028line separator",
    "\uFEFFmark",
    "\u200Fright to left",
    "a".repeat(256)
  };

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadAsItWas(GraphFormat format) {
    GraphDocument written = Documents.sample(NASTY);
    byte[] bytes = Documents.write(format, written);
    GraphDocument read = Documents.read(format, bytes, Documents.ENOUGH);
    assertThat(Documents.edges(read)).isEqualTo(Documents.edges(written)).hasSize(43);
    if (format == GraphFormat.CSV) {
      assertThat(Documents.nodes(read)).containsOnlyKeys(NASTY);
    } else {
      assertThat(Documents.nodes(read)).isEqualTo(Documents.nodes(written));
    }
    assertThat(Documents.write(format, read)).isEqualTo(bytes);
    assertThat(read.loops() + read.repeats()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void keysDrawnAtRandomComeBack(GraphFormat format) {
    Random random = new Random(5);
    String[] keys = new String[2_000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = i + randomText(random);
    }
    GraphDocument written = Documents.sample(keys);
    GraphDocument read = Documents.read(format, Documents.write(format, written), Documents.ENOUGH);
    assertThat(Documents.nodes(read).keySet()).isEqualTo(Documents.nodes(written).keySet());
    assertThat(Documents.edges(read)).isEqualTo(Documents.edges(written));
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyGraphIsADocument(GraphFormat format) {
    GraphDocument read =
        Documents.read(format, Documents.write(format, Documents.sample()), Documents.ENOUGH);
    assertThat(read.nodes()).isZero();
    assertThat(read.edges()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aByteOrderMarkAndOtherLineEndsMakeNoDifference(GraphFormat format) {
    GraphDocument written = Documents.sample("a", "b", "c", "d");
    String text = new String(Documents.write(format, written), StandardCharsets.UTF_8);
    String windows = "\uFEFF" + text.replace("\r\n", "\n").replace("\n", "\r\n");
    assertThat(Documents.edges(Documents.read(format, windows)))
        .isEqualTo(Documents.edges(written));
  }

  private static String randomText(Random random) {
    int[] points =
        random
            .ints(0, 0x110000)
            .filter(c -> !Character.isISOControl(c) && (c & 0xFFFE) != 0xFFFE)
            .filter(c -> Character.getType(c) != Character.SURROGATE)
            .limit(random.nextInt(20))
            .toArray();
    return new String(points, 0, points.length);
  }
}
