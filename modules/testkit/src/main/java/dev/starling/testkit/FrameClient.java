/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A client on a real socket that reads position frames one by one, by the reference's layout. */
final class FrameClient implements AutoCloseable {
  private static final int ROW = 34;

  private final RawWebSocket socket;
  private final List<String> texts = new ArrayList<>();

  private FrameClient(RawWebSocket socket) {
    this.socket = socket;
  }

  static FrameClient connect(int port, String query) {
    return new FrameClient(RawWebSocket.connect(port, "/ws" + query));
  }

  /** One with so small a buffer that a large frame does not leave before it is read. */
  static FrameClient withBuffer(int port, String query, int bytes) {
    return new FrameClient(RawWebSocket.connect(port, "/ws" + query, bytes));
  }

  FrameClient say(String json) {
    RawWebSocket _ = socket.sendText(json);
    return this;
  }

  FrameClient interact(String action, int node) {
    return say(
        "{\"type\":\"graph_interaction\",\"action\":\"" + action + "\",\"nodeId\":" + node + "}");
  }

  /** The next binary message; texts before it are kept. */
  byte[] next() {
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
  String text(String mark) {
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
  List<String> texts() {
    return texts;
  }

  /** A node as the reference has it. */
  record Node(int id, boolean isAgent, float x, float distance, int parent) {}

  /** The nodes of the next frame of protocol 1. */
  List<Node> nextNodes() {
    return nodes(next());
  }

  static List<Node> nodes(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    List<Node> nodes = new ArrayList<>();
    for (int at = 0; at < frame.length; at += ROW) {
      int id = in.getShort(at) & 0xFFFF;
      nodes.add(
          new Node(
              id & 0x7FFF,
              (id & 0x8000) != 0,
              in.getFloat(at + 2),
              in.getFloat(at + 26),
              in.getInt(at + 30)));
    }
    return nodes;
  }

  @Override
  public void close() {
    socket.close();
  }
}
