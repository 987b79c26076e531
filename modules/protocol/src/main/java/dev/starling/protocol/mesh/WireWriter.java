/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends fields to a growing byte array: whole numbers as variable-length (7 bits a byte,
 * zig-zag), floats and doubles little-endian, texts and lists behind their length. One thread at a
 * time.
 */
final class WireWriter {
  static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private static final float MOST_HALF = 65_504;

  private byte[] bytes = new byte[256];
  private int size;

  WireWriter flag(boolean value) {
    room(1);
    bytes[size++] = (byte) (value ? 1 : 0);
    return this;
  }

  WireWriter number(long value) {
    room(10);
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  WireWriter real(double value) {
    room(8);
    DOUBLE.set(bytes, size, value);
    size += 8;
    return this;
  }

  WireWriter single(float value) {
    room(Float.BYTES);
    FLOAT.set(bytes, size, value);
    size += Float.BYTES;
    return this;
  }

  WireWriter text(String value) {
    return raw(value.getBytes(StandardCharsets.UTF_8));
  }

  WireWriter optionalText(@Nullable String value) {
    flag(value != null);
    return value == null ? this : text(value);
  }

  WireWriter json(RawJson value) {
    return raw(value.bytes());
  }

  WireWriter bytes(byte[] value) {
    return raw(value);
  }

  /** By its name, which therefore never changes. */
  WireWriter choice(Enum<?> value) {
    return text(value.name());
  }

  WireWriter numbers(long[] values) {
    number(values.length);
    for (long value : values) {
      number(value);
    }
    return this;
  }

  WireWriter reals(double[] values) {
    number(values.length);
    for (double value : values) {
      real(value);
    }
    return this;
  }

  WireWriter integers(int[] values) {
    number(values.length);
    for (int value : values) {
      number(value);
    }
    return this;
  }

  /** In two bytes each, with 11 bits of precision; what is too great becomes the greatest. */
  WireWriter halfFloats(float[] values) {
    number(values.length);
    room(values.length * Short.BYTES);
    for (float value : values) {
      float held = Math.clamp(value, -MOST_HALF, MOST_HALF);
      SHORT.set(bytes, size, Float.floatToFloat16(held));
      size += Short.BYTES;
    }
    return this;
  }

  WireWriter fingerprint(Fingerprint value) {
    return text(value.space()).floats(value.values());
  }

  WireWriter floats(float[] values) {
    number(values.length);
    room(values.length * Float.BYTES);
    for (float component : values) {
      FLOAT.set(bytes, size, component);
      size += Float.BYTES;
    }
    return this;
  }

  <T> WireWriter list(List<T> values, BiConsumer<WireWriter, T> element) {
    number(values.size());
    for (T value : values) {
      element.accept(this, value);
    }
    return this;
  }

  WireWriter texts(List<String> values) {
    return list(values, WireWriter::text);
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private WireWriter raw(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
