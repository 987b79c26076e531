/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/** The ways to sign a token that are taken (RFC 7518, 3.1; RFC 8037, 3.1). */
public enum Algorithm {
  /** HMAC with SHA-256, by a secret that both sides share. */
  HS256("HS256"),
  /** RSASSA-PKCS1-v1_5 with SHA-256, of 2048 bits at least. */
  RS256("RS256"),
  /** ECDSA with SHA-256 on the curve P-256. */
  ES256("ES256"),
  /** Ed25519. */
  EDDSA("EdDSA");

  /** Bits of an RSA modulus (RFC 7518, 3.3). */
  private static final int LEAST_RSA_BITS = 2048;

  private static final int CURVE_SIGNATURE_BYTES = 64;

  private final String word;

  Algorithm(String word) {
    this.word = word;
  }

  /** The algorithm's name in a token's header. */
  public String word() {
    return word;
  }

  static Optional<Algorithm> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
  }

  /** Whether a signature can be one of this algorithm by its length. */
  boolean fits(int signatureBytes) {
    return switch (this) {
      case HS256 -> signatureBytes == 32;
      case RS256 -> signatureBytes >= LEAST_RSA_BITS / 8;
      case ES256, EDDSA -> signatureBytes == CURVE_SIGNATURE_BYTES;
    };
  }

  /**
   * The algorithm that a key, public or private, is for.
   *
   * @throws KeyFileException where it is for none that is taken
   */
  static Algorithm of(Key key) {
    return switch (key) {
      case RSAKey rsa -> rsa(rsa);
      case ECKey ec -> ec(ec);
      case EdECKey ed -> ed(ed);
      default -> throw new KeyFileException("a key of the type " + key.getAlgorithm() + wanted());
    };
  }

  private static String wanted() {
    return "; Ed25519, EC on the curve P-256, and RSA of 2048 bits or more can be used";
  }

  private static Algorithm rsa(RSAKey key) {
    int bits = key.getModulus().bitLength();
    if (bits < LEAST_RSA_BITS) {
      throw new KeyFileException("an RSA key of only " + bits + " bits" + wanted());
    }
    return RS256;
  }

  private static Algorithm ec(ECKey key) {
    ECParameterSpec curve = p256();
    ECParameterSpec own = key.getParams();
    if (!own.getCurve().equals(curve.getCurve()) || !own.getOrder().equals(curve.getOrder())) {
      throw new KeyFileException("an EC key on another curve than P-256" + wanted());
    }
    return ES256;
  }

  private static Algorithm ed(EdECKey key) {
    if (!key.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
      throw new KeyFileException("a key of " + key.getParams().getName() + wanted());
    }
    return EDDSA;
  }

  static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }
}
