/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.CloseCode;
import dev.starling.testkit.RawWebSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
  private static final int MOST = 100_000;
  private static final byte[] BODY = {1, 2, 3};

  private static byte[] numbers(int length) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (i * 31);
    }
    return payload;
  }

  private static Frame read(byte[] bytes, boolean deflate, boolean amidMessage)
      throws FrameException {
    return Objects.requireNonNull(
        FrameReader.next(Unpooled.wrappedBuffer(bytes), MOST, deflate, amidMessage));
  }

  private static void assertRefused(
      CloseCode code, byte[] bytes, boolean deflate, boolean amidMessage) {
    assertThatThrownBy(() -> read(bytes, deflate, amidMessage))
        .isInstanceOfSatisfying(
            FrameException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private static void assertViolation(byte[] bytes, boolean amidMessage) {
    assertRefused(CloseCode.PROTOCOL_ERROR, bytes, false, amidMessage);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 7, 8, 9, 15, 125, 126, 127, 65_535, 65_536, MOST})
  void payloadsOfEveryLengthLoseTheirMask(int length) throws FrameException {
    byte[] payload = numbers(length);
    Frame frame = read(RawWebSocket.frame(RawWebSocket.TEXT, true, payload), false, false);
    assertThat(frame.type()).isEqualTo(FrameType.TEXT);
    assertThat(frame.last()).isTrue();
    assertThat(frame.compressed()).isFalse();
    assertThat(frame.payload()).isEqualTo(payload);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200, 70_000})
  void aFrameThatHasNotComeWholeIsLeftWhereItIs(int length) throws FrameException {
    byte[] whole = RawWebSocket.frame(RawWebSocket.TEXT, true, numbers(length));
    for (int part : new int[] {0, 1, 2, 5, 9, whole.length - 1}) {
      int given = Math.min(part, whole.length - 1);
      ByteBuf in = Unpooled.wrappedBuffer(whole, 0, given);
      assertThat(FrameReader.next(in, MOST, false, false)).isNull();
      assertThat(in.readableBytes()).isEqualTo(given);
    }
  }

  @Test
  void framesAreTakenOneByOne() throws FrameException {
    ByteBuf in =
        Unpooled.wrappedBuffer(
            RawWebSocket.frame(RawWebSocket.PING, true, BODY),
            RawWebSocket.frame(RawWebSocket.TEXT, false, BODY));
    assertThat(Objects.requireNonNull(FrameReader.next(in, MOST, false, false)).type())
        .isEqualTo(FrameType.PING);
    Frame second = Objects.requireNonNull(FrameReader.next(in, MOST, false, false));
    assertThat(second.type()).isEqualTo(FrameType.TEXT);
    assertThat(second.last()).isFalse();
    assertThat(in.isReadable()).isFalse();
  }

  @Test
  void aFrameOverTheLimitIsRefusedByItsHeader() {
    byte[] whole = RawWebSocket.frame(RawWebSocket.TEXT, true, new byte[MOST + 1]);
    assertRefused(CloseCode.MESSAGE_TOO_BIG, Arrays.copyOf(whole, 14), false, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x3, 0x7, 0xB, 0xF})
  void reservedOpcodesAreRefused(int type) {
    assertViolation(RawWebSocket.frame(type, true, BODY), false);
  }

  @ParameterizedTest
  @ValueSource(ints = {RawWebSocket.PING, RawWebSocket.PONG, RawWebSocket.CLOSE})
  void controlFramesInPartsOrTooLongAreRefused(int type) {
    assertViolation(RawWebSocket.frame(type, false, BODY), false);
    assertViolation(RawWebSocket.frame(type, true, new byte[126]), false);
  }

  @Test
  void aMessageMustBeginAndEnd() {
    assertViolation(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, BODY), false);
    assertViolation(RawWebSocket.frame(RawWebSocket.TEXT, true, BODY), true);
    assertViolation(RawWebSocket.frame(RawWebSocket.BINARY, true, BODY), true);
  }

  @Test
  void aFrameWithoutMaskIsRefused() {
    assertViolation(new byte[] {(byte) 0x81, 1, 'x'}, false);
  }

  @Test
  void lengthsMustBeWrittenInTheShortestWay() {
    assertViolation(new byte[] {(byte) 0x81, (byte) 0xFE, 0, 125, 0, 0, 0, 0}, false);
    assertViolation(
        new byte[] {(byte) 0x81, (byte) 0xFF, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0}, false);
    assertViolation(
        new byte[] {(byte) 0x81, (byte) 0xFF, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false);
  }

  @Test
  void theBitOfDeflateMarksWhatBeginsAMessageWhereItWasNegotiated() throws FrameException {
    byte[] marked = RawWebSocket.frame(RawWebSocket.TEXT | RawWebSocket.RSV1, true, BODY);
    assertThat(read(marked, true, false).compressed()).isTrue();
    assertViolation(marked, false);
    for (int type : new int[] {RawWebSocket.PING, RawWebSocket.CLOSE}) {
      assertRefused(
          CloseCode.PROTOCOL_ERROR,
          RawWebSocket.frame(type | RawWebSocket.RSV1, true, BODY),
          true,
          false);
    }
    assertRefused(
        CloseCode.PROTOCOL_ERROR,
        RawWebSocket.frame(RawWebSocket.CONTINUATION | RawWebSocket.RSV1, true, BODY),
        true,
        true);
  }

  @ParameterizedTest
  @CsvSource({"999", "1004", "1005", "1006", "1015", "2999", "5000", "65535"})
  void closesWithACodeThatMustNotBeSentAreRefused(int code) {
    byte[] close =
        RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
    assertViolation(close, false);
  }

  @ParameterizedTest
  @CsvSource({"1000", "1003", "1007", "1014", "3000", "4999"})
  void closesWithAValidCodeAreTaken(int code) throws FrameException {
    byte[] close =
        RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[] {(byte) (code >> 8), (byte) code});
    assertThat(FrameReader.code(read(close, false, false).payload())).isEqualTo(code);
  }

  @Test
  void closesWithHalfACodeOrAReasonThatIsNoTextAreRefused() throws FrameException {
    assertViolation(RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[] {3}), false);
    assertViolation(
        RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[] {3, (byte) 0xE8, (byte) 0xC3}),
        false);
    assertThat(read(RawWebSocket.frame(RawWebSocket.CLOSE, true, new byte[0]), false, true).type())
        .isEqualTo(FrameType.CLOSE);
  }
}
