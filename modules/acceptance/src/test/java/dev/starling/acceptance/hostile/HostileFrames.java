/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import static dev.starling.testkit.RawWebSocket.BINARY;
import static dev.starling.testkit.RawWebSocket.CLOSE;
import static dev.starling.testkit.RawWebSocket.CONTINUATION;
import static dev.starling.testkit.RawWebSocket.PING;
import static dev.starling.testkit.RawWebSocket.PONG;
import static dev.starling.testkit.RawWebSocket.RSV1;
import static dev.starling.testkit.RawWebSocket.TEXT;
import static dev.starling.testkit.RawWebSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Frames around messages, whole or in fragments, compressed or not, and frames that RFC 6455 and
 * RFC 7692 do not allow. What the server must answer follows from these.
 */
final class HostileFrames {
  private static final Set<Integer> PROTOCOL = Set.of(1002);
  private static final Set<Integer> BROKEN = Set.of(1007);
  private static final Set<Integer> TOO_BIG = Set.of(1009);

  /** RFC 3629: overlong, surrogates, beyond U+10FFFF, cut short, and bytes that never are. */
  private static final List<byte[]> NOT_UTF8 =
      List.of(
          bytes(0xC0, 0xAF),
          bytes(0xE0, 0x80, 0xAF),
          bytes(0xF0, 0x80, 0x80, 0xAF),
          bytes(0xED, 0xA0, 0x80),
          bytes(0xED, 0xBF, 0xBF),
          bytes(0xF4, 0x90, 0x80, 0x80),
          bytes(0xF8, 0x88, 0x80, 0x80, 0x80),
          bytes(0xFE),
          bytes(0xFF),
          bytes(0x80),
          bytes(0xC3),
          bytes(0xE2, 0x82),
          bytes(0xF0, 0x9F, 0x98));

