/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.CloseCode;
import dev.starling.protocol.json.Utf8;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a socket's text messages together from their frames, as bytes, within a size, and refuses
 * what is no text. One session's loop only.
 */
final class MessageAssembler {
  private final int maxMessage;
  private final Consumer<byte[]> message;
  private final Consumer<CloseCode> refuse;
  private @Nullable Buffer parts;

  MessageAssembler(int maxMessage, Consumer<byte[]> message, Consumer<CloseCode> refuse) {
    this.maxMessage = maxMessage;
    this.message = message;
    this.refuse = refuse;
  }

  void frame(WebSocketFrame frame) {
    switch (frame.type()) {
      case TEXT -> text(frame);
      case CONTINUATION -> continuation(frame);
      case BINARY -> refuse.accept(CloseCode.UNSUPPORTED_DATA);
      case CLOSE, PING, PONG -> {}
    }
  }

  private void text(WebSocketFrame frame) {
    if (frame.isFinal()) {
      complete(frame.binaryData());
    } else {
      parts = Buffer.buffer();
      append(parts, frame);
    }
  }

  private void continuation(WebSocketFrame frame) {
    Buffer begun = parts;
    if (begun == null) {
      return;
    }
    append(begun, frame);
    if (frame.isFinal() && parts != null) {
      parts = null;
      complete(begun);
    }
  }

  private void append(Buffer begun, WebSocketFrame frame) {
    if (begun.length() + frame.binaryData().length() > maxMessage) {
      parts = null;
      refuse.accept(CloseCode.MESSAGE_TOO_BIG);
    } else {
      begun.appendBuffer(frame.binaryData());
    }
  }

  private void complete(Buffer text) {
    if (text.length() > maxMessage) {
      refuse.accept(CloseCode.MESSAGE_TOO_BIG);
      return;
    }
    byte[] bytes = text.getBytes();
    if (Utf8.isValid(bytes)) {
      message.accept(bytes);
    } else {
      refuse.accept(CloseCode.INVALID_PAYLOAD);
    }
  }
}
