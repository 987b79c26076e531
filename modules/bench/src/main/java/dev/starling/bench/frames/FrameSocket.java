/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client (RFC 6455) that costs next to nothing beside what it reads: it looks at the
 * header of each message and skips or copies the rest. One thread reads.
 */
final class FrameSocket implements AutoCloseable {
  private static final int BUFFER = 1 << 18;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int KEY = 4;
  private static final int LONGEST_HEAD = 8_192;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();

  private FrameSocket(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects to {@code ws://host:port/path?query}. */
  static FrameSocket connect(URI to) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(new InetSocketAddress(to.getHost(), to.getPort()));
      FrameSocket socket = new FrameSocket(channel);
      socket.upgrade(to);
      return socket;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void upgrade(URI to) throws IOException {
    String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
    String request =
        String.join(
            "\r\n",
            "GET " + to.getRawPath() + query + " HTTP/1.1",
            "Host: " + to.getAuthority(),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");
    write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      require(1);
      head.append((char) in.get());
      if (head.length() > LONGEST_HEAD) {
        throw new IOException("an endless answer to the upgrade");
      }
    }
    if (!head.toString().startsWith("HTTP/1.1 101")) {
      throw new IOException("refused: " + head.substring(0, head.indexOf("\r\n")));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Has at least so many bytes in the buffer. */
  private void require(int bytes) throws IOException {
    if (in.remaining() >= bytes) {
      return;
    }
    in.compact();
    try {
      while (in.position() < bytes) {
        if (channel.read(in) < 0) {
          throw new EOFException("the server closed the connection");
        }
      }
    } finally {
      in.flip();
    }
  }

  /**
   * Reads on to the end of the next binary message; pings are answered, texts skipped.
   *
   * @param into takes the payload; null skips it
   * @return bytes of the payload
   */
  int next(@Nullable ByteBuffer into) throws IOException {
    while (true) {
      require(2);
      int first = in.get() & 0xff;
      int length = length(in.get() & 0x7f);
      if ((first & FIN) == 0) {
        throw new IOException("a frame in fragments, which the server never sends");
      }
      switch (first & 0xf) {
        case BINARY -> {
          payload(length, into);
          return length;
        }
        case PING -> pong(length);
        case CLOSE -> throw new EOFException("the server closed the session");
        default -> payload(length, null);
      }
    }
  }

  private int length(int coded) throws IOException {
    if (coded < 126) {
      return coded;
    }
    require(coded == 126 ? Short.BYTES : Long.BYTES);
    return coded == 126 ? in.getShort() & 0xffff : Math.toIntExact(in.getLong());
  }

  private void payload(int length, @Nullable ByteBuffer into) throws IOException {
    int rest = length;
    while (rest > 0) {
      require(1);
      int part = Math.min(rest, in.remaining());
      if (into != null) {
        into.put(in.slice(in.position(), part));
      }
      in.position(in.position() + part);
      rest -= part;
    }
  }

  private void pong(int length) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(length);
    payload(length, body);
    ByteBuffer frame = ByteBuffer.allocate(2 + KEY + length);
    // A key of zeros masks nothing.
    frame.put((byte) (FIN | PONG)).put((byte) (MASKED | length)).putInt(0).put(body.flip()).flip();
    write(frame);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