  /** Codes that must not come in a close frame (RFC 6455, 7.4). */
  private static final List<Integer> BAD_CODES =
      List.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535);

  private static final List<Integer> GOOD_CODES = List.of(1000, 1001, 1002, 1003, 1011, 3000, 4999);

  private final RandomGenerator random;
  private final boolean deflate;
  private final int maxMessage;

  /** {@code deflate}: permessage-deflate was agreed on. */
  HostileFrames(RandomGenerator random, boolean deflate, int maxMessage) {
    this.random = random;
    this.deflate = deflate;
    this.maxMessage = maxMessage;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(UTF_8);
  }

  /** A text message, framed in any of the ways that are allowed. */
  Piece text(byte[] payload) {
    Set<Integer> ends = Set.of();
    if (payload.length > maxMessage) {
      ends = TOO_BIG;
    } else if (!FrameBytes.isUtf8(payload)) {
      ends = BROKEN;
    }
    boolean isCompressed = deflate && random.nextInt(3) == 0;
    byte[] body = isCompressed ? FrameBytes.deflated(payload) : payload;
    int type = isCompressed ? TEXT | RSV1 : TEXT;
    String what = (isCompressed ? "compressed " : "") + "text " + shown(payload);
    if (random.nextInt(4) != 0) {
      return new Piece(what, frame(type, true, body), ends);
    }
    return new Piece("fragments of " + what, fragmented(type, body), ends);
  }

  static String shown(byte[] payload) {
    return new String(payload, 0, Math.min(payload.length, 200), UTF_8);
  }

  /** At random places, so amid code points too; with control frames in between. */
  private byte[] fragmented(int type, byte[] body) {
    int[] cuts = random.ints(1 + random.nextInt(6), 0, body.length + 1).sorted().toArray();
    byte[] between =
        switch (random.nextInt(4)) {
          case 0 -> frame(PING, true, new byte[random.nextInt(126)]);
          case 1 -> frame(PONG, true, ascii("unasked"));
          case 2 -> frame(CONTINUATION, false, new byte[0]);
          default -> new byte[0];
        };
    return FrameBytes.fragments(type, body, cuts, between);
  }

  /** Frames of no message that the session must put up with. */
  Piece noise() {
    return switch (random.nextInt(3)) {
      case 0 -> Piece.harmless("a ping flood", pings(1 + random.nextInt(60)));
      case 1 -> Piece.harmless("a pong that nobody asked for", frame(PONG, true, new byte[125]));
      default -> Piece.harmless("an empty message in fragments", emptyFragments());
    };
  }

  private byte[] pings(int count) {
    byte[] ping = frame(PING, true, new byte[random.nextInt(126)]);
    byte[][] all = new byte[count][];
    Arrays.fill(all, ping);
    return FrameBytes.joined(all);
  }

  private byte[] emptyFragments() {
    return FrameBytes.fragments(TEXT, ascii(" {}"), new int[] {0, 0, 1, 1, 2, 3}, new byte[0]);
  }

  /** Something after which the server must close, or has been asked to. */
  Piece fatal() {
    return switch (random.nextInt(5)) {
      case 0 -> badHead();
      case 1 -> badOrder();
      case 2 -> badClose();
      case 3 -> deflate && random.nextBoolean() ? badDeflate() : tooBig();
      default -> badText();
    };
  }

  private Piece badHead() {
    byte[] text = ascii("{\"type\":\"ping\"}");
    byte[] body = new byte[random.nextInt(126)];
    return switch (random.nextInt(9)) {
      case 0 -> protocol("a reserved opcode", frame(pick(3, 4, 5, 6, 7), true, body));
      case 1 -> protocol("a reserved control opcode", frame(pick(11, 12, 13, 14, 15), true, body));
      case 2 -> protocol("reserved bits", frame(TEXT | pick(0x10, 0x20, 0x30, 0x70), true, text));
      case 3 -> protocol("RSV1 on a control frame", frame(PING | RSV1, true, body));
      case 4 ->
          protocol(
              "RSV1 on a continuation",
              FrameBytes.joined(frame(TEXT, false, text), frame(RSV1, true, body)));
      case 5 -> protocol("no mask", FrameBytes.bare(pick(TEXT, PING, BINARY), text));
      case 6 -> protocol("a length that is too long-winded", FrameBytes.longWinded(text));
      case 7 ->
          protocol("64 bits for a small length", FrameBytes.claiming(0x81, random.nextInt(126)));
      default ->
          deflate
              ? protocol("RSV1 and RSV2", frame(TEXT | 0x60, true, text))
              : protocol("RSV1 that was not agreed on", frame(TEXT | RSV1, true, text));
    };
  }

  private Piece badOrder() {
    byte[] text = ascii("{\"type\":\"ping\"}");
    return switch (random.nextInt(6)) {
      case 0 ->
          protocol("a continuation of nothing", frame(CONTINUATION, random.nextBoolean(), text));
      case 1 ->
          protocol(
              "a message amid fragments",
              FrameBytes.joined(frame(TEXT, false, text), frame(pick(TEXT, BINARY), true, text)));
      case 2 ->
          protocol("half a control frame", frame(pick(PING, PONG, CLOSE), false, new byte[2]));
      case 3 ->
          protocol(
              "a control frame that is too long",
              frame(pick(PING, PONG), true, new byte[126 + random.nextInt(900)]));
      case 4 -> new Piece("a binary message", frame(BINARY, true, text), Set.of(1003));
      default ->
          new Piece(
              "a binary message in fragments",
              FrameBytes.fragments(BINARY, text, new int[] {1, 9}, new byte[0]),
              Set.of(1003));
    };
  }

  private Piece badClose() {
    int bad = BAD_CODES.get(random.nextInt(BAD_CODES.size()));
    int good = GOOD_CODES.get(random.nextInt(GOOD_CODES.size()));
    return switch (random.nextInt(5)) {
      case 0 -> protocol("half a close code", frame(CLOSE, true, new byte[1]));
      case 1 -> protocol("the close code " + bad, FrameBytes.close(bad, new byte[0]));
      case 2 ->
          new Piece(
              "a close reason that is no UTF-8",
              FrameBytes.close(1000, NOT_UTF8.get(random.nextInt(NOT_UTF8.size()))),
              Set.of(1002, 1007));
      case 3 ->
          new Piece("a close without a code", frame(CLOSE, true, new byte[0]), Set.of(1000, 1005));
      default ->
          new Piece("a close with " + good, FrameBytes.close(good, ascii("bye")), Set.of(good));
    };
  }

  private Piece badDeflate() {
    byte[] body =
        FrameBytes.deflated(ascii("{\"type\":\"ping\",\"a\":\"" + "abc".repeat(200) + "\"}"));
    byte[] bomb = FrameBytes.deflated(new byte[maxMessage * (2 + random.nextInt(40))]);
    return switch (random.nextInt(5)) {
      case 0 -> new Piece("a bomb", frame(TEXT | RSV1, true, bomb), TOO_BIG);
      case 1 -> new Piece("a bomb in fragments", fragmented(TEXT | RSV1, bomb), TOO_BIG);
      case 2 ->
          new Piece(
              "a deflated message cut short",
              frame(TEXT | RSV1, true, Arrays.copyOf(body, body.length / 2)),
              BROKEN);
      case 3 ->
          new Piece(
              "no deflate data", frame(TEXT | RSV1, true, bytes(0xFF, 0xFF, 0xFF, 0xFF)), BROKEN);
      default ->
          new Piece(
              "deflated text that is no UTF-8",
              frame(
                  TEXT | RSV1,
                  true,
                  FrameBytes.deflated(NOT_UTF8.get(random.nextInt(NOT_UTF8.size())))),
              BROKEN);
    };
  }

  private Piece tooBig() {
    byte[] half = new byte[maxMessage / 2 + 1];
    Arrays.fill(half, (byte) ' ');
    return switch (random.nextInt(5)) {
      case 0 ->
          new Piece(
              "too long a message", frame(TEXT, true, FrameBytes.joined(half, half)), TOO_BIG);
      case 1 ->
          new Piece(
              "too long a message in fragments",
              FrameBytes.fragments(
                  TEXT, FrameBytes.joined(half, half), new int[] {9, half.length}, new byte[0]),
              TOO_BIG);
      case 2 -> new Piece("a claim of terabytes", FrameBytes.claiming(0x81, 1L << 42), TOO_BIG);
      case 3 -> protocol("a negative length", FrameBytes.claiming(0x81, -1L - random.nextInt(99)));
      default ->
          new Piece(
              "a claim of one byte too many", FrameBytes.claiming(0x81, maxMessage + 1L), TOO_BIG);
    };
  }

  private Piece badText() {
    byte[] bad = NOT_UTF8.get(random.nextInt(NOT_UTF8.size()));
    byte[] whole = FrameBytes.joined(ascii("{\"type\":\"ping\",\"a\":\""), bad, ascii("\"}"));
    byte[] frames = random.nextBoolean() ? frame(TEXT, true, whole) : fragmented(TEXT, whole);
    return new Piece("text that is no UTF-8", frames, BROKEN);
  }

  private static Piece protocol(String what, byte[] bytes) {
    return new Piece(what, bytes, PROTOCOL);
  }

  private int pick(int... of) {
    return of[random.nextInt(of.length)];
  }
}
