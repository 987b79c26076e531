/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

/** A key that cannot be used; the message says why, for a person, and nothing of the key. */
public final class KeyFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyFileException(String message) {
    super(message, null, false, false);
  }

  /** The same of a named place. */
  KeyFileException in(String place) {
    return new KeyFileException(place + ": " + text());
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
