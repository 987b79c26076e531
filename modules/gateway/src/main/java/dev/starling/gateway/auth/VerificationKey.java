/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.ext.auth.PubSecKeyOptions;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Something that tokens are verified by. Immutable, and never shown.
 *
 * @param id the key's name in tokens ({@code kid}); null where it has none
 * @param material a public key in PEM, or the secret
 */
record VerificationKey(Algorithm algorithm, @Nullable String id, String material) {

  static VerificationKey of(@Nullable String id, PublicKey key) {
    return new VerificationKey(Algorithm.of(key), id, Pem.of(key));
  }

  /** A shared secret, of enough bytes. */
  static VerificationKey secret(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < AuthConfig.LEAST_SECRET) {
      throw new KeyFileException(
          "has %d bytes, expected %d at least".formatted(bytes, AuthConfig.LEAST_SECRET));
    }
    return new VerificationKey(Algorithm.HS256, null, secret);
  }

  PubSecKeyOptions options() {
    PubSecKeyOptions options =
        new PubSecKeyOptions().setAlgorithm(algorithm.word()).setBuffer(material);
    return id == null ? options : options.setId(id);
  }

  @Override
  public String toString() {
    return algorithm.word() + (id == null ? "" : " " + id);
  }
}
