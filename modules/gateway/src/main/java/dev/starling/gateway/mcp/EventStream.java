/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages as server-sent events in one HTTP answer. A client that does not read as fast as they
 * come is cut off: it can ask anew for all that it was to be told. Thread-safe; writes on the
 * request's own loop.
 */
public final class EventStream {
  /** Bytes that wait for the loop or the socket at most. */
  private static final int MOST_WAITING = 1 << 20;

  private final HttpServerResponse response;
  private final Context context;
  private final Runnable cutOff;
  private final AtomicLong waiting = new AtomicLong();
  private boolean isCutOff;

  /**
   * Makes an answer a stream; on the request's loop.
   *
   * @param cutOff ends the connection of a client that does not read; called once, on that loop
   */
  public EventStream(HttpServerResponse response, Context context, Runnable cutOff) {
    this.response = response;
    this.context = context;
    this.cutOff = cutOff;
    response
        .setChunked(true)
        .putHeader("content-type", "text/event-stream")
        .putHeader("cache-control", "no-store")
        .putHeader("x-accel-buffering", "no")
        .setWriteQueueMaxSize(MOST_WAITING);
    response.writeHead();
  }

  /** Sends a message. */
  public void send(JsonObject message) {
    write("event: message\ndata: " + message.encode() + "\n\n");
  }

  /** Sends what no client takes for a message, so that the connection does not look dead. */
  public void ping() {
    write(": \n\n");
  }

  private void write(String event) {
    Buffer bytes = Buffer.buffer(event);
    int length = bytes.length();
    boolean isFull = waiting.addAndGet(length) > Math.max(MOST_WAITING, length);
    context.runOnContext(ignored -> {
      waiting.addAndGet(-length);
      if (isCutOff || response.ended() || response.closed()) {
        return;
      }
      if (isFull || response.writeQueueFull()) {
        isCutOff = true;
        cutOff.run();
      } else {
        response.write(bytes);
      }
    });
  }

  /** Ends the answer behind what was sent. */
  public void end() {
    context.runOnContext(ignored -> {
      if (!isCutOff && !response.ended() && !response.closed()) {
        response.end();
      }
    });
  }
}
