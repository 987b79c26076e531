/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.gateway.socket.Frame;
import dev.starling.gateway.socket.FrameType;
import dev.starling.protocol.CloseCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
  private static final int LIMIT = 20;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> messages = new ArrayList<>();
  private final List<Integer> added = new ArrayList<>();
  private final List<CloseCode> refusals = new ArrayList<>();
  private final MessageAssembler assembler =
      new MessageAssembler(new Receiver(), new GatewayMetrics(registry));

  private int most = LIMIT;

  private final class Receiver implements MessageAssembler.Owner {
    @Override
    public int mostPayload() {
      return most;
    }

    @Override
    public void message(byte[] text, int more) {
      messages.add(new String(text, StandardCharsets.UTF_8));
      added.add(more);
    }

    @Override
    public void close(CloseCode code) {
      refusals.add(code);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void text(byte[] bytes, boolean last) {
    assembler.frame(new Frame(FrameType.TEXT, last, false, bytes));
  }

  private void more(byte[] bytes, boolean last) {
    assembler.frame(new Frame(FrameType.CONTINUATION, last, false, bytes));
  }

  @Test
  void aWholeMessagePassesAsItCame() {
    text(utf8("é😀"), true);
    text(new byte[0], true);
    assertThat(messages).containsExactly("é😀", "");
  }

  @Test
  void fragmentsMakeOneMessageEvenWhereTheyCutALetter() {
    byte[] bytes = utf8("aé😀z");
    text(new byte[] {bytes[0], bytes[1]}, false);
    assembler.frame(new Frame(FrameType.PING, true, false, utf8("ping")));
    for (int i = 2; i < bytes.length - 1; i++) {
      more(new byte[] {bytes[i]}, false);
    }
    assertThat(messages).isEmpty();
    more(new byte[] {bytes[bytes.length - 1]}, true);
    assertThat(messages).containsExactly("aé😀z");
  }

  @Test
  void theNextMessageBeginsAnew() {
    text(utf8("a"), false);
    more(utf8("b"), true);
    text(utf8("c"), false);
    more(utf8("d"), true);
    assertThat(messages).containsExactly("ab", "cd");
  }

  @Test
  void theLimitIsMetAndNotPassed() {
    text(utf8("x".repeat(LIMIT)), true);
    text(utf8("x".repeat(LIMIT - 1)), false);
    more(utf8("y"), true);
    assertThat(messages).hasSize(2);
    assertThat(refusals).isEmpty();
    text(utf8("x".repeat(LIMIT + 1)), true);
    assertThat(refusals).containsExactly(CloseCode.MESSAGE_TOO_BIG);
  }

  @Test
  void fragmentsOverTheLimitAreRefusedOnceAndTheRestIgnored() {
    text(utf8("x".repeat(LIMIT)), false);
    more(utf8("y"), false);
    more(utf8("z"), true);
    assertThat(refusals).containsExactly(CloseCode.MESSAGE_TOO_BIG);
    assertThat(messages).isEmpty();
  }

  @Test
  void whatInflationAddedIsToldAndNothingOfWhatCameAsItIs() {
    most = Integer.MAX_VALUE;
    String large = "x".repeat(100_000);
    byte[] deflated = new PreparedText(utf8(large)).permessage();
    text(utf8(large), true);
    assembler.frame(new Frame(FrameType.TEXT, true, true, deflated));
    assembler.frame(
        new Frame(FrameType.TEXT, true, true, new PreparedText(utf8("x")).permessage()));
    assertThat(messages).containsExactly(large, large, "x");
    assertThat(added).containsExactly(0, 100_000 - deflated.length, 0);
  }

  @Test
  void whatHasComeOfAMessageIsKnownUntilItIsWholeOrDropped() {
    text(utf8("abc"), false);
    assertThat(assembler.unfinished()).isEqualTo(3);
    more(utf8("d"), true);
    assertThat(assembler.unfinished()).isZero();
    text(utf8("e"), false);
    assembler.drop();
    assertThat(assembler.unfinished()).isZero();
    more(utf8("f"), true);
    assertThat(messages).containsExactly("abcd");
  }

  @Test
  void aFrameWeighsWhatItsMessageMayBecomeOnceItIsWhole() {
    byte[] ten = new byte[10];
    assertThat(assembler.weight(new Frame(FrameType.TEXT, true, false, ten))).isEqualTo(10);
    assertThat(assembler.weight(new Frame(FrameType.TEXT, true, true, ten))).isEqualTo(10_320);
    Frame begun = new Frame(FrameType.TEXT, false, true, ten);
    assertThat(assembler.weight(begun)).isEqualTo(10);
    assembler.frame(begun);
    assertThat(assembler.weight(new Frame(FrameType.CONTINUATION, true, false, ten)))
        .isEqualTo(20_640);
  }

  @Test
  void textThatIsNotUtf8IsRefusedWholeOrInFragments() {
    byte[] cut = {(byte) 0xC3};
    text(cut, true);
    text(cut, false);
    more(utf8("x"), true);
    assertThat(refusals).containsExactly(CloseCode.INVALID_PAYLOAD, CloseCode.INVALID_PAYLOAD);
    assertThat(messages).isEmpty();
  }

  @Test
  void binaryMessagesAreRefusedAndTheirFragmentsIgnored() {
    assembler.frame(new Frame(FrameType.BINARY, false, false, utf8("x")));
    more(utf8("y"), true);
    assertThat(refusals).containsExactly(CloseCode.UNSUPPORTED_DATA);
    assertThat(messages).isEmpty();
  }
}
