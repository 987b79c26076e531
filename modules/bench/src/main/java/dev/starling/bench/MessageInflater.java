/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The receiving half of permessage-deflate (RFC 7692). One per connection, one thread. */
final class MessageInflater implements AutoCloseable {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final Inflater inflater = new Inflater(true);
  private final boolean fresh;
  private byte[] out = new byte[8192];

  /** {@code noContextTakeover}: the server starts every message with an empty window. */
  MessageInflater(boolean noContextTakeover) {
    this.fresh = noContextTakeover;
  }

  /** The plain bytes of one message, valid until the next call. */
  ByteBuffer inflate(ByteBuffer compressed) {
    int length = inflate(compressed, 0);
    length = inflate(ByteBuffer.wrap(TAIL), length);
    if (fresh) {
      inflater.reset();
    }
    return ByteBuffer.wrap(out, 0, length);
  }

  private int inflate(ByteBuffer input, int from) {
    int length = from;
    inflater.setInput(input);
    try {
      while (true) {
        int more = inflater.inflate(out, length, out.length - length);
        length += more;
        if (length == out.length) {
          out = Arrays.copyOf(out, 2 * out.length);
        } else if (more == 0 || inflater.needsInput()) {
          return length;
        }
      }
    } catch (DataFormatException e) {
      throw new WsProtocolException("a message that does not inflate: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    inflater.close();
  }
}
