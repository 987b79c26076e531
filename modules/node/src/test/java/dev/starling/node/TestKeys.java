/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.gateway.auth.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Files with new keys, as an operator has them. */
final class TestKeys {
  private TestKeys() {}

  /** A PEM file with a public key; where it is. */
  static String publicKey(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "public", ".pem");
    return Files.writeString(file, Pem.of(pair().getPublic())).toString();
  }

  /** A key set with one key; where it is. */
  static String jwks(Path folder) throws IOException {
    byte[] der = pair().getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
    String set =
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"one\",\"x\":\"%s\"}]}"
            .formatted(Base64.getUrlEncoder().withoutPadding().encodeToString(x));
    return Files.writeString(Files.createTempFile(folder, "keys", ".json"), set).toString();
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has Ed25519", e);
    }
  }
}
