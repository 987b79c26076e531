/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

/** What hears from a socket, on its event loop. */
public interface SocketListener {
  /** A frame of any type; pings and closes are answered already. */
  void frame(Frame frame);

  /** What waited to leave has left for the greater part, after it had been too much. */
  void drained();

  /**
   * The connection failed. After a {@link FrameException} it is still open, so that the peer can
   * hear why; what else it sends is thrown away.
   */
  void failed(Throwable failure);

  /** The connection has ended; the last word. */
  void closed();
}
