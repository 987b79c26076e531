/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The SDK's streamable HTTP, with its failures told to us instead of to the SDK: that would begin a
 * new session by itself, behind the back of whoever follows the old one.
 */
final class HttpTransport implements McpClientTransport {
  private final McpClientTransport transport;

  /**
   * A transport that has not connected.
   *
   * @param failed told of every failure below a message, on any thread
   */
  HttpTransport(
      SwarmEndpoint.StreamableHttp endpoint,
      Duration patience,
      int mostBytes,
      Consumer<Throwable> failed) {
    URI url = endpoint.url();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    this.transport =
        HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
            .endpoint(path + query)
            .jsonMapper(McpWiring.SDK_MAPPER)
            .supportedProtocolVersions(McpWiring.PROTOCOL_VERSIONS)
            .connectTimeout(patience)
            .maxResponseSize(mostBytes)
            .addHttpRequestCustomizer((request, method, uri, body, context) ->
                endpoint.headers().forEach(request::setHeader))
            .build();
    transport.setExceptionHandler(failed);
  }

  @Override
  public List<String> protocolVersions() {
    return transport.protocolVersions();
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return transport.connect(handler);
  }

  /** Not passed on: see above. */
  @Override
  public void setExceptionHandler(Consumer<Throwable> handler) {}

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.deferContextual(told -> {
      McpWiring.sent(message, told);
      return transport.sendMessage(message);
    });
  }

  @Override
  public Mono<Void> closeGracefully() {
    return transport.closeGracefully();
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return transport.unmarshalFrom(data, type);
  }
}
