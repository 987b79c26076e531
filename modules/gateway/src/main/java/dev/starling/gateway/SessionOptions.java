/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
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
 * @param token a JSON Web Token; null where there is none; never to be logged
 */
record SessionOptions(Endpoint endpoint, Compression compression, @Nullable String token) {

  /**
   * Reads the query of {@code uri}. Parameters that are not known are passed over.
   *
   * @throws RefusalException for a query that cannot be read, or a value that is not known
   */
  static SessionOptions of(Endpoint endpoint, String uri) {
    try {
      Map<String, List<String>> query = new QueryStringDecoder(uri).parameters();
      List<String> tokens = query.getOrDefault("token", List.of());
      List<String> compressions = query.getOrDefault("compression", List.of());
      return new SessionOptions(
          endpoint,
          Compression.of(
              compressions.isEmpty() ? null : compressions.getFirst(), endpoint.isForAgents()),
          tokens.isEmpty() || tokens.getFirst().isEmpty() ? null : tokens.getFirst());
    } catch (IllegalArgumentException e) {
      throw new RefusalException(
          ErrorCode.INVALID_MESSAGE, "the query string is not encoded as an address has it");
    }
  }

  @Override
  public String toString() {
    return "SessionOptions[" + endpoint + ", " + compression + "]";
  }
}
