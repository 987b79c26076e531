/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * The payload of a frame that had RSV1 set, which says so by its class: a frame of Vert.x has no
 * such bits. So a message is inflated when its session takes it and not before, and a session that
 * waits holds what was sent to it, not what that would grow to.
 */
final class CompressedPayload extends UnpooledHeapByteBuf {

  /** Takes a copy. */
  CompressedPayload(ByteBuf payload) {
    super(UnpooledByteBufAllocator.DEFAULT, ByteBufUtil.getBytes(payload), payload.readableBytes());
  }
}
