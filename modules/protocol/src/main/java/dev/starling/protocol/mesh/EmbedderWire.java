/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.EmbedderMessage.Embed;
import dev.starling.protocol.mesh.EmbedderMessage.Embedded;

/** Fields of {@link EmbedderMessage}s on the wire. */
final class EmbedderWire {
  private EmbedderWire() {}

  static int number(EmbedderMessage message) {
    return switch (message) {
      case Embed _ -> 801;
      case Embedded _ -> 802;
    };
  }

  static void write(WireWriter out, EmbedderMessage message) {
    switch (message) {
      case Embed embed -> out.texts(embed.texts());
      case Embedded embedded -> out.list(embedded.fingerprints(), WireWriter::fingerprint);
    }
  }

  static EmbedderMessage read(WireReader in, int number) {
    return switch (number) {
      case 801 -> new Embed(in.texts());
      case 802 -> new Embedded(in.list(WireReader::fingerprint));
      default -> throw MeshWire.unknown(number);
    };
  }
}
