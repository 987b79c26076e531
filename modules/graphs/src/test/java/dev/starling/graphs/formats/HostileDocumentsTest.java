/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.Documents.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents that are damaged, or written to do harm. */
@Timeout(60)
class HostileDocumentsTest {
  private static final ReadOptions SMALL = new ReadOptions(1 << 16, 1_000, 1_000, false);

  @ParameterizedTest
  @EnumSource
  void bytesChangedAnywhereAreReadOrRefused(GraphFormat format) {
    byte[] whole = Documents.write(format, Documents.sample("a", "b \"q\"", "ü<&>", "d", "e"));
    Random random = new Random(11);
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      requireReadOrRefused(format, damaged);
    }
  }

  @ParameterizedTest
  @EnumSource
  void documentsCutAnywhereAreReadOrRefused(GraphFormat format) {
    byte[] whole = Documents.write(format, Documents.sample("a", "b \"q\"", "ü<&>", "d", "e"));
    for (int length = 0; length < whole.length; length++) {
      requireReadOrRefused(format, Arrays.copyOf(whole, length));
      byte[] gap = new byte[whole.length - 1];
      System.arraycopy(whole, 0, gap, 0, length);
      System.arraycopy(whole, length + 1, gap, length, whole.length - length - 1);
      requireReadOrRefused(format, gap);
    }
  }

  @ParameterizedTest
  @EnumSource
  void partsOfDocumentsInAnyOrderAreReadOrRefused(GraphFormat format) {
    byte[] whole = Documents.write(format, Documents.sample("a", "b \"q\"", "ü<&>", "d", "e"));
    Random random = new Random(12);
    for (int round = 0; round < 2_000; round++) {
      ByteArrayOutputStream mixed = new ByteArrayOutputStream();
      for (int i = 0; i < 5; i++) {
        int from = random.nextInt(whole.length);
        mixed.write(whole, from, random.nextInt(whole.length - from));
      }
      requireReadOrRefused(format, mixed.toByteArray());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noiseIsReadOrRefused(GraphFormat format) {
    Random random = new Random(13);
    String alphabet = "ab\"\\<>/&;#{}[](),:=-\n\t 01.+eE'!?xml\u00e9";
    for (int round = 0; round < 3_000; round++) {
      StringBuilder noise = new StringBuilder(round % 2 == 0 ? "graph {" : "");
      for (int i = random.nextInt(60); i > 0; i--) {
        noise.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      requireReadOrRefused(format, noise.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Anything but a refusal ends the test by itself. */
  private static void requireReadOrRefused(GraphFormat format, byte[] bytes) {
    try {
      GraphDocument read = format.reader().read(new ByteArrayInputStream(bytes), SMALL);
      assertThat(read.listed()).isLessThanOrEqualTo(read.nodes());
      assertThat(Documents.edges(read)).hasSize(read.edges());
    } catch (FormatException e) {
      assertThat(e.text()).contains(": expected", "got").hasSizeLessThan(700);
      assertThat(e.text().chars()).noneMatch(Character::isISOControl);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anXmlDocumentTypeIsRefusedBeforeItsEntitiesMeanAnything() {
    String bomb =
        """
        <!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:/etc/passwd">]>
        <gexf><graph><nodes><node id="&b;&c;"/></nodes></graph></gexf>
        """;
    for (GraphFormat format : new GraphFormat[] {GraphFormat.GRAPHML, GraphFormat.GEXF}) {
      assertThat(refusal(format, bomb))
          .hasMessageContaining("expected no document type")
          .hasMessageContaining("remove the DOCTYPE");
      assertThat(refusal(format, "<" + format.id() + "><graph>&nothing;</graph>"))
          .hasMessageContaining("expected a well-formed document");
    }
  }

  @Test
  void manyCharactersWrittenAsEntitiesAreStillText() {
    String text =
        "<gexf><graph><nodes>" + "<node id='%d' label='&lt;&amp;&gt;&quot;&#65;'/>".repeat(20_000);
    StringBuilder numbered = new StringBuilder();
    int id = 0;
    for (String part : text.split("%d", -1)) {
      numbered.append(part).append(id++);
    }
    String last = Integer.toString(id - 1);
    numbered.setLength(numbered.length() - last.length());
    GraphDocument read = Documents.read(GraphFormat.GEXF, numbered + "</nodes></graph></gexf>");
    assertThat(read.nodes()).isEqualTo(20_000);
    assertThat(read.label(19_999)).isEqualTo("<&>\"A");
  }

  @Test
  void nestingIsBounded() {
    int deep = 100_000;
    assertThat(refusal(GraphFormat.JSON, "{\"x\":" + "[".repeat(deep))).isNotNull();
    assertThat(refusal(GraphFormat.GRAPHML, "<graphml><graph>" + "<x>".repeat(deep))).isNotNull();
    assertThat(refusal(GraphFormat.GEXF, "<gexf><graph>" + "<nodes>".repeat(deep))).isNotNull();
    assertThat(refusal(GraphFormat.DOT, "graph " + "{".repeat(deep)))
        .hasMessageContaining("at most 200 deep");
  }

  @ParameterizedTest
  @EnumSource
  void oneValueDoesNotFillTheMemory(GraphFormat format) {
    String head =
        switch (format) {
          case JSON -> "{\"nodes\":[{\"key\":\"";
          case GRAPHML -> "<graphml><graph><!--";
          case GEXF -> "<gexf><graph><node id='";
          case CSV -> "a,\"";
          case DOT -> "graph { \"";
        };
    InputStream endless = endless(head, 'x');
    assertThatIOException()
        .isThrownBy(
            () -> format.reader().read(endless, new ReadOptions(Long.MAX_VALUE, 10, 10, false)))
        .isInstanceOf(FormatException.class)
        .withMessageContaining("expected");
  }

  @ParameterizedTest
  @EnumSource
  void anEndlessDocumentEndsAtItsBound(GraphFormat format) {
    InputStream endless = endless("", '\n');
    assertThatIOException()
        .isThrownBy(() -> format.reader().read(endless, new ReadOptions(1 << 22, 10, 10, false)))
        .isInstanceOf(FormatException.class);
  }

  private static InputStream endless(String head, char then) {
    byte[] first = head.getBytes(StandardCharsets.UTF_8);
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        return at < first.length ? first[at++] : then;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
          bytes[offset + i] = (byte) read();
        }
        return length;
      }
    };
  }

  @Test
  void edgesBetweenGroupsAreCountedBeforeTheyAreMade() {
    StringBuilder group = new StringBuilder("{");
    for (int i = 0; i < 20_000; i++) {
      group.append('n').append(i).append(' ');
    }
    String text = "graph {" + group + "} --" + group + "}}";
    assertThat(
            refusal(
                GraphFormat.DOT,
                text.getBytes(StandardCharsets.UTF_8),
                new ReadOptions(1 << 20, 100_000, 50_000, false)))
        .hasMessageContaining("edges: expected at most 50000");
  }

  /** Each two letters have the same String.hashCode as the other two. */
  @Test
  void keysWithTheSameHashCodeTakeNoLongerThanOthers() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1 << 16; i++) {
      for (int bit = 0; bit < 16; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      text.append(",hub\n");
    }
    GraphDocument read = Documents.read(GraphFormat.CSV, text.toString());
    assertThat(read.edges()).isEqualTo(1 << 16);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatBreaksIsNotTheDocumentsFault(GraphFormat format) {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the line is dead");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("the line is dead");
          }
        };
    assertThatIOException()
        .isThrownBy(() -> format.reader().read(broken, SMALL))
        .isNotInstanceOf(FormatException.class)
        .withMessage("the line is dead");
  }
}
