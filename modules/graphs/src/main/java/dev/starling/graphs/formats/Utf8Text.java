/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The text of a document: strict UTF-8 (RFC 3629), with or without a byte order mark. What is not
 * UTF-8, a document of too many bytes, and a single piece of it that is too long for one value end
 * in a {@link FormatException}. One thread at a time.
 */
final class Utf8Text extends Reader {
  /** Longest piece between two calls of {@link #renew}, with what a parser reads ahead. */
  static final int LONGEST_PIECE = 1 << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream in;
  private final long mostBytes;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
  private final CharBuffer decoded = CharBuffer.allocate(1 << 15).flip();
  private long bytesRead;
  private long given;
  private long pieceStart;
  private int line = 1;
  private int column = 1;
  private boolean isEnd;

  Utf8Text(InputStream in, long mostBytes) {
    this.in = in;
    this.mostBytes = mostBytes;
  }

  /** A value was read, and a new one may be as long again. */
  void renew() {
    pieceStart = given;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (given - pieceStart > LONGEST_PIECE) {
      throw error(
          "expected every value and comment shorter than " + LONGEST_PIECE + " characters",
          "a longer one",
          "shorten it; a quote or an end tag may be missing");
    }
    if (length > 0 && !decoded.hasRemaining() && !decodeMore()) {
      return -1;
    }
    int count = Math.min(length, decoded.remaining());
    decoded.get(buffer, offset, count);
    given += count;
    return count;
  }

  /** Whether there is more; what precedes an error is given away before it. */
  private boolean decodeMore() throws IOException {
    decoded.clear();
    while (decoded.position() == 0) {
      CoderResult result = decoder.decode(bytes, decoded, isEnd);
      if (decoded.position() > 0) {
        break;
      }
      if (result.isError()) {
        throw error("expected UTF-8", badBytes(result.length()), "save the document as UTF-8");
      }
      if (isEnd) {
        decoded.flip();
        return false;
      }
      fill();
    }
    decoded.flip();
    boolean isMarked = given == 0 && decoded.get(0) == BYTE_ORDER_MARK;
    decoded.position(isMarked ? 1 : 0);
    advance();
    return decoded.hasRemaining() || decodeMore();
  }

  private void fill() throws IOException {
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (count < 0) {
      isEnd = true;
    } else {
      bytesRead += count;
      bytes.position(bytes.position() + count);
    }
    bytes.flip();
    if (bytesRead > mostBytes) {
      throw error(
          "expected at most " + mostBytes + " bytes",
          "more",
          "send a smaller document, or ask the operator for a higher bound");
    }
  }

  private void advance() {
    for (int i = decoded.position(); i < decoded.limit(); i++) {
      if (decoded.get(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
  }

  private String badBytes(int length) {
    StringBuilder text = new StringBuilder("the bytes");
    for (int i = 0; i < Math.min(length, bytes.remaining()); i++) {
      text.append(" %02X".formatted(bytes.get(bytes.position() + i)));
    }
    return text.toString();
  }

  private FormatException error(String expected, String came, String remedy) {
    return new FormatException(line, column, expected, came, remedy);
  }

  /** The stream belongs to whoever opened it. */
  @Override
  public void close() {}
}
