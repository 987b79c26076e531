/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands behind a socket's frame decoder: marks what is compressed and refuses reserved bits that
 * mean nothing (RFC 6455, 5.2; RFC 7692, 6.2). A peer that breaks the protocol hears why: what else
 * it sends is read and thrown away until the close has had its time, since a connection that is
 * closed with data unread is reset, and takes the close frame with it. The socket's loop only.
 */
final class FrameCheck extends ChannelDuplexHandler {
  /** RSV1 as Netty counts the bits. */
  static final int RSV1 = 4;

  private static final String DECODER = "wsdecoder";

  private final boolean deflate;
  private boolean reporting;

  /** {@code deflate}: permessage-deflate is in use. */
  FrameCheck(boolean deflate) {
    this.deflate = deflate;
  }

  /** Whether permessage-deflate is in use. */
  boolean isDeflate() {
    return deflate;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof WebSocketFrame frame && frame.rsv() != 0) {
      reserved(context, frame);
    } else {
      context.fireChannelRead(message);
    }
  }

  private void reserved(ChannelHandlerContext context, WebSocketFrame frame) {
    ByteBuf payload = frame.content();
    boolean isFinal = frame.isFinalFragment();
    try {
      if (!deflate || frame.rsv() != RSV1) {
        refuse(context, "reserved bits that were not negotiated: " + frame.rsv());
      } else if (frame instanceof TextWebSocketFrame) {
        context.fireChannelRead(new TextWebSocketFrame(isFinal, 0, new CompressedPayload(payload)));
      } else if (frame instanceof BinaryWebSocketFrame) {
        context.fireChannelRead(
            new BinaryWebSocketFrame(isFinal, 0, new CompressedPayload(payload)));
      } else {
        refuse(context, "RSV1 on a frame that begins no message");
      }
    } finally {
      payload.release();
    }
  }

  private void refuse(ChannelHandlerContext context, String why) {
    exceptionCaught(
        context, new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, why));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    if (!(failure instanceof CorruptedWebSocketFrameException)) {
      context.fireExceptionCaught(failure);
      return;
    }
    if (context.pipeline().get(DECODER) != null) {
      context.pipeline().replace(DECODER, "discarding", new Discarding());
    }
    reporting = true;
    context.fireExceptionCaught(failure);
    reporting = false;
  }

  /** Vert.x tells the session and closes in the same call; the session's own close takes longer. */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (reporting) {
      ChannelPromise _ = promise.setFailure(new IllegalStateException("the session closes it"));
    } else {
      ChannelFuture _ = context.close(promise);
    }
  }

  private static final class Discarding extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
