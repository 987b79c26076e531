/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server on a TCP socket that answers what a real one was recorded to answer. Of what it is
 * asked, the recorded exchange with the same arguments counts first, then one with the same tool;
 * each is used once while there is another.
 */
public final class RecordedServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RECORDINGS = "recordings/";

  private final ServerSocket server;
  private final List<JsonNode> exchanges = new ArrayList<>();
  private final List<String> stray = new ArrayList<>();
  private final Set<JsonNode> used = new HashSet<>();
  private final Set<String> mute = ConcurrentHashMap.newKeySet();
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /**
   * Answers from a recording.
   *
   * @param recording such as {@code claude-flow-3.43.0}
   */
  public RecordedServer(String recording) {
    try {
      List<String> lines = lines(recording + ".jsonl");
      JSON.readTree(lines.getFirst()).path("stray").forEach(line -> stray.add(line.asText()));
      for (String line : lines.subList(1, lines.size())) {
        exchanges.add(JSON.readTree(line));
      }
      server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  private static List<String> lines(String file) throws IOException {
    try (InputStream in = RecordedServer.class.getResourceAsStream(RECORDINGS + file)) {
      if (in == null) {
        throw new AssertionError("there is no recording " + file);
      }
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  /** Where it listens, on loopback. */
  public int port() {
    return server.getLocalPort();
  }

  /** Answers a method or a tool no more. */
  public void mute(String what) {
    mute.add(what);
  }

  /** Answers it again. */
  public void unmute(String what) {
    mute.remove(what);
  }

  /** The arguments that a tool was called with, each time. */
  public List<JsonNode> argumentsOf(String tool) {
    return asked.stream()
        .filter(request -> tool.equals(request.at("/params/name").asText()))
        .map(request -> request.at("/params/arguments"))
        .toList();
  }

  /** The same as JSON texts. */
  public List<String> callsOf(String tool) {
    return argumentsOf(tool).stream().map(JsonNode::toString).toList();
  }

  /** How often a method was asked for. */
  public long timesAsked(String method) {
    return messages(method).size();
  }

  /** What came of a method, be it a request or a notification, each time and whole. */
  public List<JsonNode> messages(String method) {
    return asked.stream()
        .filter(message -> method.equals(message.path("method").asText()))
        .toList();
  }

  /** Takes no new connections; those that there are stay. */
  public void stopListening() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all connections; new ones are taken. */
  public void hangUp() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    sockets.clear();
  }

  /** Writes something on all connections that nobody asked for. */
  public void say(String line) {
    for (Socket socket : sockets) {
      try {
        write(socket, line);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode request = JSON.readTree(line);
        asked.add(request);
        if (request.has("id") && !isMute(request)) {
          for (String one : stray) {
            write(socket, one);
          }
          write(socket, JSON.writeValueAsString(answer(request)));
        }
      }
    } catch (IOException _) {
      // The client has gone.
    }
  }

  private static void write(Socket socket, String line) throws IOException {
    synchronized (socket) {
      socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
    }
  }

  private boolean isMute(JsonNode request) {
    return mute.contains(request.path("method").asText())
        || mute.contains(request.at("/params/name").asText());
  }

  private synchronized ObjectNode answer(JsonNode request) {
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", request.get("id"));
    Optional<JsonNode> exchange = find(request);
    if (exchange.isEmpty()) {
      answer.putObject("error").put("code", -32_601).put("message", "it was not recorded");
      return answer;
    }
    used.add(exchange.get());
    String outcome = exchange.get().has("error") ? "error" : "result";
    answer.set(outcome, exchange.get().get(outcome));
    return answer;
  }

  private Optional<JsonNode> find(JsonNode request) {
    List<JsonNode> alike =
        exchanges.stream()
            .filter(one -> one.path("method").equals(request.path("method")))
            .filter(one -> one.at("/params/name").equals(request.at("/params/name")))
            .toList();
    List<JsonNode> equal =
        alike.stream()
            .filter(one -> one.at("/params/arguments").equals(request.at("/params/arguments")))
            .toList();
    List<JsonNode> fresh = equal.stream().filter(one -> !used.contains(one)).toList();
    List<JsonNode> freshAlike = alike.stream().filter(one -> !used.contains(one)).toList();
    return Stream.of(first(fresh), last(equal), first(freshAlike), last(alike))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static @Nullable JsonNode first(List<JsonNode> all) {
    return all.isEmpty() ? null : all.getFirst();
  }

  private static @Nullable JsonNode last(List<JsonNode> all) {
    return all.isEmpty() ? null : all.getLast();
  }

  @Override
  public void close() {
    stopListening();
    hangUp();
  }
}
