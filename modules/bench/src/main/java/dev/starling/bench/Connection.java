/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One agent's socket while load runs. The generator's thread only. */
final class Connection {
  private final int agent;
  private final Connector.Connected connected;
  private final OutcomeFrame frame;
  private final SelectionKey key;

  /**
   * Outcomes that wait for their acknowledgement, oldest first: acknowledgements come in emit
   * order.
   */
  private final IntQueue unanswered = new IntQueue();

  private ByteBuffer pending = ByteBuffer.allocate(0);
  private boolean writing;

  Connection(int agent, Connector.Connected connected, OutcomeFrame frame, Selector selector)
      throws IOException {
    this.agent = agent;
    this.connected = connected;
    this.frame = frame;
    this.key = connected.channel().register(selector, SelectionKey.OP_READ, this);
  }

  int agent() {
    return agent;
  }

  SocketChannel channel() {
    return connected.channel();
  }

  FrameReader reader() {
    return connected.reader();
  }

  Connector.Connected connected() {
    return connected;
  }

  IntQueue unanswered() {
    return unanswered;
  }

  boolean open() {
    return key.isValid();
  }

  /** Sends this agent's outcome; what the socket does not take now follows when it can. */
  void emit(int sequence, long time) throws IOException {
    unanswered.add(sequence);
    send(frame.with(sequence, time));
  }

  void send(ByteBuffer bytes) throws IOException {
    if (!writing) {
      channel().write(bytes);
      if (!bytes.hasRemaining()) {
        return;
      }
      writing = true;
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
    append(bytes);
  }

  /** Goes on with what the socket did not take before. */
  void flush() throws IOException {
    pending.flip();
    channel().write(pending);
    pending.compact();
    if (pending.position() == 0) {
      writing = false;
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /** Says goodbye as far as the socket takes it, and closes. */
  void close() {
    try {
      if (key.isValid() && !writing) {
        byte[] normal = {3, (byte) 232};
        channel().write(WsFrames.masked(WsFrames.FIN | WsFrames.CLOSE, normal, WsFrames.newKey()));
      }
    } catch (IOException e) {
      // The server was first: nothing is left to say.
    }
    abandon();
  }

  /** Closes without a word. */
  void abandon() {
    key.cancel();
    try {
      channel().close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }

  private void append(ByteBuffer bytes) {
    if (pending.remaining() < bytes.remaining()) {
      int needed = pending.position() + bytes.remaining();
      pending = ByteBuffer.allocate(Math.max(needed, 2 * pending.capacity())).put(pending.flip());
    }
    pending.put(bytes);
  }
}
