/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Finds the few things the generator needs inside a server's JSON without parsing it. One thread.
 *
 * <p>Servers print {@code type} first and a packet's fields in an order of their own that does not
 * change; so each place is guessed from the last message and searched for only where the guess is
 * wrong.
 */
final class Replies {
  /** What a message is. */
  enum Kind {
    PUSH,
    ACK,
    REGISTERED,
    ERROR,
    OTHER
  }

  private static final long TYPE_FIRST = ByteBuffer.wrap("{\"type\":".getBytes(US_ASCII)).getLong();
  private static final byte[] TYPE = "\"type\"".getBytes(US_ASCII);
  private static final byte[] ERROR = "\"error\"".getBytes(US_ASCII);
  private static final byte[] MATCHES = "\"matches_found\"".getBytes(US_ASCII);
  private static final byte[] ROUTED = "\"routed\"".getBytes(US_ASCII);
  private static final byte[] PUSH_TYPE = "incoming_outcome\"".getBytes(US_ASCII);
  private static final byte[] ACK_TYPE = "outcome_ack\"".getBytes(US_ASCII);
  private static final byte[] REGISTERED_TYPE = "registered\"".getBytes(US_ASCII);
  private static final byte[] ERROR_TYPE = "error\"".getBytes(US_ASCII);

  private int markFromEnd;

  /** The kind of a message. */
  static Kind kind(ByteBuffer bytes, int offset, int length) {
    int value = typeAt(bytes, offset, length);
    int end = offset + length;
    if (value < 0) {
      return find(bytes, offset, end, ERROR) < 0 ? Kind.OTHER : Kind.ERROR;
    }
    if (matches(bytes, value, end, PUSH_TYPE)) {
      return Kind.PUSH;
    }
    if (matches(bytes, value, end, ACK_TYPE)) {
      return Kind.ACK;
    }
    if (matches(bytes, value, end, REGISTERED_TYPE)) {
      return Kind.REGISTERED;
    }
    return matches(bytes, value, end, ERROR_TYPE) ? Kind.ERROR : Kind.OTHER;
  }

  /** Where an outcome's mark begins (its sequence number), or -1. */
  int mark(ByteBuffer bytes, int offset, int length) {
    int end = offset + length;
    int guess = end - markFromEnd;
    if (guess >= offset && isMark(bytes, guess, end)) {
      return guess + 2;
    }
    for (int at = end - OutcomeFrame.MARK_LENGTH; at >= offset; at--) {
      if (isMark(bytes, at, end)) {
        markFromEnd = end - at;
        return at + 2;
      }
    }
    return -1;
  }

  /** The sequence number at a mark. */
  static int sequence(ByteBuffer bytes, int mark) {
    return (int) hex(bytes, mark, 8);
  }

  /** The emit time at a mark. */
  static long time(ByteBuffer bytes, int mark) {
    return hex(bytes, mark + 8, 16);
  }

  /** An acknowledgement's {@code matches_found}, or -1 where its status is not {@code routed}. */
  static int matchesFound(ByteBuffer bytes, int offset, int length) {
    int end = offset + length;
    int at = find(bytes, offset, end, MATCHES);
    if (at < 0 || find(bytes, offset, end, ROUTED) < 0) {
      return -1;
    }
    at += MATCHES.length;
    while (at < end && (bytes.get(at) < '0' || bytes.get(at) > '9')) {
      at++;
    }
    int value = 0;
    while (at < end && bytes.get(at) >= '0' && bytes.get(at) <= '9') {
      value = 10 * value + bytes.get(at++) - '0';
    }
    return value;
  }

  private static int typeAt(ByteBuffer bytes, int offset, int length) {
    int end = offset + length;
    int at;
    if (length >= 12 && bytes.getLong(offset) == TYPE_FIRST) {
      at = offset + 8;
    } else {
      int name = find(bytes, offset, end, TYPE);
      if (name < 0) {
        return -1;
      }
      at = name + TYPE.length;
    }
    while (at < end && (bytes.get(at) == ' ' || bytes.get(at) == ':')) {
      at++;
    }
    return at + 1;
  }

  private static boolean isMark(ByteBuffer bytes, int at, int end) {
    return end - at >= OutcomeFrame.MARK_LENGTH
        && bytes.get(at) == OutcomeFrame.MARK_FIRST
        && bytes.get(at + 1) == OutcomeFrame.MARK_SECOND;
  }

  private static int find(ByteBuffer bytes, int from, int end, byte[] wanted) {
    for (int at = from; at <= end - wanted.length; at++) {
      if (matches(bytes, at, end, wanted)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean matches(ByteBuffer bytes, int at, int end, byte[] wanted) {
    if (end - at < wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes.get(at + i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private static long hex(ByteBuffer bytes, int at, int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int c = bytes.get(at + i);
      value = (value << 4) | (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
  }
}
