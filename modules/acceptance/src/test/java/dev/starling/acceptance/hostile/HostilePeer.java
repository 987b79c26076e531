/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does what a script says, on a connection of its own from an address that no bystander has, and
 * judges what comes back. One thread writes while another reads, since a server that is not read
 * does not read either.
 */
final class HostilePeer {
  /** For so long the server may take over whatever a script asks for, on a busy machine. */
  private static final int PATIENCE_MILLIS = 30_000;

  /** Of so many, one waits for the server to end the connection; the others do not. */
  private static final int PATIENT_ONE_IN = 5;

  private static final int CRUMB = 7;
  private static final int MOST_CRUMBS = 400;

  private final HostileScript script;
  private final ReplyCheck check;
  private final boolean zlib;
  private final CompletableFuture<Void> answered = new CompletableFuture<>();
  private final CompletableFuture<Optional<String>> ended = new CompletableFuture<>();

  private volatile boolean leaving;
  private volatile boolean unwritten;

  private HostilePeer(HostileScript script, ReplyCheck check) {
    this.script = script;
    this.check = check;
    this.zlib = script.path().contains("compression=zlib");
  }

  /** Runs a script; what was wrong, if anything was. */
  static Optional<String> run(HostileScript script, int port, InetAddress from, ReplyCheck check) {
    return new HostilePeer(script, check).run(port, from);
  }

  private Optional<String> run(int port, InetAddress from) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      String refused = handshake(socket, in, port);
      if (refused != null) {
        return Optional.of(refused);
      }
      Thread.startVirtualThread(() -> ended.complete(read(socket, in)));
      write(socket);
      return ended.get(2L * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (IOException | TimeoutException e) {
      return Optional.of("the connection: " + e);
    } catch (ExecutionException e) {
      return Optional.of("the reader: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private @Nullable String handshake(Socket socket, DataInputStream in, int port)
      throws IOException {
    String offer = script.deflate() ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
    String request =
        "GET "
            + script.path()
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + offer
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    boolean isOpen = head.indexOf("HTTP/1.1 101") == 0;
    boolean isDeflate = head.indexOf("permessage-deflate") > 0;
    return isOpen && isDeflate == script.deflate() ? null : "the handshake: " + head;
  }

  /** A server that closes amid it may cut off what is still on its way: the reader judges. */
  private void write(Socket socket) throws InterruptedException {
    try {
      OutputStream out = socket.getOutputStream();
      switch (script.pace()) {
        case AT_ONCE -> out.write(all());
        case ONE_BY_ONE -> {
          for (Piece piece : script.pieces()) {
            out.write(piece.bytes());
          }
        }
        case IN_CRUMBS -> crumbs(out);
      }
      if (!script.isFatal()) {
        leave(socket);
      }
    } catch (IOException e) {
      unwritten = true;
    }
  }

  private byte[] all() {
    return FrameBytes.joined(script.pieces().stream().map(Piece::bytes).toArray(byte[][]::new));
  }

  private void crumbs(OutputStream out) throws IOException {
    byte[] all = all();
    int end = Math.min(all.length, CRUMB * MOST_CRUMBS);
    for (int from = 0; from < end; from += CRUMB) {
      out.write(all, from, Math.min(CRUMB, end - from));
    }
    out.write(all, end, all.length - end);
  }

  private void leave(Socket socket) throws IOException, InterruptedException {
    OutputStream out = socket.getOutputStream();
    byte[] half = Arrays.copyOf(RawWebSocket.text("{\"type\":\"ping\"}"), 9);
    switch (script.ending()) {
      case CLOSE -> {
        out.write(RawWebSocket.text("{\"type\":\"ping\",\"id\":\"" + mark() + "\"}"));
        awaitAnswer();
        out.write(FrameBytes.close(1000, new byte[0]));
      }
      case HALF_CLOSE -> {
        leaving = true;
        out.write(half);
        socket.shutdownOutput();
      }
      case RESET -> {
        leaving = true;
        out.write(half);
        socket.setSoLinger(true, 0);
        socket.close();
      }
    }
  }

  private String mark() {
    return "end-" + script.number();
  }

  private void awaitAnswer() throws InterruptedException, IOException {
    try {
      CompletableFuture.anyOf(answered, ended).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("no answer", e);
    }
  }

  /** Reads to the end of the connection; what was wrong, if anything was. */
  private Optional<String> read(Socket socket, DataInputStream in) {
    Integer code = null;
    try {
      while (true) {
        Frame frame = frame(in);
        if (code != null && frame.type() < RawWebSocket.CLOSE) {
          return Optional.of("data behind the close frame, of type " + frame.type());
        }
        if (frame.type() == RawWebSocket.CLOSE) {
          code = frame.closeCode();
          acknowledge(socket);
        } else if (frame.type() == RawWebSocket.BINARY && !zlib) {
          ReplyCheck.requireRows(frame);
        } else if (frame.type() == RawWebSocket.TEXT || frame.type() == RawWebSocket.BINARY) {
          note(check.message(frame, script.deflate(), zlib));
        }
      }
    } catch (SocketTimeoutException e) {
      return Optional.of("the connection hangs" + (code == null ? "" : " after the close " + code));
    } catch (IOException e) {
      return judge(code);
    } catch (ReplyCheck.UnfitReplyException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void note(JsonObject message) {
    if (mark().equals(message.getValue("id")) && "pong".equals(message.getString("type"))) {
      answered.complete(null);
    }
  }

  private void acknowledge(Socket socket) {
    try {
      socket.getOutputStream().write(FrameBytes.close(1000, new byte[0]));
      if (script.number() % PATIENT_ONE_IN != 0) {
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      unwritten = true;
    }
  }

  private Optional<String> judge(@Nullable Integer code) {
    if (code == null) {
      boolean isOwnDoing = leaving && !script.isFatal();
      return isOwnDoing
          ? Optional.empty()
          : Optional.of(
              "it ended without a close frame" + (unwritten ? ", and read not to the end" : ""));
    }
    if (!check.closed(code) && !script.ends().contains(code)) {
      return Optional.of("closed with " + code + ", which no page tells of");
    }
    boolean asked = !script.isFatal() && answered.isDone() && code == 1000;
    boolean fits = asked || script.ends().contains(code);
    return fits ? Optional.empty() : Optional.of("closed with " + code);
  }

  private static Frame frame(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    long length = in.readUnsignedByte() & 0x7F;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.readFully(payload);
    return new Frame(first & 0x0F, (first & RawWebSocket.RSV1) != 0, payload);
  }
}
