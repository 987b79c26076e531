/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.util.HexFormat;

/** Answers every text message on its sockets with the same position frame of two nodes. */
final class FrameServer implements AutoCloseable {
  /** In protocol 1: the agent 5 on its way from node 7, and node 32767, where no path leads. */
  private static final String FRAME =
      """
      0580 0000803f 000000c0 0000003f  0000803e 00000000 000080bf  0000c03f 07000000
      ff7f 00000000 00000000 00000000  00000000 00000000 00000000  0000807f ffffffff
      """;

  /** What the reference's parser makes of it, as JSON, with infinity as a text. */
  static final String NODES =
      """
      [{"id": 5, "isAgent": true, "position": {"x": 1, "y": -2, "z": 0.5},
        "velocity": {"x": 0.25, "y": 0, "z": -1}, "ssspDistance": 1.5, "ssspParent": 7},
       {"id": 32767, "isAgent": false, "position": {"x": 0, "y": 0, "z": 0},
        "velocity": {"x": 0, "y": 0, "z": 0}, "ssspDistance": "Infinity", "ssspParent": -1}]
      """;

  private final HttpServer server;

  private FrameServer(HttpServer server) {
    this.server = server;
  }

  static FrameServer start(Vertx vertx) {
    Buffer frame = Buffer.buffer(HexFormat.of().parseHex(FRAME.replaceAll("\\s", "")));
    return new FrameServer(
        vertx
            .createHttpServer()
            .webSocketHandler(
                socket -> socket.textMessageHandler(ignored -> socket.writeBinaryMessage(frame)))
            .listen(0, "127.0.0.1")
            .await());
  }

  String url() {
    return "ws://127.0.0.1:" + server.actualPort() + "/ws";
  }

  @Override
  public void close() {
    server.close().await();
  }
}
