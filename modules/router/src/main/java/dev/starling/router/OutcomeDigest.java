/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What outcomes are called in deliveries: the first 64 bits of SHA-256 over source and id, the same
 * from every router. Cryptographic, since nobody must be able to choose an id that makes gateways
 * take another agent's outcome for one that they had. Router's event loop only.
 */
final class OutcomeDigest {
  private final MessageDigest sha256;

  OutcomeDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The digest of an outcome of {@code source}. */
  long of(String source, String outcomeId) {
    byte[] first = source.getBytes(StandardCharsets.UTF_8);
    byte[] second = outcomeId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer both = ByteBuffer.allocate(Integer.BYTES + first.length + second.length);
    both.putInt(first.length).put(first).put(second);
    return ByteBuffer.wrap(sha256.digest(both.array())).getLong();
  }
}
