/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections whose request does not come in whole in time: one that trickles is never idle,
 * and would hold its connection and what it has sent for as long as it likes. A large document on a
 * thin link has the same time again for as long as enough of it comes each time. A wait between two
 * requests does not count. On the connection's event loop.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
  /** Bytes a second; whoever sends as much does not trickle. */
  static final long LEAST_RATE = 8 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(RequestDeadline.class);
  private static final String NAME = "requestDeadline";
  private static final String END_NAME = "requestEnd";

  private final Duration most;
  private final Runnable late;
  private final long enough;
  private long came;
  private @Nullable Future<?> deadline;

  private RequestDeadline(Duration most, Runnable late) {
    this.most = most;
    this.late = late;
    this.enough = LEAST_RATE * most.toMillis() / 1_000;
  }

  /**
   * Watches a connection.
   *
   * @param late hears where it is ended
   */
  static void install(HttpConnection connection, Duration most, Runnable late) {
    install(VertxInternals.pipeline(connection), most, late);
  }

  static void install(ChannelPipeline pipeline, Duration most, Runnable late) {
    if (pipeline.get(VertxInternals.DECODER) != null && pipeline.get(NAME) == null) {
      RequestDeadline watch = new RequestDeadline(most, late);
      pipeline.addBefore(VertxInternals.DECODER, NAME, watch);
      pipeline.addAfter(VertxInternals.DECODER, END_NAME, watch.end());
    }
  }

  private ChannelHandler end() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent) {
          stop();
        }
        context.fireChannelRead(message);
      }
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (deadline == null) {
      begin(context);
    }
    if (bytes instanceof ByteBuf some) {
      came += some.readableBytes();
    }
    context.fireChannelRead(bytes);
  }

  private void begin(ChannelHandlerContext context) {
    came = 0;
    deadline =
        context.executor().schedule(() -> expire(context), most.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void expire(ChannelHandlerContext context) {
    if (came >= enough) {
      begin(context);
      return;
    }
    LOG.debug("{}: no whole request within {}", context.channel().remoteAddress(), most);
    late.run();
    ChannelFuture _ = context.close();
  }

  private void stop() {
    Future<?> running = deadline;
    deadline = null;
    if (running != null) {
      running.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop();
  }
}
