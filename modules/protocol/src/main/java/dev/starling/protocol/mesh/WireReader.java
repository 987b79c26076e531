/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link WireWriter} wrote. Every length is checked against the bytes that are left
 * before anything of that size is made. One thread at a time.
 */
final class WireReader {
  private final byte[] bytes;
  private final int limit;
  private int at;

  WireReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.limit = to;
  }

  boolean flag() {
    require(1);
    return bytes[at++] != 0;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte next = bytes[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new WireException("a number of more than ten bytes");
  }

  int integer() {
    long value = number();
    if (value != (int) value) {
      throw new WireException(value + " where 32 bits are enough");
    }
    return (int) value;
  }

  double real() {
    require(8);
    double value = (double) WireWriter.DOUBLE.get(bytes, at);
    at += 8;
    return value;
  }

  float single() {
    require(Float.BYTES);
    float value = (float) WireWriter.FLOAT.get(bytes, at);
    at += Float.BYTES;
    return value;
  }

  String text() {
    int length = length(1);
    String value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  @Nullable String optionalText() {
    return flag() ? text() : null;
  }

  RawJson json() {
    int length = length(1);
    RawJson value = RawJson.copyOf(bytes, at, at + length);
    at += length;
    return value;
  }

  byte[] bytes() {
    int length = length(1);
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  <T extends Enum<T>> T choice(T[] values) {
    String name = text();
    for (T value : values) {
      if (value.name().equals(name)) {
        return value;
      }
    }
    throw new WireException("no choice has the name " + name);
  }

  long[] numbers() {
    long[] values = new long[length(1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = number();
    }
    return values;
  }

  double[] reals() {
    double[] values = new double[length(Double.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = real();
    }
    return values;
  }

  Fingerprint fingerprint() {
    String space = text();
    float[] values = floats();
    try {
      return new Fingerprint(space, values);
    } catch (RefusalException e) {
      throw new WireException(e.text());
    }
  }

  float[] floats() {
    float[] values = new float[length(Float.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) WireWriter.FLOAT.get(bytes, at);
      at += Float.BYTES;
    }
    return values;
  }

  float[] halfFloats() {
    float[] values = new float[length(Short.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.float16ToFloat((short) WireWriter.SHORT.get(bytes, at));
      at += Short.BYTES;
    }
    return values;
  }

  int[] integers() {
    int[] values = new int[length(1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer();
    }
    return values;
  }

  <T> List<T> list(Function<WireReader, T> element) {
    int length = length(1);
    List<T> values = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      values.add(element.apply(this));
    }
    return values;
  }

  List<String> texts() {
    return list(WireReader::text);
  }

  void requireEnd() {
    if (at != limit) {
      throw new WireException((limit - at) + " bytes too many");
    }
  }

  /** How many elements follow, of at least so many bytes each. */
  int length(int elementBytes) {
    long length = number();
    if (length < 0 || length > (limit - at) / elementBytes) {
      throw new WireException("a length of " + length + " in " + (limit - at) + " bytes");
    }
    return (int) length;
  }

  private void require(int more) {
    if (limit - at < more) {
      throw new WireException("the message ends too early");
    }
  }
}
