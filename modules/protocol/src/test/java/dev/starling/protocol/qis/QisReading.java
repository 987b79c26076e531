/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import dev.starling.protocol.flow.FlowClientMessage;
import dev.starling.protocol.session.ClientMessage;
import dev.starling.protocol.session.ClientMessageReader;
import java.nio.charset.StandardCharsets;

/** What the tests of {@link QisReader} share: messages as text. */
final class QisReading {
  private QisReading() {}

  static QisClientMessage read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return read(bytes, 0, bytes.length);
  }

  static QisClientMessage read(byte[] bytes, int from, int to) {
    return switch (ClientMessageReader.read(bytes, from, to)) {
      case ClientMessage.Qis(QisClientMessage message) -> message;
      case ClientMessage.Flow(FlowClientMessage other) ->
          throw new AssertionError("of the other dialect: " + other);
    };
  }

  static String packet(String members) {
    return "{\"type\":\"outcome\",\"packet\":{" + members + "}}";
  }
}
