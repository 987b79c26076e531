/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Inflation;
import dev.starling.gateway.deflate.InflationException;
import dev.starling.gateway.socket.Frame;
import dev.starling.protocol.CloseCode;
import dev.starling.protocol.json.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a socket's text messages together from their frames, as bytes, inflates those that came
 * compressed, within a size before and after, and refuses what is no text. One session's loop only.
 */
final class MessageAssembler {
  private final int maxMessage;
  private final GatewayMetrics metrics;
  private final Consumer<byte[]> message;
  private final Consumer<CloseCode> refuse;
  private @Nullable ByteArrayOutputStream parts;
  private boolean compressed;

  MessageAssembler(
      int maxMessage,
      GatewayMetrics metrics,
      Consumer<byte[]> message,
      Consumer<CloseCode> refuse) {
    this.maxMessage = maxMessage;
    this.metrics = metrics;
    this.message = message;
    this.refuse = refuse;
  }

  void frame(Frame frame) {
    switch (frame.type()) {
      case TEXT -> text(frame);
      case CONTINUATION -> continuation(frame);
      case BINARY -> refuse.accept(CloseCode.UNSUPPORTED_DATA);
      case CLOSE, PING, PONG -> {}
    }
  }

  private void text(Frame frame) {
    compressed = frame.compressed();
    if (frame.last()) {
      complete(frame.payload());
    } else {
      ByteArrayOutputStream begun = new ByteArrayOutputStream(frame.payload().length);
      parts = begun;
      append(begun, frame);
    }
  }

  private void continuation(Frame frame) {
    ByteArrayOutputStream begun = parts;
    if (begun == null) {
      return;
    }
    append(begun, frame);
    if (frame.last() && parts != null) {
      parts = null;
      complete(begun.toByteArray());
    }
  }

  private void append(ByteArrayOutputStream begun, Frame frame) {
    if (begun.size() + frame.payload().length > maxMessage) {
      parts = null;
      refuse.accept(CloseCode.MESSAGE_TOO_BIG);
    } else {
      begun.writeBytes(frame.payload());
    }
  }

  private void complete(byte[] whole) {
    if (whole.length > maxMessage) {
      refuse.accept(CloseCode.MESSAGE_TOO_BIG);
    } else if (compressed) {
      inflate(whole);
    } else {
      text(whole);
    }
  }

  private void inflate(byte[] payload) {
    try {
      byte[] bytes = Inflation.inflate(payload, maxMessage);
      metrics.inflated(bytes.length, payload.length);
      text(bytes);
    } catch (InflationException e) {
      metrics.dropped(e.isTooBig() ? "inflated-too-big" : "broken-deflate");
      refuse.accept(e.isTooBig() ? CloseCode.MESSAGE_TOO_BIG : CloseCode.INVALID_PAYLOAD);
    }
  }

  private void text(byte[] bytes) {
    if (Utf8.isValid(bytes)) {
      message.accept(bytes);
    } else {
      refuse.accept(CloseCode.INVALID_PAYLOAD);
    }
  }
}
