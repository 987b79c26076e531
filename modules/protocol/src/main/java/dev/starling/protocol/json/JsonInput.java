/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's streaming reader over one byte array, with the two things that routing needs beside it:
 * where a token lies, so that JSON can travel untouched, and a fast path for arrays of floats,
 * which are nearly all of an outcome. Every limit and every error is Jackson's own. One thread at a
 * time.
 */
public final class JsonInput extends UTF8StreamJsonParser {
  private static final JsonInputFactory FACTORY = new JsonInputFactory();

  JsonInput(
      IOContext context,
      int features,
      @Nullable ObjectCodec codec,
      ByteQuadsCanonicalizer symbols,
      byte[] bytes,
      int from,
      int to) {
    super(context, features, null, codec, symbols, bytes, from, to, 0, false);
  }

  /** A reader of {@code bytes[from, to)}, which must not change meanwhile. */
  public static JsonInput open(byte[] bytes, int from, int to) throws IOException {
    return (JsonInput) FACTORY.createParser(bytes, from, to - from);
  }

  /** Index of the opening quote of the current field name. */
  public int nameStart() {
    return _nameStartOffset - 1;
  }

  /** Index of the first byte of the current value. */
  public int valueStart() {
    return (int) (_tokenInputTotal - _currInputProcessed) - 1;
  }

  /** Index after the last byte read; after a whole value, the value's end. */
  public int position() {
    return _inputPtr;
  }

  /**
   * Reads past the current value, whatever it is, and checks it: literals such as {@code NaN},
   * which this reader lets through for fingerprints, are no JSON anywhere else.
   */
  public void skipValue() throws IOException {
    int depth = 0;
    JsonToken token = currentToken();
    while (true) {
      switch (token) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING -> finishToken();
        case VALUE_NUMBER_FLOAT -> requireJsonNumber();
        case null -> throw _constructError("unexpected end of input");
        default -> {}
      }
      if (depth == 0) {
        return;
      }
      token = nextToken();
    }
  }

  /** Refuses a current token that is such a literal. */
  public void requireJsonNumber() throws IOException {
    if (isNaN()) {
      throw _constructError("NaN and Infinity are no JSON");
    }
  }

  /** The current value as raw JSON, read past and checked. */
  public RawJson rawValue() throws IOException {
    int from = valueStart();
    skipValue();
    return RawJson.copyOf(_inputBuffer, from, _inputPtr);
  }

  /**
   * The array of numbers at the current token.
   *
   * @return {@code float[n]}: each number rounded to the nearest double and that to the nearest
   *     float, as a reader in JavaScript or numpy has it
   * @throws RefusalException {@link ErrorCode#INVALID_FINGERPRINT} if it is no array of 1 to {@link
   *     Fingerprint#MAX_DIMENSION} numbers within the range of a float
   */
  public float[] floats(String field) throws IOException {
    if (currentToken() != JsonToken.START_ARRAY) {
      String came = describe();
      skipValue();
      throw notNumbers(field, came);
    }
    FloatArrayScanner scanner = new FloatArrayScanner(_inputBuffer, _inputPtr, _inputEnd);
    if (scanner.scan()) {
      _inputPtr = scanner.end();
      nextToken();
      return scanner.values();
    }
    return floatsByToken(field);
  }

  /** The plain way: numbers too odd for the fast path, and every array that will be refused. */
  private float[] floatsByToken(String field) throws IOException {
    float[] values = new float[16];
    int size = 0;
    RefusalException refusal = null;
    for (JsonToken token = nextToken(); token != JsonToken.END_ARRAY; token = nextToken()) {
      if (token == null) {
        throw _constructError("unexpected end of input");
      }
      if (!token.isNumeric()) {
        refusal = refusal != null ? refusal : notNumbers(field + "[" + size + "]", describe());
        skipValue();
      } else if (size < Fingerprint.MAX_DIMENSION) {
        values = size == values.length ? Arrays.copyOf(values, size * 2) : values;
        values[size] = (float) getDoubleValue();
        if (!Float.isFinite(values[size]) && refusal == null) {
          refusal = notFinite(field + "[" + size + "]", values[size]);
        }
      }
      size++;
    }
    if (refusal != null) {
      throw refusal;
    }
    if (size == 0 || size > Fingerprint.MAX_DIMENSION) {
      throw notNumbers(field, size + " numbers");
    }
    return Arrays.copyOf(values, size);
  }

  private static RefusalException notFinite(String field, float value) {
    return RefusalException.ofField(
        ErrorCode.INVALID_FINGERPRINT,
        field,
        "a finite number within the range of a 32-bit float",
        Float.toString(value));
  }

  private static RefusalException notNumbers(String field, String came) {
    String expected =
        field.endsWith("]")
            ? "a number"
            : "an array of 1 to " + Fingerprint.MAX_DIMENSION + " numbers";
    return RefusalException.ofField(ErrorCode.INVALID_FINGERPRINT, field, expected, came);
  }

  /** Whether the current value is {@code null}. */
  public boolean isNull() {
    return currentToken() == JsonToken.VALUE_NULL;
  }

  /** The current value's kind in words, for error messages. */
  public String describe() {
    return switch (currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }
}
