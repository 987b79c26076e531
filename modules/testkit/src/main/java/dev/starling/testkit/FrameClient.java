/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import dev.starling.testkit.RawWebSocket.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A client on a real socket that reads position frames one by one, by the reference's layout. */
public final class FrameClient implements AutoCloseable {
  private static final int ROW = 34;
  private static final int WIDE_ROW = 36;

  private final RawWebSocket socket;
  private final List<String> texts = new ArrayList<>();

  private FrameClient(RawWebSocket socket) {
    this.socket = socket;
  }

  /** A client of {@code /ws} with this behind it. */
  public static FrameClient connect(int port, String query) {
    return new FrameClient(RawWebSocket.connect(port, "/ws" + query));
  }

  /** One with so small a buffer that a large frame does not leave before it is read. */
  public static FrameClient withBuffer(int port, String query, int bytes) {
    return new FrameClient(RawWebSocket.connect(port, "/ws" + query, bytes));
  }

  /** Sends a message. */
  public FrameClient say(String json) {
    RawWebSocket _ = socket.sendText(json);
    return this;
  }

  /** Sends a {@code graph_interaction} on a node. */
  public FrameClient interact(String action, int node) {
    return say(
        "{\"type\":\"graph_interaction\",\"action\":\"" + action + "\",\"nodeId\":" + node + "}");
  }

  /** The next binary message; texts before it are kept. */
  public byte[] next() {
    while (true) {
      Frame frame = socket.read();
      switch (frame.type()) {
        case RawWebSocket.BINARY -> {
          return frame.payload();
        }
        case RawWebSocket.TEXT -> texts.add(frame.text());
        case RawWebSocket.CLOSE -> throw new AssertionError("closed with " + frame.closeCode());
        default -> {}
      }
    }
  }

  /** The next text message with this in it, whatever else comes before. */
  public String text(String mark) {
    for (String text : texts) {
      if (text.contains(mark)) {
        texts.remove(text);
        return text;
      }
    }
    while (true) {
      Frame frame = socket.read();
      if (frame.type() == RawWebSocket.TEXT && frame.text().contains(mark)) {
        return frame.text();
      }
    }
  }

  /** The texts that came before the frames that were read, but for those that were asked for. */
  public List<String> texts() {
    return texts;
  }

  /** A node as the reference has it. */
  public record Node(
      int id, boolean isAgent, float x, float y, float z, float distance, int parent) {}

  /** The nodes of the next frame of protocol 1. */
  public List<Node> nextNodes() {
    return nodes(next());
  }

  /** The nodes of a frame of protocol 1. */
  public static List<Node> nodes(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    List<Node> nodes = new ArrayList<>(frame.length / ROW);
    for (int at = 0; at < frame.length; at += ROW) {
      int id = in.getShort(at) & 0xFFFF;
      nodes.add(node(id & 0x7FFF, (id & 0x8000) != 0, in, at + Short.BYTES));
    }
    return nodes;
  }

  /** The nodes of a frame of protocol 2. */
  public static List<Node> wideNodes(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    List<Node> nodes = new ArrayList<>(frame.length / WIDE_ROW);
    for (int at = 1; at < frame.length; at += WIDE_ROW) {
      int id = in.getInt(at);
      nodes.add(node(id & Integer.MAX_VALUE, id < 0, in, at + Integer.BYTES));
    }
    return nodes;
  }

  /** What stands behind the id: three of a place, three of a velocity, and the shortest path. */
  private static Node node(int id, boolean isAgent, ByteBuffer in, int at) {
    return new Node(
        id,
        isAgent,
        in.getFloat(at),
        in.getFloat(at + 4),
        in.getFloat(at + 8),
        in.getFloat(at + 24),
        in.getInt(at + 28));
  }

  @Override
  public void close() {
    socket.close();
  }
}
