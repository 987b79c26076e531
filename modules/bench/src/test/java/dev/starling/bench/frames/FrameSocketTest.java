/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.bench.ServerFrames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FrameSocketTest {
  private static final int FIN = 0x80;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int PING = 9;
  private static final byte[] PONG = {(byte) 0x8A, (byte) 0x82, 0, 0, 0, 0, 1, 2};
  private static final String OK = "HTTP/1.1 101 Switching Protocols\r\n\r\n";

  private static byte[] message(int type, byte[] body) {
    return ServerFrames.frame(FIN | type, body);
  }

  /** Takes one client, says this, and gives back what the client said after its request. */
  private static CompletableFuture<byte[]> serve(ServerSocket server, byte[]... messages) {
    return CompletableFuture.supplyAsync(() -> {
      try (Socket client = server.accept()) {
        InputStream in = client.getInputStream();
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
          request.append((char) in.read());
        }
        OutputStream out = client.getOutputStream();
        out.write(OK.getBytes(StandardCharsets.US_ASCII));
        for (byte[] message : messages) {
          out.write(message);
        }
        client.shutdownOutput();
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Test
  void readsBinaryMessagesOfAnyLengthSkipsTextsAndAnswersPings() throws IOException {
    byte[] large = new byte[1_000_000];
    large[999_999] = 7;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<byte[]> said =
          serve(
              server,
              message(TEXT, "hello".getBytes(StandardCharsets.UTF_8)),
              message(BINARY, new byte[100]),
              message(PING, new byte[] {1, 2}),
              message(BINARY, new byte[40_000]),
              message(BINARY, large));
      ByteBuffer into = ByteBuffer.allocate(large.length);
      try (FrameSocket socket =
          FrameSocket.connect(URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/ws?a=b"))) {
        assertThat(socket.next(null)).isEqualTo(100);
        assertThat(socket.next(null)).isEqualTo(40_000);
        assertThat(socket.next(into)).isEqualTo(1_000_000);
        assertThat(into.array()).isEqualTo(large);
        assertThatThrownBy(() -> socket.next(null)).isInstanceOf(EOFException.class);
      }
      assertThat(said.join()).isEqualTo(PONG);
    }
  }

  @Test
  void saysWhatAServerThatRefusesAnswered() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> refuses =
          CompletableFuture.runAsync(() -> {
            try (Socket client = server.accept()) {
              client
                  .getOutputStream()
                  .write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              client.shutdownOutput();
              int _ = client.getInputStream().readAllBytes().length;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      URI to = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/ws");
      assertThatThrownBy(() -> FrameSocket.connect(to))
          .hasMessage("refused: HTTP/1.1 403 Forbidden");
      refuses.join();
    }
  }
}
