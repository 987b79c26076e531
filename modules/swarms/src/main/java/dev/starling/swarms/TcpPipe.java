/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A TCP socket to a server. */
final class TcpPipe implements LinePipe {
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  private TcpPipe(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new BufferedInputStream(socket.getInputStream());
    this.output = socket.getOutputStream();
  }

  /**
   * Dials; blocks.
   *
   * @throws IOException in words for a person where nobody answers
   */
  static TcpPipe open(SwarmEndpoint.Tcp endpoint, Duration patience) throws IOException {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException("no host is called " + endpoint.host());
    }
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.connect(address, (int) Math.min(patience.toMillis(), Integer.MAX_VALUE));
      return new TcpPipe(socket);
    } catch (IOException e) {
      socket.close();
      throw new IOException(endpoint.describe() + ": " + SwarmFailure.reason(e));
    }
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public CompletableFuture<String> ended() {
    return ended;
  }

  @Override
  public void broken(IOException cause) {
    ended.complete("the connection ended: " + SwarmFailure.reason(cause));
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public CompletableFuture<Void> close() {
    ended.complete("the connection was closed");
    try {
      socket.close();
    } catch (IOException _) {
      // It is no use any more either way.
    }
    return CompletableFuture.completedFuture(null);
  }
}
