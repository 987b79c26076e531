/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import java.util.Locale;

/** Why a token is refused; the word is what metrics, errors and the log call it. */
public enum TokenFault {
  /** Not three parts of a signed token, too long, or with a header that cannot be honoured. */
  MALFORMED("the token is no signed JWT that can be read here"),
  /** Signed in another way than this node has keys for, or not at all. */
  ALGORITHM("the token's algorithm is none that this node has a key for"),
  /** The signature is not that of the key. */
  SIGNATURE("the token's signature is not that of a key of this node"),
  /** Its time is over. */
  EXPIRED("the token has expired"),
  /** Its time has not come. */
  NOT_YET_VALID("the token is not valid yet"),
  /** From another issuer than {@code auth.issuer}. */
  ISSUER("the token's issuer is not auth.issuer"),
  /** For none of {@code auth.audience}. */
  AUDIENCE("the token is for none of auth.audience"),
  /** A claim of the wrong type or out of range. */
  CLAIMS("a claim of the token has the wrong type or is out of range"),
  /** The key it names is not here, or there is no key at all. */
  NO_KEY("this node does not have the key that the token asks for"),
  /** The message and the token name different public keys. */
  PUBKEY("the public key of the message is not that of the token");

  private final String text;

  TokenFault(String text) {
    this.text = text;
  }

  /** The fault's name, such as {@code not-yet-valid}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The fault in a sentence, without anything of the token. */
  public String text() {
    return text;
  }
}
