/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.frames.FrameOptions;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a client came in: the endpoint, and what its query asked for.
 *
 * @param compression how messages to it are compressed
 * @param frames which position frames it gets
 * @param token a JSON Web Token; null where there is none; never to be logged
 */
record SessionOptions(
    Endpoint endpoint, Compression compression, FrameOptions frames, @Nullable String token) {

  /**
   * Reads the query of {@code uri}. Parameters that are not known are passed over.
   *
   * @throws RefusalException for a query that cannot be read, or a value that is not known
   */
  static SessionOptions of(Endpoint endpoint, String uri) {
    try {
      Map<String, List<String>> query = new QueryStringDecoder(uri).parameters();
      String token = first(query, "token");
      return new SessionOptions(
          endpoint,
          Compression.of(first(query, "compression"), endpoint.isForAgents()),
          FrameOptions.of(first(query, "protocol"), first(query, "fps")),
          token == null || token.isEmpty() ? null : token);
    } catch (IllegalArgumentException e) {
      throw new RefusalException(
          ErrorCode.INVALID_MESSAGE, "the query string is not encoded as an address has it");
    }
  }

  private static @Nullable String first(Map<String, List<String>> query, String name) {
    List<String> values = query.getOrDefault(name, List.of());
    return values.isEmpty() ? null : values.getFirst();
  }

  /** Whether position frames and other binary messages can be told apart. */
  boolean takesFrames() {
    return compression != Compression.ZLIB || frames.protocol() > 1;
  }

  @Override
  public String toString() {
    return "SessionOptions[" + endpoint + ", " + compression + ", " + frames + "]";
  }
}
