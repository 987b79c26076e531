/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.deflate.DeflateOffer;
import dev.starling.protocol.RefusalException;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpConnection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers a client's offer of permessage-deflate, in the place of Vert.x's own handler, which keeps
 * a window for each socket, takes repeated and malformed parameters, and sets no limit to what a
 * message grows to. Leaves the pipeline with the upgrade. The connection's loop only.
 */
final class DeflateNegotiation extends ChannelDuplexHandler {
  private static final String REPLACED = "webSocketExtensionHandler";
  private static final String NAME = "deflateNegotiation";

  /** Netty's and Vert.x's, of no use to a socket: its session pings it and writes no files. */
  private static final List<String> NEEDED_NO_MORE = List.of("idle", "chunkedWriter");

  private final Predicate<String> isAgentPath;
  private @Nullable String answer;

  private DeflateNegotiation(Predicate<String> isAgentPath) {
    this.isAgentPath = isAgentPath;
  }

  /**
   * Serves a connection on which Vert.x offers extensions; others have no sockets.
   *
   * @param isAgentPath whether what is served at a path is meant for agents
   */
  static void install(HttpConnection connection, Predicate<String> isAgentPath) {
    ChannelPipeline pipeline = VertxInternals.pipeline(connection);
    if (pipeline.get(REPLACED) != null) {
      pipeline.replace(REPLACED, NAME, new DeflateNegotiation(isAgentPath));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      answer = answer(request);
    }
    context.fireChannelRead(message);
  }

  private @Nullable String answer(HttpRequest request) {
    String offers =
        String.join(",", request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
    return !offers.isEmpty() && isWanted(request.uri()) ? DeflateOffer.answer(offers) : null;
  }

  private boolean isWanted(String uri) {
    try {
      return asked(uri, isAgentPath) == Compression.DEFLATE;
    } catch (RefusalException | IllegalArgumentException e) {
      // Whoever decides on the handshake says what is wrong with the address.
      return false;
    }
  }

  /**
   * What the address of a socket asks for.
   *
   * @throws RefusalException for a value that is not known
   * @throws IllegalArgumentException for an address that cannot be decoded
   */
  static Compression asked(String uri, Predicate<String> isAgentPath) {
    QueryStringDecoder query = new QueryStringDecoder(uri);
    List<String> values = query.parameters().getOrDefault("compression", List.of());
    String value = values.isEmpty() ? null : values.getFirst();
    return Compression.of(value, isAgentPath.test(query.path()));
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response
        && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      upgrade(context, response, promise);
    } else {
      ChannelFuture _ = context.write(message, promise);
    }
  }

  private void upgrade(
      ChannelHandlerContext context, HttpResponse response, ChannelPromise promise) {
    String accepted = answer;
    if (accepted != null) {
      response.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, accepted);
    }
    ChannelPipeline pipeline = context.pipeline();
    ChannelFuture _ = promise.addListener(written -> forget(pipeline));
    ChannelFuture _ = context.write(response, promise);
    pipeline.replace(this, "frameCheck", new FrameCheck(accepted != null));
  }

  private static void forget(ChannelPipeline pipeline) {
    for (String name : NEEDED_NO_MORE) {
      if (pipeline.get(name) != null) {
        pipeline.remove(name);
      }
    }
  }
}
