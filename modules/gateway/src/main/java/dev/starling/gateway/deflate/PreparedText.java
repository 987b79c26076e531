/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import org.jspecify.annotations.Nullable;

/**
 * A message to any number of sessions: its text, and its compressed forms, each made when a session
 * first wants it and then shared by all. Thread-safe; the arrays are not to be changed.
 */
public final class PreparedText {
  private final byte[] utf8;
  private byte @Nullable [] permessage;
  private byte @Nullable [] zlib;

  /** A message of {@code utf8}, which is not copied. */
  public PreparedText(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** The text as it is. */
  public byte[] utf8() {
    return utf8;
  }

  /** Whether the text is long enough to be compressed. */
  public boolean isLong() {
    return utf8.length > Compression.THRESHOLD;
  }

  /** The payload of a permessage-deflate message. */
  public synchronized byte[] permessage() {
    if (permessage == null) {
      permessage = Deflation.permessage(utf8);
    }
    return permessage;
  }

  /** The text as a zlib stream. */
  public synchronized byte[] zlib() {
    if (zlib == null) {
      zlib = Deflation.zlib(utf8, permessage());
    }
    return zlib;
  }
}
