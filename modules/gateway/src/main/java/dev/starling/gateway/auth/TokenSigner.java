/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Makes tokens, for the command line: a node itself never does. Immutable. */
public final class TokenSigner {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final Algorithm algorithm;
  private final Signing signing;

  private interface Signing {
    byte[] sign(byte[] input) throws GeneralSecurityException;
  }

  private TokenSigner(Algorithm algorithm, Signing signing) {
    this.algorithm = algorithm;
    this.signing = signing;
  }

  /**
   * Signs with a private key, of which the type chooses the algorithm.
   *
   * @param pem a PEM file's text with one private key (PKCS #8, not encrypted)
   * @throws KeyFileException where the key cannot be used
   */
  public static TokenSigner ofPem(String pem) {
    PrivateKey key = Pem.privateKey(pem);
    Algorithm algorithm = Algorithm.of(key);
    String name =
        switch (algorithm) {
          case RS256 -> "SHA256withRSA";
          // Both halves one behind the other, as RFC 7518, 3.4 has them, and not in ASN.1.
          case ES256 -> "SHA256withECDSAinP1363Format";
          case EDDSA -> "Ed25519";
          case HS256 -> throw new IllegalStateException("no private key is a secret");
        };
    return new TokenSigner(
        algorithm,
        input -> {
          Signature signature = Signature.getInstance(name);
          signature.initSign(key);
          signature.update(input);
          return signature.sign();
        });
  }

  /**
   * Signs with a secret, by HS256.
   *
   * @throws KeyFileException where the secret is too short
   */
  public static TokenSigner ofSecret(String secret) {
    VerificationKey key = VerificationKey.secret(secret);
    return new TokenSigner(
        key.algorithm(),
        input -> {
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
          return mac.doFinal(input);
        });
  }

  /**
   * A token of these claims.
   *
   * @param keyId the key's name in a key set; null for none
   */
  public String sign(JsonObject claims, @Nullable String keyId) {
    JsonObject header = new JsonObject().put("typ", "JWT").put("alg", algorithm.word());
    if (keyId != null) {
      header.put("kid", keyId);
    }
    String input = encoded(header) + "." + encoded(claims);
    try {
      byte[] signature = signing.sign(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + BASE64.encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs by " + algorithm.word(), e);
    }
  }

  private static String encoded(JsonObject json) {
    return BASE64.encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
  }
}
