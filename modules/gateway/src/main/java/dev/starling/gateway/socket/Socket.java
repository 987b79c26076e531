/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import dev.starling.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a WebSocket: the last handler of its channel, and after a handshake the only
 * one but TLS. A peer that breaks the protocol can still be told: what else it sends is read and
 * thrown away, since a connection that is closed with data unread is reset, and takes the close
 * frame with it. The channel's event loop only, but for {@link #room}.
 */
public final class Socket extends FrameOutput {
  /** What is done for a peer that has said goodbye: its last messages, and to tell it so. */
  private static final long FAREWELL_MILLIS = 5_000;

  /** RFC 6455, 7.4.1: the peer gave no code, and no close at all. */
  private static final int NORMAL = 1000;

  private static final int ABNORMAL = 1006;

  /** Bytes done with that a buffer may keep before what is left of it moves to one of its size. */
  private static final int MOST_DONE = 64 * 1024;

  private final SocketSettings settings;
  private final boolean deflate;

  private @Nullable SocketListener listener;
  private @Nullable ByteBuf received;
  private @Nullable ReadAhead waiting;
  private byte @Nullable [] unanswered;
  private @Nullable Future<?> closing;
  private @Nullable Unfinished unfinished;
  private int closeCode = ABNORMAL;
  private boolean amidMessage;
  private boolean taking;
  private boolean paused;
  private boolean queued;
  private boolean discarding;
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

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    discard();
  }

  @Override
  public void channelRead(ChannelHandlerContext channel, Object message) {
    hold();
    if (listener != null) {
      listener.received();
    }
    if (discarding || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    received =
        received == null
            ? bytes
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), received, bytes);
    settings.dispatcher().execute(this::takeFrames);
  }

  /** Not in itself: a listener that reads on while it takes a frame gets the next one after it. */
  private void takeFrames() {
    if (taking) {
      return;
    }
    taking = true;
    settings.turns().begin();
    try {
      while (takeWaiting() || takeFrame()) {
        // One after the other.
      }
    } catch (FrameException e) {
      discarding = true;
      dropMessages();
      report(e);
    } catch (Error e) {
      fail(e);
    } finally {
      taking = false;
      tidy();
      account();
      readOnOrNot();
    }
  }

  /** Where the stack or Netty's memory gave out, the same frame is not to be tried again. */
  private void fail(Error error) {
    discarding = true;
    try {
      report(error);
    } finally {
      cut();
    }
  }

  /** A peer that always sends a part of the next frame must not have all before it kept. */
  private void tidy() {
    ByteBuf in = received;
    if (discarding || (in != null && !in.isReadable())) {
      discard();
    } else if (in != null && in.readerIndex() > Math.max(MOST_DONE, in.readableBytes())) {
      received = context().alloc().buffer(in.readableBytes()).writeBytes(in);
      in.release();
    }
  }

  /** Takes note of what has come of a message that is not whole. */
  private void account() {
    if (discarding) {
      finished();
      return;
    }
    long bytes = unfinishedBytes();
    if (bytes == 0 && !amidMessage) {
      finished();
      return;
    }
    Unfinished mine = unfinished;
    if (mine == null) {
      mine = new Unfinished(this, seconds());
      unfinished = mine;
    }
    settings.unfinished().update(mine, bytes);
  }

  /** What has been read but for frames that only wait, of which no more are read then. */
  private long unfinishedBytes() {
    long bytes = received == null || (mustWait() && isEnough()) ? 0 : received.readableBytes();
    if (waiting != null) {
      bytes += waiting.excess();
    }
    if (listener != null && (amidMessage || waiting != null)) {
      bytes += listener.unfinished();
    }
    return bytes;
  }

  private void finished() {
    Unfinished mine = unfinished;
    if (mine != null) {
      unfinished = null;
      settings.unfinished().update(mine, 0);
    }
  }

  /** Lets go of a message unless it has come whole meanwhile; from any thread. */
  void evict(Unfinished which) {
    context()
        .executor()
        .execute(() -> {
          if (unfinished == which) {
            settings.dispatcher().execute(this::letGo);
          }
        });
  }

  private void letGo() {
    discarding = true;
    dropMessages();
    discard();
    finished();
    if (listener != null) {
      listener.evicted();
    }
  }

  private void readOnOrNot() {
    boolean readOn = !(mustWait() && isEnough());
    if (channel().config().isAutoRead() != readOn) {
      channel().config().setAutoRead(readOn);
    }
  }

  private boolean takeWaiting() {
    ReadAhead ahead = waiting;
    if (ahead == null || mustWait()) {
      return false;
    }
    Frame next = ahead.first();
    if (!next.type().isControl() && !isItsTurn(next)) {
      awaitTurn();
      return false;
    }
    ahead.removeFirst();
    if (ahead.isEmpty()) {
      waiting = null;
    }
    hear(next);
    return true;
  }

  private boolean takeFrame() throws FrameException {
    ByteBuf in = received;
    if (in == null || !in.isReadable() || discarding || (mustWait() && isEnough())) {
      return false;
    }
    int most = listener == null ? 0 : listener.mostPayload();
    Frame frame = FrameReader.next(in, most, deflate, amidMessage);
    if (frame == null) {
      return false;
    }
    if (!frame.type().isControl()) {
      amidMessage = !frame.last();
    }
    if (!amidMessage) {
      finished();
    }
    take(frame);
    return true;
  }

  private void take(Frame frame) {
    if (!mustWait(frame)) {
      hear(frame);
      return;
    }
    if (!frame.type().isControl() && !mustWait()) {
      awaitTurn();
    }
    keep(frame);
  }

  private int seconds() {
    return 1 + (int) TimeUnit.NANOSECONDS.toSeconds(settings.clock().getAsLong());
  }

  /** Whether the message at hand began to come longer ago than that, in whole seconds. */
  public boolean isMessageOlderThan(Duration time) {
    return unfinished != null && seconds() - unfinished.since() > time.toSeconds();
  }

  /** A close of ours ends every wait, so that the peer's is found. */
  private boolean mustWait() {
    return !isEnded() && (paused || queued);
  }

  /** A pause is for messages: a peer is still answered, and goes only when what it said is done. */
  private boolean mustWait(Frame frame) {
    return switch (frame.type()) {
      case PING, PONG -> false;
      case CLOSE -> waiting != null;
      case TEXT, BINARY, CONTINUATION -> mustWait() || !isItsTurn(frame);
    };
  }

  private boolean isItsTurn(Frame frame) {
    return isEnded() || listener == null || settings.turns().admits(listener.weight(frame));
  }

  private void awaitTurn() {
    queued = true;
    settings.turns().await(this, context().executor());
  }

  /** Takes frames again, after other sockets of the loop had their turn. */
  void turn() {
    queued = false;
    settings.dispatcher().execute(this::takeFrames);
  }

  private void keep(Frame frame) {
    if (waiting == null) {
      waiting = new ReadAhead();
    }
    waiting.add(frame);
    if (frame.type() == FrameType.CLOSE) {
      closeIn(FAREWELL_MILLIS, () -> settings.dispatcher().execute(this::waitNoLonger));
    }
  }

  /** The messages before a close had their time. */
  private void waitNoLonger() {
    dropMessages();
    ReadAhead ahead = waiting;
    if (ahead != null) {
      waiting = null;
      hear(ahead.first());
      discard();
    }
  }

  private void hear(Frame frame) {
    if (isEnded() && !frame.type().isControl()) {
      unread(frame);
      return;
    }
    switch (frame.type()) {
      case PING -> answer(frame.payload());
      case CLOSE -> closeCame(frame.payload());
      case PONG, TEXT, BINARY, CONTINUATION -> {}
    }
    if (listener != null) {
      settings.turns().spend(listener.frame(frame), context().executor());
    }
  }

  private void unread(Frame frame) {
    if (frame.last() && listener != null) {
      listener.unread();
    }
  }

  private boolean isEnough() {
    return waiting != null && waiting.isFull();
  }

  /** Of what waits, only a close is kept. */
  private void dropMessages() {
    ReadAhead ahead = waiting;
    while (ahead != null && !ahead.isEmpty() && !ahead.first().type().isControl()) {
      unread(ahead.first());
      ahead.removeFirst();
    }
    if (ahead != null && ahead.isEmpty()) {
      waiting = null;
    }
  }

  private void discard() {
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
    if (isEnded()) {
      finish();
    } else {
      byte[] same = payload.length == 0 ? FrameWriter.close(NORMAL, "") : payload;
      ChannelFuture _ = write(FrameType.CLOSE, same).addListener(written -> finish());
      ended();
      closeIn(FAREWELL_MILLIS, this::finish);
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
    settings.dispatcher().execute(() -> report(failure));
    cut();
  }

  private void report(Throwable failure) {
    if (listener != null) {
      listener.failed(failure);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext channel) {
    closed = true;
    discarding = true;
    discard();
    finished();
    if (closing != null) {
      closing.cancel(false);
    }
    if (listener != null) {
      settings.dispatcher().execute(this::gone);
    }
  }

  private void gone() {
    dropMessages();
    if (listener != null) {
      listener.closed();
    }
  }

  /**
   * Takes no further message until {@link #resume}. A few are read ahead, and pings among them are
   * answered.
   */
  public void pause() {
    paused = true;
  }

  /** Reads on. */
  public void resume() {
    paused = false;
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

  /**
   * Says why, waits for the peer's answer within its time, and closes the connection (7.1). Once
   * only.
   */
  public void close(CloseCode why) {
    close(why, why.reason());
  }

  /** The same, in other words, at most {@link CloseCode#LONGEST_REASON} bytes of them. */
  public void close(CloseCode why, String reason) {
    if (isEnded()) {
      return;
    }
    byte[] payload = FrameWriter.close(why.code(), reason);
    ChannelFuture _ = write(FrameType.CLOSE, payload).addListener(sent -> awaitClose());
    ended();
    takeFrames();
  }

  private void awaitClose() {
    if (channel().isActive() && !closed) {
      closeIn(settings.closing().toMillis(), this::finish);
    }
  }

  private void closeIn(long millis, Runnable step) {
    if (closing != null) {
      closing.cancel(false);
    }
    closing = context().executor().schedule(step, millis, TimeUnit.MILLISECONDS);
  }

  private void finish() {
    context().flush();
    cut();
  }

  /** The server itself ends: the peer may go elsewhere. */
  @Override
  public void close(ChannelHandlerContext channel, ChannelPromise promise) {
    ChannelFuture _ = channel().closeFuture().addListener(ended -> promise.trySuccess());
    close(CloseCode.GOING_AWAY);
  }
}
