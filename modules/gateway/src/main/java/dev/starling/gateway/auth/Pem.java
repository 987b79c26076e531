/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as PEM files hold them (RFC 7468). Stateless. */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
  private static final List<String> TYPES = List.of("Ed25519", "EC", "RSA", "Ed448");
  private static final String PUBLIC = "PUBLIC KEY";
  private static final String PRIVATE = "PRIVATE KEY";

  private Pem() {}

  /** A key as a block of PEM. */
  public static String of(PublicKey key) {
    return block(PUBLIC, key.getEncoded());
  }

  /** A key as a block of PEM (PKCS #8, not encrypted). */
  public static String of(PrivateKey key) {
    return block(PRIVATE, key.getEncoded());
  }

  private static String block(String kind, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, body, kind);
  }

  /** The one public key of a text. */
  static PublicKey publicKey(String text) {
    if (BEGIN.matcher(text).results().anyMatch(begin -> begin.group(1).endsWith(PRIVATE))) {
      throw new KeyFileException(
          "holds a private key, which must stay with who makes the tokens;"
              + " give the file with the line BEGIN PUBLIC KEY");
    }
    byte[] der = only(text, PUBLIC);
    return made(PUBLIC, factory -> factory.generatePublic(new X509EncodedKeySpec(der)));
  }

  /** The one private key of a text. */
  static PrivateKey privateKey(String text) {
    byte[] der = only(text, PRIVATE);
    return made(PRIVATE, factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
  }

  private interface Making<K> {
    K make(KeyFactory factory) throws GeneralSecurityException;
  }

  /** The structure names its type, but only to the factory of that type. */
  private static <K> K made(String kind, Making<K> making) {
    return TYPES.stream()
        .flatMap(type -> tried(type, making).stream())
        .findFirst()
        .orElseThrow(() -> new KeyFileException("holds a " + kind + " that cannot be read"));
  }

  private static <K> Optional<K> tried(String type, Making<K> making) {
    try {
      return Optional.of(making.make(KeyFactory.getInstance(type)));
    } catch (GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  private static byte[] only(String text, String kind) {
    List<String> kinds = BEGIN.matcher(text).results().map(begin -> begin.group(1)).toList();
    if (!kinds.equals(List.of(kind))) {
      throw new KeyFileException(
          "holds %s, expected one block of PEM with the line BEGIN %s"
              .formatted(kinds.isEmpty() ? "no PEM" : String.join(" and ", kinds), kind));
    }
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new KeyFileException("holds a block of PEM that is cut off or no Base64");
    }
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException _) {
      throw new KeyFileException("holds a block of PEM that is no Base64");
    }
  }
}
