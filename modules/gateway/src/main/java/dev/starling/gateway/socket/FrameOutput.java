/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.ClosedChannelException;

/**
 * What leaves through a socket. What one turn of the event loop writes leaves in one system call.
 * The channel's event loop only, but for {@link #room}.
 */
abstract class FrameOutput extends ChannelDuplexHandler implements Runnable {
  /** Frames after which a turn's writes leave although the turn goes on. */
  private static final int MOST_UNFLUSHED = 256;

  private static final byte[] NOTHING = {};

  @SuppressWarnings("NullAway.Init") // Set when the handler enters its pipeline.
  private ChannelHandlerContext context;

  private int unflushed;
  private boolean reading;
  private boolean flushing;
  private boolean ended;

  /** The handler's place in its pipeline. */
  final ChannelHandlerContext context() {
    return context;
  }

  /** Whether the frame was written behind which nothing else may leave. */
  final boolean isEnded() {
    return ended;
  }

  /** Takes note that this frame was written. */
  final void ended() {
    ended = true;
  }

  /** What is written leaves when the channel has been read. */
  final void hold() {
    reading = true;
  }

  /** Counts more than so many waiting bytes as too much. */
  public void bound(WriteBufferWaterMark mark) {
    channel().config().setWriteBufferWaterMark(mark);
  }

  /** The connection. */
  public Channel channel() {
    return context.channel();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext channel) {
    reading = false;
    run();
  }

  /** Sends what was written; called by the event loop when it has done the rest of its turn. */
  @Override
  public void run() {
    flushing = false;
    flush();
  }

  private void flush() {
    if (unflushed > 0) {
      unflushed = 0;
      context.flush();
    }
  }

  /** Whether too much waits to leave. */
  public boolean isFull() {
    return !channel().isWritable();
  }

  /** Bytes that may still be written until too much waits; from any thread. */
  public long room() {
    return channel().bytesBeforeUnwritable();
  }

  /** Writes bytes that are no frame: the answer to the handshake. */
  public void raw(ByteBuf bytes) {
    ChannelFuture _ = context.write(bytes);
    written();
  }

  /** Writes a text message. */
  public ChannelFuture text(byte[] utf8) {
    return write(FrameType.TEXT, utf8);
  }

  /** Writes a text message that permessage-deflate has compressed. */
  public ChannelFuture compressedText(byte[] payload) {
    return write(FrameReader.RSV1 | FrameType.TEXT.code(), payload);
  }

  /** Writes a binary message. */
  public ChannelFuture binary(byte[] bytes) {
    return write(FrameType.BINARY, bytes);
  }

  /** Writes a frame that has its header already, and releases it. */
  public ChannelFuture frame(ByteBuf frame) {
    if (ended) {
      frame.release();
      return context.newFailedFuture(new ClosedChannelException());
    }
    ChannelFuture left = context.write(frame);
    written();
    return left;
  }

  /** Asks the peer for a sign of life. */
  public void ping() {
    if (!isFull()) {
      ChannelFuture _ = write(FrameType.PING, NOTHING);
    }
  }

  final ChannelFuture write(FrameType type, byte[] payload) {
    return write(type.code(), payload);
  }

  final ChannelFuture write(int first, byte[] payload) {
    if (ended) {
      return context.newFailedFuture(new ClosedChannelException());
    }
    ChannelFuture left =
        context.write(FrameWriter.frame(context.alloc(), FrameReader.FIN | first, payload));
    written();
    return left;
  }

  private void written() {
    if (++unflushed >= MOST_UNFLUSHED) {
      flush();
    } else if (!reading && !flushing) {
      flushing = true;
      channel().eventLoop().execute(this);
    }
  }

  /** Ends the connection at once. */
  public void cut() {
    ChannelFuture _ = context.close();
  }
}
