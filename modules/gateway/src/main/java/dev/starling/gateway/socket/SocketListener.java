/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

/** What hears from a socket, on its event loop. */
public interface SocketListener {
  /** Bytes have come, of a frame that may not be whole yet. */
  void received();

  /** Bytes of payload that the next frame may hold. */
  int mostPayload();

  /** Bytes that hearing a frame of a message may cost at most, once inflated. */
  long weight(Frame frame);

  /**
   * A frame of any type; pings and closes are answered already. A fault of the listener's own is
   * its own to handle.
   *
   * @return bytes that hearing it did cost
   */
  int frame(Frame frame);

  /** Bytes kept of a message that has begun. */
  long unfinished();

  /**
   * The unfinished messages of all sockets take too much, and this one has been coming longest: it
   * is to be let go, and the socket closed. What else the peer sends is thrown away.
   */
  void evicted();

  /** A message came whole and is not heard, because its socket closes. */
  void unread();

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
