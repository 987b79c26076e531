/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bus messages that were cut off, damaged or made up. */
final class MeshWireDamageTest {
  private static final int HEADROOM = 512 * 1024;

  @Test
  void everyTruncationIsRefused() {
    for (MeshMessage message : MeshSamples.all()) {
      byte[] bytes = MeshWire.encode(message);
      for (int end = 0; end < bytes.length; end++) {
        int cut = end;
        assertThatThrownBy(() -> MeshWire.decode(bytes, 0, cut))
            .as("%s cut to %d bytes", message, cut)
            .isInstanceOf(WireException.class);
      }
    }
  }

  @Test
  void bytesBehindTheMessageAreRefused() {
    for (MeshMessage message : MeshSamples.all()) {
      byte[] bytes = MeshWire.encode(message);
      assertThatThrownBy(
              () -> MeshWire.decode(Arrays.copyOf(bytes, bytes.length + 1), 0, bytes.length + 1))
          .isInstanceOf(WireException.class)
          .hasMessage("1 bytes too many");
    }
  }

  @Test
  void aDamagedMessageIsReadOrRefusedAndTakesNoMoreMemoryThanItsBytesWarrant() {
    List<byte[]> valid = MeshSamples.all().stream().map(MeshWire::encode).toList();
    Random random = new Random(3030);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = damaged(valid.get(i % valid.size()), random);
      long before = allocated();
      try {
        MeshWire.decode(damaged, 0, damaged.length);
        read++;
      } catch (WireException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(Arrays.toString(damaged), e);
      }
      assertThat(allocated() - before).isLessThan(HEADROOM);
    }
    assertThat(read).isGreaterThan(2000);
    assertThat(refused).isGreaterThan(5000);
  }

  /** Times eight, the second of these is 0 in 64 bits, and the third 8. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        Integer.MAX_VALUE,
        1L << 61,
        (1L << 61) + 1,
        1L << 62,
        Long.MAX_VALUE,
        -1,
        Long.MIN_VALUE,
        1L << 32,
        100
      })
  void aLengthThatTheBytesCannotHoldIsRefusedBeforeAnythingIsMade(long length) {
    List<Consumer<WireWriter>> lengths =
        List.of(
            out -> out.number(201).number(1).number(2).number(length),
            out -> out.number(201).number(1).number(2).text("{}").number(length),
            out -> out.number(201).number(1).number(2).text("{}").number(0).number(length).real(1),
            out -> out.number(203).number(length),
            out -> out.number(204).number(length),
            out ->
                out.number(301).text("g").number(1).number(1).flag(true).flag(true).number(length),
            out ->
                out.number(302).flag(true).number(1).flag(true).flag(true).number(1).number(length),
            out -> out.number(310).number(length),
            out -> out.number(801).number(length),
            out -> out.number(802).number(length),
            out -> out.number(311).number(1).text("o").number(1).number(length),
            out -> out.number(312).text("s").number(length).real(1),
            out -> out.number(315).number(length),
            out -> out.number(316).number(length),
            out -> out.number(103).number(0).number(length));
    for (Consumer<WireWriter> message : lengths) {
      WireWriter out = new WireWriter().number(MeshWire.VERSION);
      message.accept(out);
      byte[] bytes = out.number(0).number(0).toBytes();
      long before = allocated();
      requireRefused(bytes, "a length of " + length);
      assertThat(allocated() - before).isLessThan(HEADROOM);
    }
  }

  @Test
  void aNumberBeyond32BitsIsRefusedWhere32AreMeant() {
    for (long number : new long[] {1L << 31, -(1L << 31) - 1, Long.MAX_VALUE, (1L << 32) + 5}) {
      requireRefused(wire(out -> out.number(203).text("").number(number)), number + " where 32");
      requireRefused(wire(out -> out.number(number)), number + " where 32");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 100, 199, 299, 300, 399, 400, -1, -101, Integer.MAX_VALUE})
  void anUnknownNumberIsNamed(int number) {
    requireRefused(wire(out -> out.number(number)), "no message has the number " + number);
  }

  @Test
  void aNumberOfMoreThanTenBytesIsRefused() {
    byte[] bytes = new byte[40];
    Arrays.fill(bytes, (byte) 0xFF);

    requireRefused(bytes, "a number of more than ten bytes");
  }

  @Test
  void aStateOrStatusThatThisBuildDoesNotKnowIsRefused() {
    requireRefused(
        wire(out -> out.number(103).number(1).text("router").text("ASLEEP").number(0)),
        "no state has the name ASLEEP");
    requireRefused(
        wire(out -> out.number(306).number(4).text("o").number(0).flag(false)),
        "no status has the number 4");
  }

  @Test
  void aFingerprintThatIsNoneIsRefused() {
    requireRefused(wire(out -> out.number(312).text("s").number(0).number(1)), "1 to 4096 numbers");
    requireRefused(similarQuery(4097, 1), "4097 numbers");
    requireRefused(similarQuery(3, Float.NaN), "NaN");
    requireRefused(similarQuery(1, Float.NEGATIVE_INFINITY), "-Infinity");
  }

  @Test
  void aDeliveryHasASimilarityForEachKey() {
    requireRefused(
        wire(out ->
            out.number(201)
                .number(1)
                .number(2)
                .text("{}")
                .numbers(new long[] {1, 2})
                .reals(new double[] {1})
                .number(5)),
        "another number of keys");
  }

  /** A {@code SimilarQuery} of the same float again and again. */
  private static byte[] similarQuery(int count, float value) {
    byte[] head = wire(out -> out.number(312).text("s").number(count));
    ByteBuffer bytes = ByteBuffer.allocate(head.length + count * Float.BYTES + 1);
    bytes.order(ByteOrder.LITTLE_ENDIAN).put(head);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(value);
    }
    return bytes.put((byte) 2).array();
  }

  private static byte[] damaged(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = random.nextBoolean() ? (byte) 0xFF : (byte) 0x7F;
        default -> bytes = spliced(bytes, at, random.nextInt(bytes.length));
      }
    }
    return bytes;
  }

  /** The bytes up to {@code at}, and then those from {@code from}. */
  private static byte[] spliced(byte[] bytes, int at, int from) {
    byte[] result = Arrays.copyOf(bytes, Math.max(1, at + bytes.length - from));
    System.arraycopy(bytes, from, result, at, Math.min(bytes.length - from, result.length - at));
    return result;
  }

  private static byte[] wire(Consumer<WireWriter> fields) {
    WireWriter out = new WireWriter().number(MeshWire.VERSION);
    fields.accept(out);
    return out.toBytes();
  }

  private static void requireRefused(byte[] bytes, String why) {
    assertThatThrownBy(() -> MeshWire.decode(bytes, 0, bytes.length))
        .as(Arrays.toString(Arrays.copyOf(bytes, Math.min(bytes.length, 64))))
        .isInstanceOf(WireException.class)
        .hasMessageContaining(why);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
