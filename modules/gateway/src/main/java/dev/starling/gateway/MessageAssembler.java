/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Inflation;
import dev.starling.gateway.deflate.InflationException;
import dev.starling.gateway.socket.Frame;
import dev.starling.gateway.socket.FrameType;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.json.Utf8;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts a socket's text messages together from their frames, as bytes, inflates those that came
 * compressed, within a size before and after, and refuses what is no text. One session's loop only.
 */
final class MessageAssembler {
  private final Owner owner;
  private final GatewayMetrics metrics;
  private @Nullable ByteArrayOutputStream parts;
  private boolean compressed;

  /** Whose messages they are. */
  interface Owner {
    /** Bytes that a message may hold now, before and after inflation. */
    int mostPayload();

    /** {@code added}: bytes that inflation made of nothing that came. */
    void message(byte[] text, int added);

    void close(CloseCode code);
  }

  MessageAssembler(Owner owner, GatewayMetrics metrics) {
    this.owner = owner;
    this.metrics = metrics;
  }

  /** Bytes that {@link #frame} may work on at most. */
  long weight(Frame frame) {
    long whole = frame.payload().length + (parts == null ? 0L : parts.size());
    boolean isToInflate = frame.type() == FrameType.CONTINUATION ? compressed : frame.compressed();
    return frame.last() && isToInflate ? whole * Inflation.MOST_RATIO : frame.payload().length;
  }

  /** Bytes kept of a message that has begun. */
  int unfinished() {
    return parts == null ? 0 : parts.size();
  }

  /** Lets go of a message that has begun. */
  void drop() {
    parts = null;
  }

  /** Takes a frame; how many bytes that was, once inflated. */
  int frame(Frame frame) {
    switch (frame.type()) {
      case TEXT -> {
        return text(frame);
      }
      case CONTINUATION -> {
        return continuation(frame);
      }
      case BINARY -> owner.close(CloseCode.UNSUPPORTED_DATA);
      case CLOSE, PING, PONG -> {}
    }
    return frame.payload().length;
  }

  private int text(Frame frame) {
    compressed = frame.compressed();
    if (frame.last()) {
      return complete(frame.payload());
    }
    ByteArrayOutputStream begun = new ByteArrayOutputStream(frame.payload().length);
    parts = begun;
    append(begun, frame);
    return frame.payload().length;
  }

  private int continuation(Frame frame) {
    ByteArrayOutputStream begun = parts;
    if (begun != null) {
      append(begun, frame);
    }
    if (begun == null || parts == null || !frame.last()) {
      return frame.payload().length;
    }
    parts = null;
    return complete(begun.toByteArray());
  }

  private void append(ByteArrayOutputStream begun, Frame frame) {
    if ((long) begun.size() + frame.payload().length > owner.mostPayload()) {
      parts = null;
      owner.close(CloseCode.MESSAGE_TOO_BIG);
    } else {
      begun.writeBytes(frame.payload());
    }
  }

  private int complete(byte[] whole) {
    if (whole.length > owner.mostPayload()) {
      owner.close(CloseCode.MESSAGE_TOO_BIG);
    } else if (compressed) {
      return inflate(whole);
    } else {
      text(whole, 0);
    }
    return whole.length;
  }

  private int inflate(byte[] payload) {
    int most = owner.mostPayload();
    try {
      byte[] bytes = Inflation.inflate(payload, most);
      metrics.inflated(bytes.length, payload.length);
      text(bytes, Math.max(0, bytes.length - payload.length));
      return bytes.length;
    } catch (InflationException e) {
      notInflated(e);
      return most;
    }
  }

  private void notInflated(InflationException failure) {
    if (failure.isTooBig()) {
      metrics.dropped("inflated-too-big");
      owner.close(CloseCode.MESSAGE_TOO_BIG);
    } else {
      metrics.dropped("broken-deflate");
      owner.close(CloseCode.INVALID_PAYLOAD);
    }
  }

  private void text(byte[] bytes, int added) {
    if (Utf8.isValid(bytes)) {
      owner.message(bytes, added);
    } else {
      owner.close(CloseCode.INVALID_PAYLOAD);
    }
  }
}
