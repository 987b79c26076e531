/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpConnection;

/**
 * Gathers what one turn of the event loop writes to a socket into one system call. Under load an
 * agent gets several outcomes a turn, and the calls are the dearest part of a delivery; when idle
 * the turn ends at once, so nothing waits.
 */
final class FlushGathering extends FlushConsolidationHandler {
  private static final String NAME = "flushGathering";

  private FlushGathering() {
    super(DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true);
  }

  static void install(HttpConnection connection) {
    ChannelPipeline pipeline = VertxInternals.pipeline(connection);
    if (pipeline.get(NAME) == null) {
      pipeline.addFirst(NAME, new FlushGathering());
    }
  }

  /**
   * Vert.x ends a connection over what cannot be decoded amid a read, when it has written why but
   * not flushed it.
   */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
    context.flush();
    super.close(context, promise);
  }
}
