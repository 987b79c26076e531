/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys and tokens made by the JDK alone, good ones and forged ones. */
public final class TestTokens {
  /** A secret of just enough bytes. */
  public static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private TestTokens() {}

  /** A new pair for an algorithm. */
  public static KeyPair pair(String algorithm) {
    try {
      KeyPairGenerator generator =
          switch (algorithm) {
            case "RS256" -> KeyPairGenerator.getInstance("RSA");
            case "ES256" -> KeyPairGenerator.getInstance("EC");
            default ->
                KeyPairGenerator.getInstance(algorithm.equals("EdDSA") ? "Ed25519" : algorithm);
          };
      if (algorithm.equals("RS256")) {
        generator.initialize(2048);
      } else if (algorithm.equals("ES256")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token that a private key signs. */
  public static String signed(PrivateKey key, JsonObject header, JsonObject claims) {
    String name =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSAinP1363Format";
          default -> "EdDSA";
        };
    return signed(key, name, header.encode(), claims.encode());
  }

  /** A token that a private key signs in a way of its own, whatever its texts are. */
  static String signed(PrivateKey key, String name, String header, String claims) {
    String input = encoded(header) + "." + encoded(claims);
    try {
      Signature signature = Signature.getInstance(name);
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token that a secret signs. */
  public static String hs256(String secret, String header, String claims) {
    String input = encoded(header) + "." + encoded(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + BASE64.encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token of {@link #SECRET} with these claims. */
  public static String of(JsonObject claims) {
    return hs256(SECRET, header("HS256").encode(), claims.encode());
  }

  /** A token of {@link #SECRET} for a subject, for the next hour. */
  public static String of(String subject, String... permissions) {
    return of(claims(subject).put("permissions", new JsonArray(Arrays.asList(permissions))));
  }

  /** The usual header. */
  public static JsonObject header(String algorithm) {
    return new JsonObject().put("alg", algorithm).put("typ", "JWT");
  }

  /** Claims of a token that is valid for an hour. */
  public static JsonObject claims(String subject) {
    return new JsonObject()
        .put("sub", subject)
        .put("exp", System.currentTimeMillis() / 1000 + 3600);
  }

  /** A text as a part of a token. */
  static String encoded(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A public key as a JSON Web Key. */
  static JsonObject jwk(String id, KeyPair pair) {
    JsonObject jwk = new JsonObject().put("kid", id).put("use", "sig");
    return switch (pair.getPublic()) {
      case RSAPublicKey rsa ->
          jwk.put("kty", "RSA")
              .put("n", unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8))
              .put("e", unsigned(rsa.getPublicExponent(), 3));
      case ECPublicKey ec ->
          jwk.put("kty", "EC")
              .put("crv", "P-256")
              .put("x", unsigned(ec.getW().getAffineX(), 32))
              .put("y", unsigned(ec.getW().getAffineY(), 32));
      default -> {
        byte[] der = pair.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
        yield jwk.put("kty", "OKP").put("crv", "Ed25519").put("x", BASE64.encodeToString(x));
      }
    };
  }

  private static String unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[length];
    int taken = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - taken, fixed, length - taken, taken);
    return BASE64.encodeToString(fixed);
  }
}
