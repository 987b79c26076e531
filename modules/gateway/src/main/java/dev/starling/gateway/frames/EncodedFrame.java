/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A frame with its header, in the bytes that go on the wire to all who see it alike. Counted as the
 * buffers are: whoever hands it on retains it, whoever is done releases it.
 *
 * @param whole for who has nothing before it; null where nobody lacks that
 * @param delta for who has the frame before; null where there is none, or nobody has that
 * @param stream number of what it is one of; 0 for a frame that stands for itself
 * @param sequence its number in the stream
 * @param isPartial whether nodes are left out because their ids do not fit
 */
record EncodedFrame(
    int protocol,
    @Nullable ByteBuf whole,
    @Nullable ByteBuf delta,
    long stream,
    int sequence,
    boolean isPartial) {

  EncodedFrame retain() {
    if (whole != null) {
      whole.retain();
    }
    if (delta != null) {
      delta.retain();
    }
    return this;
  }

  void release() {
    if (whole != null) {
      whole.release();
    }
    if (delta != null) {
      delta.release();
    }
  }

  /** The bytes for who was sent frame {@code last} of {@code its}; null where there are none. */
  @Nullable ByteBuf after(long its, int last) {
    boolean hasBefore = stream != 0 && its == stream && last == sequence - 1;
    return hasBefore && delta != null ? delta : whole;
  }
}
