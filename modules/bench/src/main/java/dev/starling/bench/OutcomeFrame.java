/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * One agent's outcome as a masked frame that is built once; before each send only the sequence
 * number and the emit time are written over their masked places, so that sending costs no more than
 * the socket's own copy.
 *
 * <p>The packet is the reference browser agent's, in its order. The payload begins with a mark:
 * {@code ~q}, the sequence number in 8 hexadecimal digits, the emit time in 16. Where compression
 * is negotiated, the frame holds three byte-aligned deflate parts: what comes before, the mark as a
 * stored block, what comes after; each message starts with an empty window, which RFC 7692 leaves
 * to the sender.
 */
final class OutcomeFrame {
  /** Characters that the mark takes from the payload. */
  static final int MARK_LENGTH = 2 + 8 + 16;

  static final byte MARK_FIRST = '~';
  static final byte MARK_SECOND = 'q';

  private static final String BLANK = "0".repeat(16);
  private static final String WORDS = "Inference complete: the pattern cluster shows convergence. ";
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private final ByteBuffer frame;
  private final int key;
  private final int bodyAt;
  private final int sequenceAt;
  private final int timeAt;
  private final int idAt;

  private OutcomeFrame(ByteBuffer frame, int key, int bodyAt, int[] places) {
    this.frame = frame;
    this.key = key;
    this.bodyAt = bodyAt;
    this.idAt = places[0];
    this.sequenceAt = places[1];
    this.timeAt = places[1] + 8;
  }

  /**
   * Builds the frame.
   *
   * @param fingerprint a JSON array
   * @param run tells this run's {@code outcome_id}s from another's, where the client makes them
   */
  static OutcomeFrame of(String fingerprint, Workload workload, String run, boolean deflate) {
    String before = "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":" + fingerprint + ",";
    String id = workload.serverSuppliedId() ? "" : "\"outcome_id\":\"" + run + "-";
    String idEnd = workload.serverSuppliedId() ? "" : "00000000\",";
    String mark = "\"payload\":\"" + (char) MARK_FIRST + (char) MARK_SECOND;
    String changing = id + idEnd + mark + BLANK.substring(8) + BLANK;
    String after =
        filler(workload.payload() - MARK_LENGTH)
            + "\",\"confidence\":0.85,\"timestamp\":"
            + System.currentTimeMillis() / 1000.0
            + "}}";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(deflate ? deflated(before, false) : ascii(before));
    if (deflate) {
      body.writeBytes(storedHeader(changing.length()));
    }
    int changingAt = body.size();
    body.writeBytes(ascii(changing));
    body.writeBytes(deflate ? deflated(after, true) : ascii(after));
    int[] places = {
      id.isEmpty() ? -1 : changingAt + id.length(),
      changingAt + id.length() + idEnd.length() + mark.length()
    };
    int key = WsFrames.newKey();
    int first = WsFrames.FIN | WsFrames.TEXT | (deflate ? WsFrames.RSV1 : 0);
    ByteBuffer frame = WsFrames.masked(first, body.toByteArray(), key);
    return new OutcomeFrame(frame, key, WsFrames.headerLength(body.size()), places);
  }

  /** The frame with these in place, from position 0; valid until the next call. */
  ByteBuffer with(int sequence, long time) {
    write(sequenceAt, sequence, 8);
    write(timeAt, time, 16);
    if (idAt >= 0) {
      write(idAt, sequence, 8);
    }
    return frame.rewind();
  }

  private void write(int at, long value, int digits) {
    for (int i = 0; i < digits; i++) {
      int digit = (int) (value >>> (4 * (digits - 1 - i))) & 0xf;
      frame.put(bodyAt + at + i, (byte) (HEX[digit] ^ WsFrames.keyByte(key, at + i)));
    }
  }

  private static String filler(int length) {
    return WORDS.repeat(length / WORDS.length() + 1).substring(0, length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /**
   * A raw deflate run that ends on a byte; the last one of a message without its four closing
   * bytes.
   */
  private static byte[] deflated(String text, boolean last) {
    try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      deflater.setInput(ascii(text));
      byte[] out = new byte[text.length() + 64];
      int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
      return Arrays.copyOf(out, last ? length - 4 : length);
    }
  }

  private static byte[] storedHeader(int length) {
    return new byte[] {
      0, (byte) length, (byte) (length >>> 8), (byte) ~length, (byte) (~length >>> 8)
    };
  }
}
