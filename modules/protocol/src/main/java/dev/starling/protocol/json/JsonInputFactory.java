/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;

/** Makes {@link JsonInput}s that share one table of field names. Thread-safe. */
final class JsonInputFactory extends JsonFactory {
  private static final long serialVersionUID = 1L;

  /**
   * Longest name of a member, in bytes. The table keeps up to 6000 names that clients chose, so
   * their length bounds what it takes; with Jackson's 50 000 bytes that would be 600 MB.
   */
  private static final int LONGEST_NAME = 1_024;

  JsonInputFactory() {
    super(
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNameLength(LONGEST_NAME).build())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            // Only so that a NaN in a fingerprint is refused by its name: see JsonInput.skipValue.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            // A client chooses its field names: interning them would let it fill the JVM's table.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW));
  }

  @Override
  protected JsonParser _createParser(byte[] bytes, int offset, int length, IOContext context)
      throws IOException {
    _streamReadConstraints.validateDocumentLength(length);
    return new JsonInput(
        context,
        _parserFeatures,
        _objectCodec,
        _byteSymbolCanonicalizer.makeChild(_factoryFeatures),
        bytes,
        offset,
        offset + length);
  }
}
