/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A WebSocket peer made by hand on a plain socket: for frames that no well-behaved client sends,
 * for several messages in one TCP segment, and for a peer that does not read. Nothing is answered
 * by itself, not even a ping.
 */
public final class RawWebSocket implements AutoCloseable {
  /** Frame types of RFC 6455. */
  public static final int CONTINUATION = 0;

  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int PATIENCE_MILLIS = 20_000;
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions:";
  private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

  private final Socket socket;
  private final DataInputStream in;
  private final String head;

  private RawWebSocket(Socket socket, DataInputStream in, String head) {
    this.socket = socket;
    this.in = in;
    this.head = head;
  }

  /** What the server answered to the offer of extensions; empty for nothing. */
  public String extensions() {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, EXTENSIONS, 0, EXTENSIONS.length()))
        .map(line -> line.substring(EXTENSIONS.length()).strip())
        .collect(Collectors.joining(","));
  }

  /** RSV1 in the first octet of a frame. */
  public static final int RSV1 = 0x40;

  /** A frame as it came; {@code payload} is not to be changed. */
  public record Frame(int type, boolean compressed, byte[] payload) {
    /** The payload as text. */
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    /** The code of a close frame; 1005 where it has none. */
    public int closeCode() {
      return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }

    /** The words of a close frame; empty where it has none. */
    public String closeReason() {
      return payload.length <= 2
          ? ""
          : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }
  }

  /** Connects to {@code path} on a port of this machine. */
  public static RawWebSocket connect(int port, String path) {
    return connect(port, path, 0);
  }

  /**
   * Connects with a small receive buffer.
   *
   * @param receiveBuffer bytes; 0 for the system's usual
   */
  public static RawWebSocket connect(int port, String path, int receiveBuffer) {
    return connect(port, path, receiveBuffer, "");
  }

  /** Connects and offers extensions, as the value of their header. */
  public static RawWebSocket offering(int port, String path, String extensions) {
    return connect(port, path, 0, EXTENSIONS + " " + extensions + "\r\n");
  }

  /** Connects as a proxy does for a client of this address. */
  public static RawWebSocket forwarded(int port, String path, String client) {
    return connect(port, path, 0, "X-Forwarded-For: " + client + "\r\n");
  }

  private static RawWebSocket connect(int port, String path, int receiveBuffer, String headers) {
    Socket socket = new Socket();
    try {
      if (receiveBuffer > 0) {
        socket.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      String request =
          "GET "
              + path
              + " HTTP/1.1\r\nHost: 127.0.0.1:"
              + port
              + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
              + headers
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String status = head(in);
      if (!status.startsWith("HTTP/1.1 101")) {
        throw new AssertionError("no upgrade: " + status);
      }
      return new RawWebSocket(socket, in, status);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** A masked frame as a client sends it; {@code type} may have {@link #RSV1} added to it. */
  public static byte[] frame(int type, boolean last, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write((last ? 0x80 : 0) | type);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      out.write(0x80 | 126);
      out.write(payload.length >>> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >>> shift));
      }
    }
    out.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ MASK[i & 3]);
    }
    return out.toByteArray();
  }

  /** A text message in one frame. */
  public static byte[] text(String text) {
    return frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes frames, all of them in one go. */
  public RawWebSocket send(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    try {
      socket.getOutputStream().write(all.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Writes text messages, all of them in one go. */
  public RawWebSocket sendText(String... messages) {
    byte[][] frames = new byte[messages.length][];
    for (int i = 0; i < messages.length; i++) {
      frames[i] = text(messages[i]);
    }
    return send(frames);
  }

  /**
   * The next frame, of whatever type.
   *
   * @throws UncheckedIOException where the connection ended or nothing came in time
   */
  public Frame read() {
    try {
      int first = in.readUnsignedByte();
      long length = in.readUnsignedByte() & 0x7F;
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      byte[] payload = new byte[Math.toIntExact(length)];
      in.readFully(payload);
      return new Frame(first & 0x0F, (first & RSV1) != 0, payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next text message that holds {@code mark}; what comes before it is passed over. */
  public String readTextWith(String mark) {
    String text = readText();
    while (!text.contains(mark)) {
      text = readText();
    }
    return text;
  }

  /** The next text message; pings and pongs are passed over. */
  public String readText() {
    while (true) {
      Frame frame = read();
      if (frame.type() == TEXT) {
        return frame.text();
      }
      if (frame.type() == CLOSE) {
        throw new AssertionError("closed with " + frame.closeCode());
      }
    }
  }

  /**
   * The close frame, whatever comes before it.
   *
   * @throws UncheckedIOException where the connection ends without one
   */
  public Frame readClose() {
    Frame frame = read();
    while (frame.type() != CLOSE) {
      frame = read();
    }
    return frame;
  }

  /**
   * The code of the close frame, whatever comes before it; 1006 where the connection ends without
   * one.
   */
  public int closeCode() {
    try {
      return readClose().closeCode();
    } catch (UncheckedIOException e) {
      return 1006;
    }
  }

  /** Ends the closing handshake that the server began. */
  public RawWebSocket answerClose() {
    return send(frame(CLOSE, true, new byte[] {0x03, (byte) 0xE8}));
  }

  /** Whether the server has ended the TCP connection; waits for it. */
  public boolean isEnded() {
    try {
      while (in.read() >= 0) {
        // What is left over before the end.
      }
      return true;
    } catch (IOException e) {
      return e.getMessage() == null || !e.getMessage().contains("timed out");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
