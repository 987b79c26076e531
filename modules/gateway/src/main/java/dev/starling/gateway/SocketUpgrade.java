/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.deflate.DeflateOffer;
import dev.starling.gateway.socket.Handshake;
import dev.starling.gateway.socket.Socket;
import dev.starling.gateway.socket.SocketSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a request into a socket (RFC 6455, 4.2), past Vert.x: its sockets keep a queue for other
 * threads, a window for deflate, and what the request was made of. Stateless; on the request's
 * loop.
 */
final class SocketUpgrade {
  private static final Logger LOG = LoggerFactory.getLogger(SocketUpgrade.class);

  private SocketUpgrade() {}

  /** Whether the request is for the version of the protocol that is spoken here. */
  static boolean isVersion(HttpServerRequest request) {
    return Handshake.VERSION.equals(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
  }

  /** What is wrong with the handshake; empty for nothing. */
  static Optional<String> fault(HttpServerRequest request) {
    if (!isVersion(request)) {
      return Optional.of("header Sec-WebSocket-Version must be " + Handshake.VERSION);
    }
    if (!Handshake.isKey(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
      return Optional.of("header Sec-WebSocket-Key must be 16 bytes in base64");
    }
    return Optional.empty();
  }

  /**
   * Upgrades a request without fault once it has come whole.
   *
   * @param compression what the client asked for; deflate also needs its offer
   * @param opened gets the socket before anything is read from it; not where the connection ends
   *     before
   */
  static void open(
      HttpServerRequest request,
      Compression compression,
      SocketSettings settings,
      Consumer<Socket> opened) {
    String extensions = compression == Compression.DEFLATE ? accepted(request) : null;
    request
        .exceptionHandler(failure -> LOG.debug("{}: no upgrade", request.path(), failure))
        .endHandler(end -> {
          Socket socket = new Socket(settings, extensions != null);
          HttpConnection connection = request.connection();
          ByteBuf answer = answer(request, extensions);
          VertxInternals.takeOver(connection, socket, answer, () -> opened.accept(socket));
        })
        .resume();
  }

  private static @Nullable String accepted(HttpServerRequest request) {
    String offers =
        String.join(",", request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
    return offers.isEmpty() ? null : DeflateOffer.answer(offers);
  }

  private static ByteBuf answer(HttpServerRequest request, @Nullable String extensions) {
    HttpServerResponse response = request.response();
    if (extensions != null) {
      response.putHeader(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, extensions);
    }
    String key = Objects.requireNonNull(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_KEY));
    return Handshake.answer(UnpooledByteBufAllocator.DEFAULT, key, response.headers());
  }
}
