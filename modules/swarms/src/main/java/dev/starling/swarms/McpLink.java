/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One session with a server, from its first message to its end; what comes next is another one.
 * Safe on any thread; what it returns completes on threads of the SDK.
 */
final class McpLink {
  /** What a link tells, on any thread. */
  interface Listener {
    /** The server's tools are others now. */
    void toolsChanged(List<Tool> tools);

    /** Something went wrong below the messages; the server may be gone or not. */
    void suspected(Throwable failure);
  }

  /** A call of a tool that the server was sent. */
  final class Call {
    private final CompletableFuture<Object> id;
    private final CompletableFuture<ToolAnswer> answer;

    private Call(CompletableFuture<Object> id, CompletableFuture<ToolAnswer> answer) {
      this.id = id;
      this.answer = answer;
    }

    /** What the server answers; to be cancelled by whoever waits for it no more. */
    CompletableFuture<ToolAnswer> answer() {
      return answer;
    }

    /** Tells the server that nobody wants it any more, which a server may pass over. */
    void withdraw(String why) {
      var _ =
          id.thenCompose(known -> send(CANCELLED, Map.of("requestId", known, "reason", why)))
              .exceptionally(failure -> {
                LOG.debug("a call could not be taken back", failure);
                return null;
              });
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(McpLink.class);
  private static final String CANCELLED = "notifications/cancelled";

  /** The SDK has one limit for whatever is asked; work may take longer than anything else. */
  private static final Duration NEVER = Duration.ofDays(30);

  private final McpClientTransport transport;
  private final McpAsyncClient client;
  private final @Nullable LinePipe pipe;
  private final Duration patience;
  private final Duration stopPatience;
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  private McpLink(
      McpClientTransport transport,
      @Nullable LinePipe pipe,
      SwarmOptions options,
      Listener listener) {
    this.transport = transport;
    this.pipe = pipe;
    this.patience = options.patience().call();
    this.stopPatience = options.patience().stop();
    this.client =
        McpClient.async(transport)
            .clientInfo(McpWiring.CLIENT)
            .requestTimeout(NEVER)
            .initializationTimeout(options.patience().connect())
            .jsonSchemaValidator(McpWiring.NO_VALIDATION)
            .enableCallToolSchemaCaching(false)
            .toolsChangeConsumer(tools -> Mono.fromRunnable(() -> listener.toolsChanged(tools)))
            .build();
    if (pipe != null) {
      var _ = pipe.ended().thenAccept(ended::complete);
    }
  }

  /**
   * Starts or dials the server; blocks, so not on an event loop.
   *
   * @throws IOException in words for a person where that fails
   */
  static McpLink open(
      String name,
      SwarmEndpoint endpoint,
      SwarmOptions options,
      SwarmFigures figures,
      Listener listener)
      throws IOException {
    return switch (endpoint) {
      case SwarmEndpoint.Stdio stdio ->
          overLines(
              name,
              ChildProcess.start(name, stdio, options.patience().stop()),
              options,
              figures,
              listener);
      case SwarmEndpoint.Tcp tcp ->
          overLines(
              name, TcpPipe.open(tcp, options.patience().connect()), options, figures, listener);
      case SwarmEndpoint.StreamableHttp http -> overHttp(http, options, listener);
    };
  }

  private static McpLink overLines(
      String name, LinePipe pipe, SwarmOptions options, SwarmFigures figures, Listener listener) {
    int mostBytes = options.bounds().messageBytes();
    LineTransport transport = new LineTransport(name, pipe, mostBytes, figures);
    try {
      return new McpLink(transport, pipe, options, listener);
    } catch (RuntimeException e) {
      var _ = pipe.close();
      throw e;
    }
  }

  private static McpLink overHttp(
      SwarmEndpoint.StreamableHttp http, SwarmOptions options, Listener listener) {
    AtomicReference<@Nullable McpLink> link = new AtomicReference<>();
    HttpTransport transport =
        new HttpTransport(
            http,
            options.patience().connect(),
            options.bounds().messageBytes(),
            failure -> failed(link.get(), failure, listener));
    McpLink made = new McpLink(transport, null, options, listener);
    link.set(made);
    return made;
  }

  private static void failed(@Nullable McpLink link, Throwable failure, Listener listener) {
    if (link != null && failure instanceof McpTransportSessionNotFoundException) {
      link.ended.complete("the server does not know this session any more");
    } else {
      listener.suspected(failure);
    }
  }

  /** Complete, with the reason in words, once the server is surely gone. */
  CompletableFuture<String> ended() {
    return ended;
  }

  /** The server's process, where it is a child of this one. */
  OptionalLong pid() {
    return pipe == null ? OptionalLong.empty() : pipe.pid();
  }

  CompletableFuture<InitializeResult> initialise() {
    return off(client.initialize());
  }

  CompletableFuture<List<Tool>> tools() {
    return off(client.listTools().map(result -> result.tools()).timeout(patience));
  }

  CompletableFuture<List<Resource>> resources() {
    return off(client.listResources().map(result -> result.resources()).timeout(patience));
  }

  CompletableFuture<Object> ping() {
    return off(client.ping().timeout(patience));
  }

  /** Calls a tool, and waits for its answer until that is cancelled. */
  Call call(String tool, Map<String, Object> arguments) {
    CompletableFuture<Object> id = new CompletableFuture<>();
    CompletableFuture<ToolAnswer> answer =
        off(
            client
                .callTool(CallToolRequest.builder(tool).arguments(arguments).build())
                .map(result -> ToolAnswer.of(tool, result))
                .contextWrite(McpWiring.telling(id)));
    return new Call(id, answer);
  }

  private CompletableFuture<Void> send(String notification, Map<String, Object> params) {
    return off(transport.sendMessage(new JSONRPCNotification(notification, params)));
  }

  /** Ends the session; complete once nothing is left of it, whatever the server says to that. */
  CompletableFuture<Void> close() {
    ended.complete("the connection was closed");
    CompletableFuture<Void> closed =
        off(client.closeGracefully().timeout(stopPatience).onErrorComplete());
    LinePipe below = pipe;
    return below == null ? closed : closed.thenCompose(done -> below.close());
  }

  private static <T> CompletableFuture<T> off(Mono<T> work) {
    return work.subscribeOn(McpWiring.VIRTUAL).toFuture();
  }
}
