/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** A small, real QIS router over WebSocket, on the JDK alone, that can be told to misbehave. */
final class TestRouter implements AutoCloseable {
  /** How it treats the 100th push. */
  enum Fault {
    NONE,
    DROP,
    DOUBLE
  }

  final AtomicInteger pongs = new AtomicInteger();

  private static final int FAULTY_PUSH = 100;

  private final ObjectMapper json = new ObjectMapper();
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Future<?>> tasks = ConcurrentHashMap.newKeySet();
  private final Map<String, Session> agents = new ConcurrentHashMap<>();
  private final AtomicInteger pushes = new AtomicInteger();
  private final Fault fault;
  private final boolean deflate;
  private final boolean fragments;

  TestRouter(Fault fault, boolean deflate, boolean fragments) throws IOException {
    this.fault = fault;
    this.deflate = deflate;
    this.fragments = fragments;
    this.server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    tasks.add(threads.submit(this::accept));
  }

  URI address() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/");
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Session session : agents.values()) {
      session.socket.close();
    }
    threads.shutdownNow();
  }

  private @Nullable Void accept() throws IOException {
    while (!server.isClosed()) {
      Socket socket = server.accept();
      tasks.add(threads.submit(() -> new Session(socket).run()));
    }
    return null;
  }

  private final class Session {
    private final Socket socket;
    private final DataInputStream in;
    private final MessageInflater inflater = new MessageInflater(false);
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private boolean compressed;
    private @Nullable String id;
    private double[] fingerprint = {};

    private Session(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      socket.setTcpNoDelay(true);
    }

    private @Nullable Void run() throws IOException {
      try (socket) {
        upgrade();
        send(WsFrames.FIN | WsFrames.PING, "there?".getBytes(UTF_8));
        while (frame()) {}
      } finally {
        if (id != null) {
          agents.remove(id);
        }
      }
      return null;
    }

    private void upgrade() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.readUnsignedByte());
      }
      String key = head.toString().replaceAll("(?s).*Sec-WebSocket-Key: (\\S+).*", "$1");
      compressed = deflate && head.indexOf("permessage-deflate") > 0;
      String response =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + (compressed ? "sec-websocket-extensions: permessage-deflate\r\n" : "")
              + "Sec-WebSocket-Accept: "
              + Connector.acceptFor(key)
              + "\r\n\r\n";
      socket.getOutputStream().write(response.getBytes(ISO_8859_1));
    }

    private boolean frame() throws IOException {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      int length = second & 0x7f;
      length =
          length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
      byte[] key = in.readNBytes(4);
      byte[] body = in.readNBytes(length);
      for (int i = 0; i < body.length; i++) {
        body[i] = (byte) (body[i] ^ key[i & 3]);
      }
      switch (first & 0xf) {
        case WsFrames.PONG -> pongs.incrementAndGet();
        case WsFrames.TEXT -> message((first & WsFrames.RSV1) != 0 ? inflate(body) : body);
        default -> {}
      }
      return (first & 0xf) != WsFrames.CLOSE;
    }

    private byte[] inflate(byte[] body) {
      ByteBuffer plain = inflater.inflate(ByteBuffer.wrap(body));
      byte[] bytes = new byte[plain.limit()];
      plain.get(bytes);
      return bytes;
    }

    private void message(byte[] text) throws IOException {
      JsonNode message = json.readTree(text);
      if (message.path("type").asText().equals("register")) {
        id = message.path("agent_id").asText();
        fingerprint = numbers(message.path("fingerprint"));
        agents.put(id, this);
        text("{\"type\": \"registered\", \"agent_id\": \"" + id + "\", \"agent_count\": 1}");
      } else {
        outcome((ObjectNode) message.path("packet"));
      }
    }

    private void outcome(ObjectNode packet) throws IOException {
      double[] query = numbers(packet.path("fingerprint"));
      ObjectNode push = json.createObjectNode().put("type", "incoming_outcome");
      push.set("packet", packet.put("source_agent", id));
      int matches = 0;
      for (Session agent : agents.values()) {
        if (agent != this && Topics.cosine(query, agent.fingerprint) >= 0.75) {
          matches++;
          push(agent, push.toString());
        }
      }
      text("{\"type\":\"outcome_ack\",\"status\":\"routed\",\"matches_found\":" + matches + "}");
    }

    private void push(Session agent, String push) throws IOException {
      boolean faulty = pushes.incrementAndGet() == FAULTY_PUSH;
      if (!faulty || fault != Fault.DROP) {
        agent.text(push);
      }
      if (faulty && fault == Fault.DOUBLE) {
        agent.text(push);
      }
    }

    private synchronized void text(String text) throws IOException {
      byte[] body = text.getBytes(UTF_8);
      int first = WsFrames.TEXT;
      if (compressed) {
        body = ServerFrames.deflate(deflater, body);
        first |= WsFrames.RSV1;
      }
      int half = fragments ? body.length / 2 : 0;
      if (half > 0) {
        send(first, Arrays.copyOf(body, half));
        first = 0;
      }
      send(WsFrames.FIN | first, Arrays.copyOfRange(body, half, body.length));
    }

    private synchronized void send(int first, byte[] body) throws IOException {
      socket.getOutputStream().write(ServerFrames.frame(first, body));
    }
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }
}
