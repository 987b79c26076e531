/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that a node verifies tokens by: the secret, the public key and the key set, as many of them
 * as are configured; any may verify a token. Reads files, so not for an event loop.
 */
public final class VerificationKeys {
  private static final int MOST_BYTES = 1 << 20;

  private VerificationKeys() {}

  /**
   * Reads every key, so that a mistake is known before a node starts; how many there are.
   *
   * @throws KeyFileException naming the setting and the file
   */
  public static int check(AuthConfig config) {
    return read(config).size();
  }

  static List<VerificationKey> read(AuthConfig config) {
    List<VerificationKey> keys = new ArrayList<>();
    config.secret().ifPresent(secret -> keys.add(secret(secret)));
    config.publicKeyFile().ifPresent(file -> keys.add(publicKey(file)));
    config.jwksFile().ifPresent(file -> keys.addAll(keySet(file)));
    return List.copyOf(keys);
  }

  /** The files that hold keys. */
  static List<Path> files(AuthConfig config) {
    return Stream.concat(config.publicKeyFile().stream(), config.jwksFile().stream()).toList();
  }

  private static VerificationKey secret(String secret) {
    try {
      return VerificationKey.secret(secret);
    } catch (KeyFileException e) {
      throw new KeyFileException(
          "auth.secret " + e.text() + "; scripts/starling keys new --algorithm hs256 makes one");
    }
  }

  private static VerificationKey publicKey(Path file) {
    String place = "auth.public-key-file " + file;
    try {
      return VerificationKey.of(null, Pem.publicKey(text(file)));
    } catch (KeyFileException e) {
      throw e.in(place);
    }
  }

  private static List<VerificationKey> keySet(Path file) {
    try {
      return JwkSet.read(text(file));
    } catch (KeyFileException e) {
      throw e.in("auth.jwks-file " + file);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new KeyFileException("is larger than 1MiB");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new KeyFileException("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }
}
