/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.gateway.socket.Socket;
import dev.starling.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What waits to leave through one socket, within bounds: outcomes are left out while the peer does
 * not read, replies close the socket when too many of them wait. The socket's own loop only, but
 * for {@link #room}.
 */
final class Outbox {
  /** How long a peer may take to read up to the close; then the connection is cut. */
  static final Duration FAREWELL = Duration.ofSeconds(5);

  private final Socket socket;
  private final int controlQueue;
  private final int outcomeQueue;
  private final GatewayMetrics metrics;
  private final Loop loop;
  private final Duration farewell;
  private final Consumer<CloseCode> closingBegins;
  private final Compression compression;
  private int controlBytesWhileFull;
  private long lostSince;
  private volatile boolean closing;

  /**
   * The outbox of {@code socket}.
   *
   * @param limits say how many bytes may wait
   * @param loop the socket's own
   * @param farewell usually {@link #FAREWELL}
   * @param closingBegins called once, when the socket begins to be closed from this side, with the
   *     code
   * @param compression as the client asked; deflate only where it was negotiated too
   */
  Outbox(
      Socket socket,
      EndpointLimits limits,
      GatewayMetrics metrics,
      Loop loop,
      Duration farewell,
      Consumer<CloseCode> closingBegins,
      Compression compression) {
    this.socket = socket;
    this.loop = loop;
    this.farewell = farewell;
    this.controlQueue = limits.controlQueue();
    this.metrics = metrics;
    this.closingBegins = closingBegins;
    boolean isOffered = compression != Compression.DEFLATE || socket.isDeflate();
    this.compression = isOffered ? compression : Compression.NONE;
    this.outcomeQueue = limits.outcomeQueue();
    bound(0);
  }

  /** Whether the socket began to be closed from this side; from any thread. */
  boolean isClosing() {
    return closing;
  }

  /** Writes a reply to this session alone. */
  void reply(byte[] text) {
    reply(new PreparedText(text));
  }

  /** Writes a reply or an event; too many unread ones close the socket. */
  void reply(PreparedText text) {
    if (closing || socket.isClosed()) {
      return;
    }
    if (!socket.isFull()) {
      controlBytesWhileFull = 0;
    } else {
      controlBytesWhileFull += text.utf8().length;
      if (controlBytesWhileFull > controlQueue) {
        metrics.dropped("control-queue");
        close(CloseCode.POLICY);
        return;
      }
    }
    ChannelFuture _ = write(text);
  }

  /** Writes an outcome to this session alone. */
  boolean outcome(byte[] text, long nowMillis) {
    return outcome(new PreparedText(text), nowMillis);
  }

  /**
   * Writes an outcome; false if the peer reads too slowly, or the socket closes, and it was left
   * out. One that still waits when the connection ends is counted as dropped too.
   */
  boolean outcome(PreparedText text, long nowMillis) {
    if (closing || socket.isClosed()) {
      metrics.dropped("closing");
      return false;
    }
    if (socket.isFull()) {
      metrics.dropped("slow-reader");
      leftOut(nowMillis);
      return false;
    }
    ChannelFuture _ = write(text).addListener(metrics.unsent());
    return true;
  }

  /** Takes note that outcomes are left out. */
  void leftOut(long sinceMillis) {
    lostSince = lostSince == 0 ? sinceMillis : Math.min(lostSince, sinceMillis);
  }

  /**
   * Writes a position frame, and releases it. It does not count with what waits for a slow reader,
   * of which it would be too much by itself.
   *
   * @param left is run once it has left, or never will
   * @return false where the socket closes
   */
  boolean frame(ByteBuf frame, Runnable left) {
    if (closing || socket.isClosed()) {
      frame.release();
      return false;
    }
    bound(frame.readableBytes());
    ChannelFuture _ = socket.frame(frame).addListener(written -> later(left));
    return true;
  }

  /** The channel counts a frame as gone only after it has said so. */
  private void later(Runnable left) {
    loop.context()
        .runOnContext(task -> {
          bound(0);
          left.run();
        });
  }

  /** Counts more than the outcomes' queue as too much, beside {@code frame} bytes. */
  private void bound(int frame) {
    int most = (int) Math.min(Integer.MAX_VALUE, (long) outcomeQueue + frame);
    socket.bound(new WriteBufferWaterMark(most - outcomeQueue / 2, most));
  }

  /** Bytes that may still be written until outcomes are left out; from any thread. */
  long room() {
    return socket.room();
  }

  /** Whether outcomes are left out now, which ends in a drain, or the socket is closed. */
  boolean isFull() {
    return closing || socket.isClosed() || socket.isFull();
  }

  /**
   * Since when outcomes were left out; asks only once for each time.
   *
   * @return milliseconds since 1970, 0 for none
   */
  long takeLostSince() {
    long since = lostSince;
    lostSince = 0;
    return since;
  }

  void close(CloseCode code) {
    close(code, code.reason());
  }

  /** Closes the socket and says why in these words, once only. */
  void close(CloseCode code, String reason) {
    if (!closing) {
      closing = true;
      metrics.closed(code);
      loop.context().owner().setTimer(farewell.toMillis(), timer -> socket.cut());
      socket.close(code, reason);
      closingBegins.accept(code);
    }
  }

  private ChannelFuture write(PreparedText text) {
    if (compression == Compression.NONE || !text.isLong()) {
      return plain(text.utf8());
    }
    byte[] body = compression == Compression.ZLIB ? text.zlib() : text.permessage();
    if (compression == Compression.ZLIB) {
      metrics.deflated(text.utf8().length, body.length);
      return socket.binary(body);
    }
    if (body.length >= text.utf8().length) {
      return plain(text.utf8());
    }
    metrics.deflated(text.utf8().length, body.length);
    return socket.compressedText(body);
  }

  private ChannelFuture plain(byte[] utf8) {
    return socket.text(utf8);
  }
}
