/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import java.util.List;

/** What the embedder role is asked, and what it answers. */
public sealed interface EmbedderMessage extends MeshMessage {

  /** Asks for the fingerprints of texts, 1–64 of 1–8192 characters each, not only blanks. */
  record Embed(List<String> texts) implements EmbedderMessage, Asks<Embedded> {
    public Embed {
      texts = List.copyOf(texts);
    }

    @Override
    public Class<Embedded> answer() {
      return Embedded.class;
    }
  }

  /** The fingerprints of the texts asked for, in their order, all of one space. */
  record Embedded(List<Fingerprint> fingerprints) implements EmbedderMessage {
    public Embedded {
      fingerprints = List.copyOf(fingerprints);
    }
  }
}
