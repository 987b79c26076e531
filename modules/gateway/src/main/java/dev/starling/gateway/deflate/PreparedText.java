/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message to any number of sessions: its text, and its compressed forms, each made when a session
 * first wants it and then shared by all. Thread-safe; the arrays are not to be changed.
 */
public final class PreparedText {
  private final byte[] utf8;
  private final @Nullable PreparedText beginning;
  private byte @Nullable [] permessage;
  private byte @Nullable [] zlib;

  /** A message of {@code utf8}, which is not copied. */
  public PreparedText(byte[] utf8) {
    this(utf8, null);
  }

  private PreparedText(byte[] utf8, @Nullable PreparedText beginning) {
    this.utf8 = utf8;
    this.beginning = beginning;
  }

  /**
   * A message that begins with this text, whose compressed form it shares.
   *
   * @param end how it goes on: a short piece, which is not compressed
   */
  public PreparedText continued(byte[] end) {
    byte[] whole = Arrays.copyOf(utf8, utf8.length + end.length);
    System.arraycopy(end, 0, whole, utf8.length, end.length);
    return new PreparedText(whole, this);
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
      permessage = beginning == null ? Deflation.permessage(utf8) : continued(beginning);
    }
    return permessage;
  }

  private byte[] continued(PreparedText from) {
    byte[] end = Arrays.copyOfRange(utf8, from.utf8.length, utf8.length);
    return Deflation.continued(from.permessage(), end);
  }

  /** The text as a zlib stream. */
  public synchronized byte[] zlib() {
    if (zlib == null) {
      zlib = Deflation.zlib(utf8, permessage());
    }
    return zlib;
  }
}
