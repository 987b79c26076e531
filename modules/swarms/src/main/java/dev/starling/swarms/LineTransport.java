/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * MCP with one JSON message in each line, over the standard streams of a child process or over a
 * socket. The SDK's own transport for child processes does neither tell that the child died nor
 * which process it is, gives up reading at a line that is no JSON (some servers log there), and has
 * no folder to run in.
 *
 * <p>One thread reads and one writes, each of its own: streams of processes block real threads.
 */
final class LineTransport implements McpClientTransport {
  private static final Logger LOG = LoggerFactory.getLogger(LineTransport.class);

  /** How many messages may wait for a server that does not read. */
  private static final int MOST_WAITING = 256;

  private final String name;
  private final LinePipe pipe;
  private final int mostBytes;
  private final SwarmFigures figures;
  private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

  LineTransport(String name, LinePipe pipe, int mostBytes, SwarmFigures figures) {
    this.name = name;
    this.pipe = pipe;
    this.mostBytes = mostBytes;
    this.figures = figures;
  }

  @Override
  public List<String> protocolVersions() {
    return McpWiring.PROTOCOL_VERSIONS;
  }

  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return Mono.fromRunnable(() -> {
      Thread.ofPlatform().daemon().name("swarms-reader-" + name).start(() -> read(handler));
      Thread writer = Thread.ofPlatform().daemon().name("swarms-writer-" + name).start(this::write);
      var _ = pipe.ended().thenRun(writer::interrupt);
    });
  }

  private void read(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    LineReader lines = new LineReader(pipe.input(), mostBytes);
    try {
      while (lines.read(line -> take(line, handler), false)) {
        // Each line is handled as it comes.
      }
      pipe.broken(new EOFException("it closed its output"));
    } catch (IOException e) {
      pipe.broken(e);
    }
  }

  /** A line that is no message is passed over: some servers log to their standard output. */
  private void take(byte[] line, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    String text = new String(line, UTF_8);
    JSONRPCMessage message = parse(text);
    if (message != null) {
      handler
          .apply(Mono.just(message))
          .subscribe(done -> {}, failure -> LOG.debug("a message of {} failed", name, failure));
    } else if (!text.isBlank()) {
      figures.strayLine();
    }
  }

  /** The SDK throws a good many things at what it does not expect. */
  private @Nullable JSONRPCMessage parse(String text) {
    if (!text.startsWith("{")) {
      return null;
    }
    try {
      return McpSchema.deserializeJsonRpcMessage(McpWiring.SDK_MAPPER, text);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} sent a line that is no message", name, e);
      return null;
    }
  }

  private void write() {
    try {
      OutputStream output = pipe.output();
      while (!pipe.ended().isDone()) {
        output.write(waiting.take());
        output.flush();
      }
    } catch (IOException e) {
      pipe.broken(e);
    } catch (InterruptedException _) {
      // The pipe ended.
      waiting.clear();
    }
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return Mono.deferContextual(told -> {
      queue(message);
      McpWiring.sent(message, told);
      return Mono.empty();
    });
  }

  private void queue(JSONRPCMessage message) {
    if (pipe.ended().isDone()) {
      throw new UncheckedIOException(new IOException(pipe.ended().join()));
    }
    try {
      // Jackson escapes line breaks within texts: the only one is the line's own.
      String line = McpWiring.SDK_MAPPER.writeValueAsString(message) + "\n";
      if (!waiting.offer(line.getBytes(UTF_8))) {
        throw new IOException("the server does not read what it is sent");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromFuture(pipe::close);
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return McpWiring.SDK_MAPPER.convertValue(data, type);
  }
}
