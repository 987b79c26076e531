/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import dev.starling.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a WebSocket: the last handler of its channel, and after a handshake the only
 * one but TLS. What one turn of the event loop writes leaves in one system call. A peer that breaks
 * the protocol can still be told: what else it sends is read and thrown away, since a connection
 * that is closed with data unread is reset, and takes the close frame with it. The channel's event
 * loop only, but for {@link #room}.
 */
public final class Socket extends ChannelDuplexHandler implements Runnable {
  /** Frames after which a turn's writes leave although the turn goes on. */
  private static final int MOST_UNFLUSHED = 256;

  /** Frames, and bytes in them, that are read ahead while messages must wait. */
  private static final int MOST_WAITING = 16;

  private static final int ENOUGH_WAITING = 64 * 1024;

  /** RFC 6455, 7.4.1: the peer gave no code, and no close at all. */
  private static final int NORMAL = 1000;

  private static final int ABNORMAL = 1006;

  private static final byte[] NOTHING = {};

  private final SocketSettings settings;
  private final boolean deflate;

  @SuppressWarnings("NullAway.Init") // Set when the handler enters its pipeline.
  private ChannelHandlerContext context;

  private @Nullable SocketListener listener;
  private @Nullable ByteBuf received;
  private @Nullable Deque<Frame> waiting;
  private byte @Nullable [] unanswered;
  private @Nullable Future<?> closing;
  private int waitingBytes;
  private int unflushed;
  private int closeCode = ABNORMAL;
  private boolean amidMessage;
  private boolean reading;
  private boolean taking;
  private boolean flushing;
  private boolean paused;
  private boolean discarding;
  private boolean closeSent;
  private boolean closed;

  /** {@code deflate}: permessage-deflate was negotiated. */
  public Socket(SocketSettings settings, boolean deflate) {
    this.settings = settings;
    this.deflate = deflate;
  }

  /** Whether permessage-deflate was negotiated. */
  public boolean isDeflate() {
    return deflate;
  }

  /** Tells {@code mine} what happens from now on. */
  public void listen(SocketListener mine) {
    listener = mine;
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
  public void handlerRemoved(ChannelHandlerContext removed) {
    discard();
  }

  @Override
  public void channelRead(ChannelHandlerContext channel, Object message) {
    reading = true;
    if (discarding || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    received =
        received == null
            ? bytes
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), received, bytes);
    settings.dispatcher().execute(this::takeFrames);
    if (paused && isEnough()) {
      channel().config().setAutoRead(false);
    }
  }

  /** Not in itself: a listener that reads on while it takes a frame gets the next one after it. */
  private void takeFrames() {
    if (taking) {
      return;
    }
    taking = true;
    try {
      while (takeWaiting() || takeFrame()) {
        // One after the other.
      }
    } catch (FrameException e) {
      discarding = true;
      tell(e);
    } finally {
      taking = false;
      if (discarding || (received != null && !received.isReadable())) {
        discard();
      }
    }
  }

  private boolean takeWaiting() {
    Deque<Frame> ahead = waiting;
    if (paused || ahead == null) {
      return false;
    }
    Frame next = ahead.remove();
    waitingBytes -= next.payload().length;
    if (ahead.isEmpty()) {
      waiting = null;
    }
    heard(next);
    return true;
  }

  private boolean takeFrame() throws FrameException {
    ByteBuf in = received;
    if (in == null || discarding || (paused && isEnough())) {
      return false;
    }
    Frame frame = FrameReader.next(in, settings.mostPayload(), deflate, amidMessage);
    if (frame == null) {
      return false;
    }
    switch (frame.type()) {
      case TEXT, BINARY, CONTINUATION -> amidMessage = !frame.last();
      case PING -> answer(frame.payload());
      case CLOSE -> closeCame(frame.payload());
      case PONG -> {}
    }
    if (paused && !frame.type().isControl()) {
      keep(frame);
    } else {
      heard(frame);
    }
    return true;
  }

  /** A fault of ours ends this socket, whose peer hears so, and nobody else's. */
  private void heard(Frame frame) {
    if (listener == null) {
      return;
    }
    try {
      listener.frame(frame);
    } catch (RuntimeException e) {
      tell(e);
      close(CloseCode.INTERNAL);
    }
  }

  /** A pause is for messages: that the peer goes is learnt also while some of them wait. */
  private void keep(Frame frame) {
    if (waiting == null) {
      waiting = new ArrayDeque<>(MOST_WAITING);
    }
    waiting.add(frame);
    waitingBytes += frame.payload().length;
  }

  private boolean isEnough() {
    return waiting != null && (waiting.size() >= MOST_WAITING || waitingBytes >= ENOUGH_WAITING);
  }

  private void discard() {
    if (discarding) {
      waiting = null;
      waitingBytes = 0;
    }
    if (received != null) {
      received.release();
      received = null;
    }
  }

  /** Of the pings that come while a peer does not read, the latest is answered (5.5.3). */
  private void answer(byte[] ping) {
    if (channel().isWritable()) {
      ChannelFuture _ = write(FrameType.PONG, ping);
    } else {
      unanswered = ping;
    }
  }

  private void closeCame(byte[] payload) {
    closeCode = payload.length == 0 ? NORMAL : FrameReader.code(payload);
    closed = true;
    discarding = true;
    if (closeSent) {
      finish();
    } else {
      byte[] same = payload.length == 0 ? FrameWriter.close(NORMAL, "") : payload;
      ChannelFuture _ = write(FrameType.CLOSE, same).addListener(written -> finish());
      closeSent = true;
    }
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

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext channel) {
    if (channel().isWritable()) {
      settings.dispatcher().execute(this::drained);
    }
  }

  private void drained() {
    byte[] ping = unanswered;
    if (ping != null) {
      unanswered = null;
      ChannelFuture _ = write(FrameType.PONG, ping);
    }
    if (listener != null) {
      listener.drained();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext channel, Throwable failure) {
    settings.dispatcher().execute(() -> tell(failure));
    cut();
  }

  private void tell(Throwable failure) {
    if (listener != null) {
      listener.failed(failure);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext channel) {
    closed = true;
    discarding = true;
    discard();
    if (closing != null) {
      closing.cancel(false);
    }
    if (listener != null) {
      settings.dispatcher().execute(listener::closed);
    }
  }

  /**
   * Takes no further message until {@link #resume}. A few are read ahead, and control frames among
   * them are heard.
   */
  public void pause() {
    paused = !closeSent;
  }

  /** Reads on. */
  public void resume() {
    paused = false;
    channel().config().setAutoRead(true);
    takeFrames();
  }

  /** Whether the connection has ended, or the peer has said goodbye. */
  public boolean isClosed() {
    return closed;
  }

  /** The code that the peer closed with; 1006 where it closed without. */
  public int closeCode() {
    return closeCode;
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

  /** Asks the peer for a sign of life. */
  public void ping() {
    if (!isFull()) {
      ChannelFuture _ = write(FrameType.PING, NOTHING);
    }
  }

  private ChannelFuture write(FrameType type, byte[] payload) {
    return write(type.code(), payload);
  }

  private ChannelFuture write(int first, byte[] payload) {
    if (closeSent) {
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

  /**
   * Says why, waits for the peer's answer within its time, and closes the connection (7.1). Once
   * only.
   */
  public void close(CloseCode why) {
    if (closeSent) {
      return;
    }
    byte[] payload = FrameWriter.close(why.code(), why.reason());
    ChannelFuture _ = write(FrameType.CLOSE, payload).addListener(sent -> awaitClose());
    closeSent = true;
    if (paused) {
      resume();
    }
  }

  private void awaitClose() {
    if (channel().isActive() && !closed) {
      closing =
          context
              .executor()
              .schedule(this::finish, settings.closing().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void finish() {
    unflushed = 0;
    context.flush();
    cut();
  }

  /** Ends the connection at once. */
  public void cut() {
    ChannelFuture _ = context.close();
  }

  /** The server itself ends: the peer may go elsewhere. */
  @Override
  public void close(ChannelHandlerContext channel, ChannelPromise promise) {
    ChannelFuture _ = channel().closeFuture().addListener(ended -> promise.trySuccess());
    close(CloseCode.GOING_AWAY);
  }
}
