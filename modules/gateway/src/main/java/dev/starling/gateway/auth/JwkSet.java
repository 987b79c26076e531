/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.KeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON Web Key Set (RFC 7517; RFC 7518, 6; RFC 8037). Keys that are for encryption are left
 * out; every other key must be usable, so that a mistake is seen before the first token. Stateless.
 */
final class JwkSet {
  /** A token that names no key is tried with each of them. */
  static final int MOST_KEYS = 16;

  private static final int COORDINATE_BYTES = 32;
  private static final int MOST_ID = 256;

  /** What stands before the 32 bytes of an Ed25519 key in an X.509 structure (RFC 8410, 10.1). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private JwkSet() {}

  /** The keys of a set, one at least. */
  static List<VerificationKey> read(String text) {
    JsonArray array = array(text);
    List<VerificationKey> keys = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      try {
        if (!(array.getValue(i) instanceof JsonObject key)) {
          throw new KeyFileException("is no JSON object");
        }
        if (!"enc".equals(key.getValue("use"))) {
          keys.add(key(key));
        }
      } catch (KeyFileException e) {
        unusable.add(nameOf(array, i) + " " + e.text());
      }
    }
    requireUsable(keys, unusable);
    return keys;
  }

  private static JsonArray array(String text) {
    try {
      if (new JsonObject(text).getValue("keys") instanceof JsonArray array) {
        return array;
      }
    } catch (DecodeException _) {
      throw new KeyFileException("is no JSON object");
    }
    throw new KeyFileException("has no list \"keys\"");
  }

  private static void requireUsable(List<VerificationKey> keys, List<String> unusable) {
    if (!unusable.isEmpty()) {
      throw new KeyFileException("cannot be used: " + String.join("; ", unusable));
    }
    if (keys.isEmpty() || keys.size() > MOST_KEYS) {
      throw new KeyFileException(
          "has %d keys to verify by, expected 1 to %d".formatted(keys.size(), MOST_KEYS));
    }
    Set<String> names = new HashSet<>();
    for (VerificationKey key : keys) {
      if (!names.add(key.toString())) {
        throw new KeyFileException("has two keys " + key);
      }
    }
  }

  private static String nameOf(JsonArray array, int index) {
    boolean named =
        array.getValue(index) instanceof JsonObject key
            && key.getValue("kid") instanceof String id
            && id.matches("[\\w.:@/+-]{1,64}");
    return named
        ? "key " + array.getJsonObject(index).getString("kid")
        : "key " + (index + 1) + " of the list";
  }

  private static VerificationKey key(JsonObject key) {
    if (key.containsKey("d")) {
      throw new KeyFileException("holds the private half \"d\", which must not be here");
    }
    Object use = key.getValue("use");
    if (use != null && !use.equals("sig")) {
      throw new KeyFileException("has a \"use\" that is neither sig nor enc");
    }
    PublicKey made = publicKey(key);
    Object algorithm = key.getValue("alg");
    VerificationKey verifying = VerificationKey.of(id(key), made);
    if (algorithm != null && !algorithm.equals(verifying.algorithm().word())) {
      throw new KeyFileException(
          "says another \"alg\" than " + verifying.algorithm().word() + ", which its type is for");
    }
    return verifying;
  }

  private static @Nullable String id(JsonObject key) {
    Object id = key.getValue("kid");
    if (id == null || (id instanceof String text && !text.isEmpty() && text.length() <= MOST_ID)) {
      return (String) id;
    }
    throw new KeyFileException("has a \"kid\" that is no text of 1 to " + MOST_ID + " characters");
  }

  private static PublicKey publicKey(JsonObject key) {
    return switch (text(key, "kty")) {
      case "RSA" -> make("RSA", new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
      case "EC" -> ec(key);
      case "OKP" -> ed25519(key);
      case "oct" ->
          throw new KeyFileException("is a shared secret; it belongs into auth.secret alone");
      default -> throw new KeyFileException("has a \"kty\" that is none of RSA, EC and OKP");
    };
  }

  private static PublicKey ec(JsonObject key) {
    if (!text(key, "crv").equals("P-256")) {
      throw new KeyFileException("has a \"crv\" other than P-256");
    }
    ECParameterSpec curve = Algorithm.p256();
    ECPoint point =
        new ECPoint(
            new BigInteger(1, bytes(key, "x", COORDINATE_BYTES)),
            new BigInteger(1, bytes(key, "y", COORDINATE_BYTES)));
    if (!isOn(curve.getCurve(), point)) {
      throw new KeyFileException("is no point of P-256");
    }
    return make("EC", new ECPublicKeySpec(point, curve));
  }

  /** y² = x³ + ax + b, which the JDK does not look at. */
  private static boolean isOn(EllipticCurve curve, ECPoint point) {
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
    return x.compareTo(p) < 0
        && y.compareTo(p) < 0
        && y.pow(2).subtract(right).mod(p).signum() == 0;
  }

  private static PublicKey ed25519(JsonObject key) {
    if (!text(key, "crv").equals("Ed25519")) {
      throw new KeyFileException("has a \"crv\" other than Ed25519");
    }
    byte[] x = bytes(key, "x", COORDINATE_BYTES);
    byte[] der = new byte[ED25519.length + x.length];
    System.arraycopy(ED25519, 0, der, 0, ED25519.length);
    System.arraycopy(x, 0, der, ED25519.length, x.length);
    return make("Ed25519", new X509EncodedKeySpec(der));
  }

  private static PublicKey make(String type, KeySpec spec) {
    try {
      return KeyFactory.getInstance(type).generatePublic(spec);
    } catch (GeneralSecurityException _) {
      throw new KeyFileException("is no valid key of its type");
    }
  }

  private static BigInteger number(JsonObject key, String name) {
    return new BigInteger(1, decoded(key, name));
  }

  private static byte[] bytes(JsonObject key, String name, int length) {
    byte[] bytes = decoded(key, name);
    if (bytes.length != length) {
      throw new KeyFileException("has a \"" + name + "\" that is not of " + length + " bytes");
    }
    return bytes;
  }

  private static byte[] decoded(JsonObject key, String name) {
    try {
      return Base64.getUrlDecoder().decode(text(key, name));
    } catch (IllegalArgumentException _) {
      throw new KeyFileException("has a \"" + name + "\" that is no Base64 for addresses");
    }
  }

  private static String text(JsonObject key, String name) {
    if (key.getValue(name) instanceof String text) {
      return text;
    }
    throw new KeyFileException("has no text \"" + name + "\"");
  }
}
