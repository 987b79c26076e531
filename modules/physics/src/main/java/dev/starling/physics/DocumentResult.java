/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;

/** What a document did to the graph, counted while it does. One thread at a time. */
final class DocumentResult {
  /** How many of each. */
  static final class Count {
    private long nodes;
    private long edges;

    void node() {
      nodes++;
    }

    void edge() {
      edges++;
    }

    long nodes() {
      return nodes;
    }

    long edges() {
      return edges;
    }
  }

  private final Count added = new Count();
  private final Count changed = new Count();
  private final Count removed = new Count();
  private final Count ignored = new Count();
  private final long loops;
  private final long repeats;

  DocumentResult(long loops, long repeats) {
    this.loops = loops;
    this.repeats = repeats;
  }

  Count added() {
    return added;
  }

  Count changed() {
    return changed;
  }

  Count removed() {
    return removed;
  }

  /** What is about agents that are not there, or asks to remove what is not there. */
  Count ignored() {
    return ignored;
  }

  /** As clients are told. */
  RawJson json() {
    return new RawJson(
        JsonOutput.bytes(json -> {
          json.writeStartObject();
          write(json, "added", added);
          write(json, "changed", changed);
          write(json, "removed", removed);
          write(json, "ignored", ignored);
          json.writeNumberField("loops", loops);
          json.writeNumberField("repeats", repeats);
          json.writeEndObject();
        }));
  }

  private static void write(JsonGenerator json, String name, Count count) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("nodes", count.nodes);
    json.writeNumberField("edges", count.edges);
    json.writeEndObject();
  }
}
