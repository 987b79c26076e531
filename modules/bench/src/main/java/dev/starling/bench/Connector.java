/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Connects agents one after the other: TCP, upgrade, register, each step timed. Thread-safe. */
final class Connector {
  private static final int TIMEOUT_MS = 20_000;
  private static final int MAX_HEAD = 16_384;
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final URI target;
  private final boolean deflate;

  /** {@code deflate}: offer permessage-deflate. */
  Connector(URI target, boolean deflate) {
    this.target = target;
    this.deflate = deflate;
  }

  /**
   * An open, registered connection.
   *
   * @param channel non-blocking
   * @param deflated whether permessage-deflate was negotiated
   * @param connectNanos from nothing to the 101 response
   * @param registeredNanos from nothing to {@code registered}
   */
  record Connected(
      SocketChannel channel,
      FrameReader reader,
      boolean deflated,
      long connectNanos,
      long registeredNanos) {}

  /** Connects and registers; {@code fingerprint} is a JSON array. */
  Connected connect(String agentId, String fingerprint) throws IOException {
    String register =
        "{\"type\":\"register\",\"agent_id\":\"%s\",\"fingerprint\":%s,\"meta\":{\"env\":\"bench\"}}"
            .formatted(agentId, fingerprint);
    byte[] nonce = new byte[16];
    ThreadLocalRandom.current().nextBytes(nonce);
    String key = Base64.getEncoder().encodeToString(nonce);
    ByteBuffer registerFrame =
        WsFrames.masked(WsFrames.FIN | WsFrames.TEXT, register.getBytes(UTF_8), WsFrames.newKey());
    ByteBuffer request = ByteBuffer.wrap(request(key).getBytes(ISO_8859_1));

    long start = System.nanoTime();
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(new InetSocketAddress(target.getHost(), target.getPort()));
      channel.socket().setSoTimeout(TIMEOUT_MS);
      writeFully(channel, request);
      Head head = readHead(channel.socket().getInputStream());
      long upgraded = System.nanoTime() - start;
      String extension = checkUpgrade(head.text, key);
      FrameReader reader = new FrameReader(inflater(extension));
      writeFully(channel, registerFrame);
      awaitRegistered(channel, head.behind, reader);
      long registered = System.nanoTime() - start;
      channel.configureBlocking(false);
      return new Connected(channel, reader, extension != null, upgraded, registered);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private String request(String key) {
    String path =
        target.getRawPath() == null || target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    return "GET "
        + path
        + query
        + " HTTP/1.1\r\nHost: "
        + target.getHost()
        + ":"
        + target.getPort()
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + (deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")
        + "Sec-WebSocket-Key: "
        + key
        + "\r\n\r\n";
  }

  /** An HTTP response's head, and what came right behind it. */
  private record Head(String text, byte[] behind) {}

  private static Head readHead(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(512);
    byte[] chunk = new byte[MAX_HEAD];
    while (all.size() < MAX_HEAD) {
      int count = in.read(chunk);
      if (count < 0) {
        break;
      }
      all.write(chunk, 0, count);
      String text = all.toString(ISO_8859_1);
      int end = text.indexOf(END_OF_HEAD);
      if (end >= 0) {
        int behind = end + END_OF_HEAD.length();
        return new Head(
            text.substring(0, end), Arrays.copyOfRange(all.toByteArray(), behind, all.size()));
      }
    }
    throw new WsProtocolException("no whole HTTP response to the upgrade: " + all);
  }

  /** The negotiated extension, or null; throws where the upgrade was refused or is wrong. */
  private static @Nullable String checkUpgrade(String head, String key) {
    String[] lines = head.split("\r\n", -1);
    if (!lines[0].startsWith("HTTP/1.1 101")) {
      throw new WsProtocolException("the upgrade was refused: " + lines[0]);
    }
    String extension = null;
    String accept = "";
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
      switch (name) {
        case "sec-websocket-accept" -> accept = line.substring(colon + 1).strip();
        case "sec-websocket-extensions" -> extension = line.substring(colon + 1).strip();
        default -> {}
      }
    }
    if (!accept.equals(acceptFor(key))) {
      throw new WsProtocolException("wrong Sec-WebSocket-Accept: " + accept);
    }
    if (extension != null && !extension.startsWith("permessage-deflate")) {
      throw new WsProtocolException("an extension that was not offered: " + extension);
    }
    return extension;
  }

  private static @Nullable MessageInflater inflater(@Nullable String extension) {
    return extension == null
        ? null
        : new MessageInflater(extension.contains("server_no_context_takeover"));
  }

  /** The accept value that RFC 6455 demands for a key. */
  static String acceptFor(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitRegistered(SocketChannel channel, byte[] behindHead, FrameReader reader)
      throws IOException {
    FirstReply first = new FirstReply();
    InputStream in = channel.socket().getInputStream();
    byte[] chunk = new byte[4096];
    reader.accept(ByteBuffer.wrap(behindHead), first);
    while (!first.registered) {
      int count = in.read(chunk);
      if (count < 0) {
        throw new WsProtocolException("closed before registered, code " + first.closeCode);
      }
      ByteBuffer bytes = ByteBuffer.allocate(reader.restLength() + count);
      reader.restore(bytes);
      reader.accept(bytes.put(chunk, 0, count).flip(), first);
    }
    for (byte[] ping : first.pings) {
      writeFully(channel, WsFrames.masked(WsFrames.FIN | WsFrames.PONG, ping, WsFrames.newKey()));
    }
  }

  private static void writeFully(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static final class FirstReply implements FrameReader.Sink {
    private final List<byte[]> pings = new ArrayList<>();
    private boolean registered;
    private int closeCode;

    @Override
    public void message(ByteBuffer bytes, int offset, int length) {
      switch (Replies.kind(bytes, offset, length)) {
        case REGISTERED -> registered = true;
        case ERROR -> {
          byte[] text = new byte[length];
          bytes.get(offset, text);
          throw new WsProtocolException("register was refused: " + new String(text, UTF_8));
        }
        case PUSH, ACK, OTHER -> {}
      }
    }

    @Override
    public void ping(byte[] body) {
      pings.add(body);
    }

    @Override
    public void close(int code) {
      closeCode = code;
    }
  }
}
