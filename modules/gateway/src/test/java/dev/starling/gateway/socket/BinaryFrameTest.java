/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryFrameTest {
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 1_114_078})
  void aFrameMadeInPlaceIsTheOneThatIsCopied(int length) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (31 * i);
    }
    ByteBuf copied = FrameWriter.frame(memory, FrameReader.FIN | FrameType.BINARY.code(), payload);
    ByteBuf made = BinaryFrame.begin(memory, length);
    BinaryFrame.payload(made, length).put(payload);
    assertThat(BinaryFrame.end(made, length)).isEqualTo(copied);
    assertThat(made.isDirect()).isTrue();
    copied.release();
    made.release();
    assertThat(memory.metric().usedDirectMemory()).isZero();
  }
}
