/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparedTextTest {

  private static byte[] json(int length) {
    String row = "{\"agent_id\":\"baker\",\"similarity\":0.9731},";
    return row.repeat(length / row.length() + 1)
        .substring(0, length)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 1_025, 5_000, 65_536, 1_000_000})
  void bothFormsHoldTheTextWhateverItsLength(int length) throws Exception {
    for (byte[] text : List.of(json(length), noise(length))) {
      PreparedText prepared = new PreparedText(text);
      assertThat(Inflation.inflate(prepared.permessage(), length + 1)).isEqualTo(text);
      assertThat(unzlib(prepared.zlib())).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5_000, 100_000})
  void aTextThatGoesOnSharesTheCompressedFormOfItsBeginning(int length) throws Exception {
    for (byte[] text : List.of(json(length), noise(length))) {
      PreparedText beginning = new PreparedText(text);
      for (int end : List.of(0, 1, 24, 300, 65_535)) {
        PreparedText whole = beginning.continued(noise(end));
        assertThat(whole.utf8()).isEqualTo(concatenated(text, noise(end)));
        assertThat(Inflation.inflate(whole.permessage(), length + end + 1)).isEqualTo(whole.utf8());
        assertThat(unzlib(whole.zlib())).isEqualTo(whole.utf8());
        assertThat(whole.permessage()).startsWith(beginning.permessage());
      }
    }
  }

  private static byte[] concatenated(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  /** As any zlib reads it, which checks the sum at the end. */
  private static byte[] unzlib(byte[] stream) throws IOException {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(stream))) {
      return in.readAllBytes();
    }
  }

  @Test
  void aPayloadLeavesOutTheFourOctetsThatEveryMessageEndsWith() {
    // The message of RFC 7692, 7.2.3.1.
    byte[] hello = new PreparedText("Hello".getBytes(StandardCharsets.US_ASCII)).permessage();
    assertThat(hello).containsExactly(0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00);
  }

  @Test
  void equalTextsHaveEqualFormsSinceNoWindowIsKept() {
    byte[] first = new PreparedText(json(3_000)).permessage();
    byte[] other = new PreparedText(json(9_000)).permessage();
    assertThat(new PreparedText(json(3_000)).permessage()).isEqualTo(first).isNotEqualTo(other);
  }

  @Test
  void oneCopyIsMadeForAllThreads() throws Exception {
    PreparedText text = new PreparedText(json(200_000));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<byte[]>> copies = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        copies.add(threads.submit(text::permessage));
      }
      for (Future<byte[]> copy : copies) {
        assertThat(copy.get()).isSameAs(text.permessage());
      }
    }
    assertThat(text.zlib()).isSameAs(text.zlib());
  }

  @Test
  void textIsLongFromOneOctetOverTheThreshold() {
    assertThat(new PreparedText(json(1_024)).isLong()).isFalse();
    assertThat(new PreparedText(json(1_025)).isLong()).isTrue();
  }
}
