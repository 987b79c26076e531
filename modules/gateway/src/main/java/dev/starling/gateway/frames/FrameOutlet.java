/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.RefusalException;
import io.netty.buffer.ByteBuf;

/** Where one client's frames leave. Its event loop only. */
public interface FrameOutlet {
  /**
   * Writes a frame that has its header, and releases it.
   *
   * @param left is run, on the event loop, once all of it has left, or never will
   * @return false where the client gets no more
   */
  boolean frame(ByteBuf frame, Runnable left);

  /** A fault of ours kept a frame from being written; nobody else is to notice. */
  void failed(Throwable fault);

  /** Tells the client something that answers no message of its. */
  void tell(RefusalException notice);
}
