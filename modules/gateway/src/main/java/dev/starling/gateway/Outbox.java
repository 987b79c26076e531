/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.CloseCode;
import io.vertx.core.http.ServerWebSocket;

/**
 * What waits to leave through one socket, within bounds: outcomes are left out while the peer does
 * not read, replies close the socket when too many of them wait. The socket's own loop only: from
 * another thread Vert.x counts 16 messages, not bytes, before it calls the queue full.
 */
final class Outbox {
  /** A peer that does not read never answers a close; then the connection is cut. */
  private static final long FAREWELL_MILLIS = 5_000;

  private final ServerWebSocket socket;
  private final int controlQueue;
  private final GatewayMetrics metrics;
  private final Loop loop;
  private final Runnable closingBegins;
  private int controlBytesWhileFull;
  private long lostSince;
  private boolean closing;

  /**
   * The outbox of {@code socket}.
   *
   * @param config says how many bytes may wait
   * @param loop the socket's own
   * @param closingBegins called once, when the socket begins to be closed from this side
   */
  Outbox(
      ServerWebSocket socket,
      GatewayConfig config,
      GatewayMetrics metrics,
      Loop loop,
      Runnable closingBegins) {
    this.socket = socket;
    this.loop = loop;
    this.controlQueue = config.controlQueue();
    this.metrics = metrics;
    this.closingBegins = closingBegins;
    socket.setWriteQueueMaxSize(config.outcomeQueue());
  }

  boolean isClosing() {
    return closing;
  }

  /** Writes a reply; too many unread ones close the socket. */
  void reply(byte[] text) {
    if (closing || socket.isClosed()) {
      return;
    }
    if (!socket.writeQueueFull()) {
      controlBytesWhileFull = 0;
    } else {
      controlBytesWhileFull += text.length;
      if (controlBytesWhileFull > controlQueue) {
        metrics.dropped("control-queue");
        close(CloseCode.POLICY);
        return;
      }
    }
    write(text);
  }

  /** Writes an outcome; false if the peer reads too slowly and it was left out. */
  boolean outcome(byte[] text, long nowMillis) {
    if (closing || socket.isClosed()) {
      metrics.dropped("closing");
      return false;
    }
    if (socket.writeQueueFull()) {
      metrics.dropped("slow-reader");
      lostSince = lostSince == 0 ? nowMillis : lostSince;
      return false;
    }
    write(text);
    return true;
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
    if (!closing) {
      closing = true;
      metrics.closed(code);
      socket.close(code.code(), code.reason());
      loop.context().owner().setTimer(FAREWELL_MILLIS, timer -> cut());
      closingBegins.run();
    }
  }

  private void cut() {
    VertxInternals.cut(socket);
  }

  private void write(byte[] text) {
    socket.writeFrame(VertxInternals.textFrame(text, true));
  }
}
