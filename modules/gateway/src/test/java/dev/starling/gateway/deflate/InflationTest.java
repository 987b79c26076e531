/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples are those of RFC 7692, 7.2.3. */
class InflationTest {
  private static final int LIMIT = 10_000;

  private static byte[] bytes(int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    return bytes;
  }

  private static String text(int... octets) throws InflationException {
    return new String(Inflation.inflate(bytes(octets), LIMIT), StandardCharsets.UTF_8);
  }

  @Test
  void everyKindOfBlockIsRead() throws Exception {
    assertThat(text(0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00)).isEqualTo("Hello");
    assertThat(text(0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00))
        .isEqualTo("Hello");
    assertThat(text(0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00))
        .isEqualTo("Hello");
  }

  @Test
  void aFinalBlockEndsNoMessage() throws Exception {
    assertThat(text(0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00)).isEqualTo("Hello");
    assertThat(text(0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00)).isEqualTo("Hello");
    assertThat(
            text(
                0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00,
                0x00))
        .isEqualTo("HelloHello");
  }

  @Test
  void anEmptyMessageIsOneOctet() throws Exception {
    assertThat(text(0x00)).isEmpty();
    assertThat(text(0x02, 0x00)).isEmpty();
  }

  @Test
  void nothingOfOneMessageIsLeftForTheNext() throws Exception {
    assertThat(text(0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00)).isEqualTo("Hello");
    // "Hello" again as a client with a window would send it: 7.2.3.2.
    assertThatThrownBy(() -> text(0xF2, 0x00, 0x11, 0x00, 0x00))
        .isInstanceOf(InflationException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aMessageCutShortIsBroken(int length) {
    byte[] whole = bytes(0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00);
    InflationException broken =
        catchThrowableOfType(
            InflationException.class, () -> Inflation.inflate(Arrays.copyOf(whole, length), LIMIT));
    assertThat(broken.isTooBig()).isFalse();
  }

  @Test
  void whatNoDeflaterWritesIsBroken() {
    assertThatThrownBy(() -> text(0x07)).isInstanceOf(InflationException.class);
    assertThatThrownBy(() -> text(0xFF, 0xFF, 0xFF, 0xFF)).isInstanceOf(InflationException.class);
    assertThatThrownBy(() -> text(0x00, 0x05, 0x00, 0x00, 0x00, 0x48))
        .isInstanceOf(InflationException.class);
  }

  @Test
  void finalBlocksWithoutEndAreBroken() {
    ByteArrayOutputStream blocks = new ByteArrayOutputStream();
    for (int i = 0; i < 2_000; i++) {
      blocks.writeBytes(bytes(0x03, 0x00));
    }
    assertThatThrownBy(() -> Inflation.inflate(blocks.toByteArray(), LIMIT))
        .hasMessage("not deflate data: more than 1024 final blocks");
  }

  @Test
  void theLimitIsMetAndNotPassed() throws Exception {
    byte[] full = new byte[LIMIT];
    byte[] over = new byte[LIMIT + 1];
    assertThat(Inflation.inflate(Deflation.permessage(full), LIMIT)).isEqualTo(full);
    InflationException refused =
        catchThrowableOfType(
            InflationException.class, () -> Inflation.inflate(Deflation.permessage(over), LIMIT));
    assertThat(refused.isTooBig()).isTrue();
    assertThat(refused).hasMessage("inflates to more than 10000 bytes");
    assertThat(Inflation.inflate(Deflation.permessage(new byte[1]), 1)).hasSize(1);
  }
}
