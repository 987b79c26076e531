/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;

/**
 * What the gateway needs of Vert.x and Vert.x does not promise: the one place to mend when an
 * upgrade moves it.
 */
final class VertxInternals {
  private VertxInternals() {}

  /**
   * A text frame of UTF-8 bytes; the promised way decodes them to a string and encodes it again.
   */
  static WebSocketFrame textFrame(byte[] utf8, boolean last) {
    return new WebSocketFrameImpl(WebSocketFrameType.TEXT, utf8, last);
  }

  /** A binary frame of bytes that are not copied. */
  static WebSocketFrame binaryFrame(byte[] bytes) {
    return new WebSocketFrameImpl(WebSocketFrameType.BINARY, bytes, true);
  }

  /**
   * Writes a text message that is compressed already, in its turn with all other frames of the
   * socket; there is no promised way to set RSV1.
   */
  static Future<Void> writeCompressed(ServerWebSocket socket, byte[] payload) {
    VertxHandler<?> handler =
        (VertxHandler<?>) ((WebSocketInternal) socket).channelHandlerContext().handler();
    VertxConnection connection = handler.getConnection();
    Promise<Void> written = connection.context().promise();
    connection.writeToChannel(
        new TextWebSocketFrame(true, FrameCheck.RSV1, Unpooled.wrappedBuffer(payload)), written);
    return written.future();
  }

  /** Whether permessage-deflate is in use on a socket. */
  static boolean isDeflate(ServerWebSocket socket) {
    FrameCheck check =
        ((WebSocketInternal) socket).channelHandlerContext().pipeline().get(FrameCheck.class);
    return check != null && check.isDeflate();
  }

  /** Whether a frame's payload came compressed, and its message with it. */
  static boolean isCompressed(WebSocketFrame frame) {
    return ((WebSocketFrameImpl) frame).getBinaryData().unwrap() instanceof CompressedPayload;
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
   * Cuts a connection at once. The promised ways first say goodbye and wait for what is queued to
   * leave, which it never does where the peer does not read.
   */
  static void cut(ServerWebSocket socket) {
    ChannelFuture _ = ((WebSocketInternal) socket).channelHandlerContext().close();
  }

  /**
   * Bytes that may still be written until the socket's queue is full, 0 while it is; from any
   * thread, on which the promised way counts something else.
   */
  static long room(ServerWebSocket socket) {
    return ((WebSocketInternal) socket).channelHandlerContext().channel().bytesBeforeUnwritable();
  }

  /** Whether the calling thread is the one that {@code context} runs on. */
  static boolean isOn(Context context) {
    return ((ContextInternal) context).nettyEventLoop().inEventLoop();
  }
}
