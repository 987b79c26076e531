/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.starling.protocol.frame.FrameFixtures.Fixture;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaStreamTest {
  private static final long FRAME_NANOS = TimeUnit.SECONDS.toNanos(1) / 60;

  private final Random random = new Random(11);

  private static byte[] key(DeltaStream stream) {
    ByteBuffer out = ByteBuffer.allocateDirect(stream.keyLength());
    stream.writeKey(out);
    return bytes(out);
  }

  private static byte[] delta(DeltaStream stream) {
    ByteBuffer out = ByteBuffer.allocateDirect(stream.deltaLength());
    stream.writeDelta(out);
    return bytes(out);
  }

  private static byte[] bytes(ByteBuffer out) {
    byte[] bytes = new byte[out.capacity()];
    out.get(0, bytes);
    return bytes;
  }

  private static byte[] next(DeltaStream stream) {
    return stream.isKey() ? key(stream) : delta(stream);
  }

  private static LayoutBlock block(float... places) {
    int n = places.length / 3;
    int[] ids = IntStream.range(0, n).toArray();
    return new LayoutBlock(1, 1, true, ids, places, new float[3 * n]);
  }

  private float[] ball(int nodes) {
    float[] places = new float[3 * nodes];
    for (int i = 0; i < places.length; i++) {
      places[i] = (float) (100 * random.nextGaussian());
    }
    return places;
  }

  private float[] moved(float[] places, double far) {
    float[] next = places.clone();
    for (int i = 0; i < next.length; i++) {
      next[i] += (float) (far * random.nextGaussian());
    }
    return next;
  }

  private static void assertShows(DeltaReader reader, LayoutBlock block) {
    assertThat(reader.ids()).isEqualTo(block.ids());
    for (int axis = 0; axis < 3; axis++) {
      for (int i = 0; i < block.count(); i++) {
        float place = block.places()[axis * block.count() + i];
        assertThat(reader.place(axis, i)).isCloseTo(place, within(reader.scale() * 1.01f));
      }
    }
  }

  @Test
  void framesHaveTheBytesThatTheDocumentSays() {
    DeltaStream stream = new DeltaStream();
    DeltaReader reader = new DeltaReader();
    int tick = 0;
    for (Fixture fixture : FrameFixtures.stream()) {
      stream.advance(fixture.block(tick), tick++ * FRAME_NANOS);
      assertThat(stream.isKey()).as(fixture.toString()).isEqualTo(fixture.get("isKey"));
      assertThat(next(stream)).as(fixture.toString()).isEqualTo(fixture.bytes());
      assertThat(stream.sequence()).isEqualTo(tick);
      reader.read(fixture.bytes());
      for (int i = 0; i < reader.ids().length; i++) {
        assertThat(
                List.of(
                    (double) reader.place(0, i),
                    (double) reader.place(1, i),
                    (double) reader.place(2, i)))
            .isEqualTo(((List<?>) fixture.get("positions")).get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, 255, 256, 257, 5_000})
  void whoReadsEachFrameSeesEachNodeWithinAStep(int nodes) {
    DeltaStream stream = new DeltaStream();
    DeltaReader reader = new DeltaReader();
    float[] places = ball(nodes);
    for (int tick = 0; tick < 40; tick++) {
      LayoutBlock block = block(places);
      stream.advance(block, tick * FRAME_NANOS);
      reader.read(next(stream));
      assertShows(reader, block);
      places = moved(places, Math.pow(0.7, tick));
    }
    assertThat(stream.sequence()).isEqualTo(40);
  }

  @Test
  void aKeyFrameOfAnyMomentLeavesWhoComesLaterWithWhatTheOthersHave() {
    DeltaStream stream = new DeltaStream();
    DeltaReader early = new DeltaReader();
    float[] places = ball(500);
    for (int tick = 0; tick < 20; tick++) {
      stream.advance(block(places), tick * FRAME_NANOS);
      early.read(next(stream));
      places = moved(places, 0.2);
    }
    assertThat(stream.isKey()).isFalse();
    DeltaReader late = new DeltaReader();
    late.read(key(stream));
    stream.advance(block(places), 20 * FRAME_NANOS);
    byte[] delta = delta(stream);
    early.read(delta);
    late.read(delta);
    for (int i = 0; i < 500; i++) {
      assertThat(late.place(1, i)).isEqualTo(early.place(1, i));
    }
    assertShows(late, block(places));
  }

  @Test
  void aLayoutThatMovesGetsAKeyFrameEveryTwoSecondsAndOneThatRestsNone() {
    DeltaStream stream = new DeltaStream();
    float[] places = ball(100);
    stream.advance(block(places), 0);
    stream.advance(block(moved(places, 1)), DeltaStream.KEY_NANOS - 1);
    assertThat(stream.isKey()).isFalse();
    float[] last = moved(places, 1);
    stream.advance(block(last), DeltaStream.KEY_NANOS);
    assertThat(stream.isKey()).isTrue();
    stream.advance(block(last), 10 * DeltaStream.KEY_NANOS);
    assertThat(stream.isKey()).isFalse();
    assertThat(stream.moved()).isZero();
    assertThat(stream.deltaLength()).isEqualTo(31);
  }

  @Test
  void aNodeThatLeavesTheBoxIsAKeyFrameWithALargerBox() {
    DeltaStream stream = new DeltaStream();
    DeltaReader reader = new DeltaReader();
    stream.advance(block(0, 10, 0, 10, 0, 10), 0);
    reader.read(next(stream));
    float before = reader.scale();
    LayoutBlock wide = block(0, 1_000, 0, 10, 0, 10);
    stream.advance(wide, FRAME_NANOS);
    assertThat(stream.isKey()).isTrue();
    reader.read(next(stream));
    assertThat(reader.scale()).isGreaterThan(50 * before);
    assertShows(reader, wide);
  }

  @Test
  void aNodeThatTremblesAcrossTheEdgeOfAStepStaysWhereItIs() {
    DeltaStream stream = new DeltaStream();
    float step = 1.25f * 52_428 / 65_535;
    stream.advance(block(0, 52_428, 0, 0, 0, 0), 0);
    for (int tick = 1; tick < 20; tick++) {
      float place = 0.9f * step * (tick % 2);
      stream.advance(block(place - 0.45f * step, 52_428, 0, 0, 0, 0), tick * FRAME_NANOS);
      assertThat(stream.moved()).isZero();
    }
  }

  @Test
  void anAgentThatBecomesKnowledgeIsAKeyFrame() {
    DeltaStream stream = new DeltaStream();
    stream.advance(block(1, 2, 3), 0);
    stream.advance(
        new LayoutBlock(
            1, 2, true, new int[] {LayoutBlock.AGENT}, new float[] {1, 2, 3}, new float[3]),
        1);
    assertThat(stream.isKey()).isTrue();
  }

  @Test
  void whatIsNoFiniteNumberGoesOutAsZeroAndIsCounted() {
    DeltaStream stream = new DeltaStream();
    DeltaReader reader = new DeltaReader();
    stream.advance(block(Float.NaN, 10, Float.POSITIVE_INFINITY, -10, 1, 2), 0);
    reader.read(next(stream));
    stream.advance(block(5, Float.NEGATIVE_INFINITY, 0, -10, 1, 2), 1);
    reader.read(next(stream));
    assertShows(reader, block(5, 0, 0, -10, 1, 2));
    assertThat(stream.replaced()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-30f, 1e30f, Float.MAX_VALUE, -Float.MAX_VALUE})
  void nodesAtOnePlaceOrAtTheEndsOfTheWorldAreFiniteNumbersAllTheSame(float place) {
    for (float other : new float[] {place, -place}) {
      DeltaStream stream = new DeltaStream();
      DeltaReader reader = new DeltaReader();
      stream.advance(block(place, other, 0, 0, 1, 1), 0);
      reader.read(next(stream));
      for (int i = 0; i < 2; i++) {
        assertThat(Math.abs(reader.place(0, i)) <= Float.MAX_VALUE).isTrue();
      }
    }
  }

  @Test
  void aMovingNodeTakesFiveBytesAtMostWhereAllMoveAHundredthOfTheLayout() {
    DeltaStream stream = new DeltaStream();
    float[] places = ball(32_767);
    stream.advance(block(places), 0);
    stream.advance(block(moved(places, 1.5)), FRAME_NANOS);
    assertThat(stream.isKey()).isFalse();
    assertThat(stream.moved()).isGreaterThan(32_000);
    assertThat((double) stream.deltaLength() / stream.moved()).isLessThan(5);
  }
}
