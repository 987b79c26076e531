/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.socket.Socket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Context;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;

/**
 * What the gateway needs of Vert.x and Vert.x does not promise: the one place to mend when an
 * upgrade moves it.
 */
final class VertxInternals {
  /** The handler that makes requests of bytes; it hands on what it holds when it leaves. */
  static final String DECODER = "httpDecoder";

  private VertxInternals() {}

  /** What the buffers of this process's connections are taken from, by what it is called. */
  static Map<String, ByteBufAllocatorMetric> allocators() {
    var pooled = (ByteBufAllocatorMetricProvider) VertxByteBufAllocator.POOLED_ALLOCATOR;
    return Map.of("pooled", pooled.metric(), "unpooled", UnpooledByteBufAllocator.DEFAULT.metric());
  }

  /** What the memory of frames is taken from that leave through many connections. */
  static ByteBufAllocator pooled() {
    return VertxByteBufAllocator.POOLED_ALLOCATOR;
  }

  /** The Netty handlers under an HTTP connection. */
  static ChannelPipeline pipeline(HttpConnection connection) {
    return ((ConnectionBase) connection).channel().pipeline();
  }

  /** Runs {@code ended} once, when a connection has ended, whatever it had become meanwhile. */
  static void onEnd(HttpConnection connection, Runnable ended) {
    ChannelFuture _ = pipeline(connection).channel().closeFuture().addListener(end -> ended.run());
  }

  /**
   * Ends a connection at once, on its event loop: what waits for the peer to read is lost, while
   * Vert.x's own way to close would wait for it.
   */
  static void cutOff(HttpConnection connection) {
    ChannelFuture _ = pipeline(connection).firstContext().close();
  }

  /**
   * Makes a socket of a connection whose request has come whole, on its event loop. Of the handlers
   * of HTTP none stays, and nothing that they keep: an idle socket costs a third of what Vert.x's
   * own does. The server still closes the connection when it is closed itself.
   *
   * @param answer to the handshake
   * @param opened called before anything that came behind the request is read
   */
  static void takeOver(HttpConnection connection, Socket socket, ByteBuf answer, Runnable opened) {
    ChannelPipeline pipeline = pipeline(connection);
    pipeline.addLast("socket", socket);
    pipeline
        .toMap()
        .forEach((name, handler) -> {
          if (!name.equals(DECODER) && handler != socket && !(handler instanceof SslHandler)) {
            pipeline.remove(name);
          }
        });
    pipeline.channel().config().setAutoRead(true);
    socket.raw(answer);
    opened.run();
    ChannelHandler _ = pipeline.remove(DECODER);
  }

  /** Whether the calling thread is the one that {@code context} runs on. */
  static boolean isOn(Context context) {
    return ((ContextInternal) context).nettyEventLoop().inEventLoop();
  }

  /** Runs a task at once, on the calling thread, which must be the context's, as the context's. */
  static void dispatch(Context context, Runnable task) {
    ((ContextInternal) context).dispatch(task);
  }
}
