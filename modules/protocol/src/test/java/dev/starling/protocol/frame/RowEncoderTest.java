/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.frame.FrameFixtures.Fixture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowEncoderTest {
  private static final int FIRST_FLOAT = 2;

  static List<Fixture> rows() {
    return FrameFixtures.rows();
  }

  private static byte[] encode(RowFormat format, LayoutBlock block, SourcePaths paths) {
    return encode(new RowEncoder(format), format, block, paths);
  }

  private static byte[] encode(
      RowEncoder encoder, RowFormat format, LayoutBlock block, SourcePaths paths) {
    ByteBuffer out = ByteBuffer.allocateDirect(format.length(block));
    assertThat(encoder.encode(block, paths, out)).isEqualTo(out.capacity());
    byte[] bytes = new byte[out.capacity()];
    out.get(0, bytes);
    return bytes;
  }

  private static LayoutBlock nodes(int... ids) {
    return new LayoutBlock(1, 1, true, ids, new float[3 * ids.length], new float[3 * ids.length]);
  }

  private static ByteBuffer read(byte[] frame) {
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aFrameHasTheBytesThatTheDocumentSays(Fixture fixture) {
    RowFormat format = fixture.integer("protocol") == 1 ? RowFormat.SHORT_IDS : RowFormat.LONG_IDS;
    assertThat(format.protocol()).isEqualTo(fixture.integer("protocol"));
    assertThat(encode(format, fixture.block(1), fixture.paths())).isEqualTo(fixture.bytes());
  }

  @ParameterizedTest
  @EnumSource
  void aBufferOnTheHeapGetsTheSameBytesWhereverItBegins(RowFormat format) {
    LayoutBlock block = FrameFixtures.rows().getFirst().block(1);
    byte[] within = new byte[format.length(block) + 5];
    ByteBuffer out = ByteBuffer.wrap(within, 5, within.length - 5).slice();
    new RowEncoder(format).encode(block, SourcePaths.NONE, out);
    assertThat(Arrays.copyOfRange(within, 5, within.length))
        .isEqualTo(encode(format, block, SourcePaths.NONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {32_766, 32_767})
  void anIdOfFifteenBitsIsInTheFirstProtocol(int slot) {
    byte[] frame =
        encode(RowFormat.SHORT_IDS, nodes(1, slot | LayoutBlock.AGENT), SourcePaths.NONE);
    assertThat(frame).hasSize(68);
    assertThat(read(frame).getShort(34) & 0xFFFF).isEqualTo(slot | 0x8000);
  }

  @Test
  void aNodeBeyondFifteenBitsIsLeftOutOfTheFirstProtocolAndIsInTheSecond() {
    LayoutBlock block = nodes(3, 32_767, 32_768, 70_000 | LayoutBlock.AGENT);
    byte[] first = encode(RowFormat.SHORT_IDS, block, SourcePaths.NONE);
    byte[] second = encode(RowFormat.LONG_IDS, block, SourcePaths.NONE);
    assertThat(first).hasSize(2 * 34);
    assertThat(second).hasSize(1 + 4 * 36);
    assertThat(read(second).getInt(1 + 2 * 36)).isEqualTo(32_768);
    assertThat(read(second).getInt(1 + 3 * 36)).isEqualTo(70_000 | LayoutBlock.AGENT);
  }

  @Test
  void whatIsNoFiniteNumberGoesOutAsZeroAndIsCounted() {
    LayoutBlock block =
        new LayoutBlock(
            1,
            1,
            true,
            new int[] {1},
            new float[] {Float.NaN, Float.POSITIVE_INFINITY, 3},
            new float[] {Float.NEGATIVE_INFINITY, 5, Float.NaN});
    RowEncoder encoder = new RowEncoder(RowFormat.SHORT_IDS);
    ByteBuffer frame = read(encode(encoder, RowFormat.SHORT_IDS, block, SourcePaths.NONE));
    float[] read = new float[6];
    for (int i = 0; i < read.length; i++) {
      read[i] = frame.getFloat(FIRST_FLOAT + 4 * i);
    }
    assertThat(read).containsExactly(0, 0, 3, 0, 5, 0);
    assertThat(encoder.replaced()).isEqualTo(4);
  }

  @Test
  void aDistanceThatIsNoNumberIsOneThatNoPathHas() {
    PathColumns damaged = new PathColumns(1, 1, 1, new float[] {Float.NaN, 5}, new int[] {1, 0});
    RowEncoder encoder = new RowEncoder(RowFormat.SHORT_IDS);
    ByteBuffer frame =
        read(encode(encoder, RowFormat.SHORT_IDS, nodes(0, 1), new SourcePaths(1, damaged)));
    assertThat(frame.getFloat(26)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(frame.getInt(30)).isEqualTo(-1);
    assertThat(frame.getFloat(34 + 26)).as("the source").isZero();
    assertThat(frame.getInt(34 + 30)).isEqualTo(-1);
    assertThat(encoder.replaced()).isEqualTo(1);
  }

  @Test
  void untilPathsAreKnownNothingIsReachedButTheSource() {
    ByteBuffer frame = read(encode(RowFormat.LONG_IDS, nodes(0, 4), new SourcePaths(4, null)));
    assertThat(frame.getFloat(1 + 28)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(frame.getInt(1 + 32)).isEqualTo(-1);
    assertThat(frame.getFloat(37 + 28)).isZero();
    assertThat(frame.getInt(37 + 32)).isEqualTo(-1);
  }

  @Test
  void pathsOfAnotherSourceAreRefused() {
    PathColumns columns = new PathColumns(1, 1, 3, new float[0], new int[0]);
    assertThatThrownBy(() -> new SourcePaths(4, columns))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("source 4 with paths from 3");
  }
}
