/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.Paths;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The shortest paths from a node as JSON, in parts: of a million nodes they are tens of MiB, which
 * take an event loop too long and a client that reads slowly too much room. Each part is written on
 * a worker when it is asked for. One thread at a time.
 */
final class PathsAnswer implements AnswerParts {
  /** A part is this long, and by no more than one run of nodes longer. */
  private static final int ENOUGH = 768 << 10;

  /** Nodes that are written before it is seen whether the part is long enough. */
  private static final int RUN = 4_096;

  private static final JsonFactory FACTORY = new JsonFactory();

  private enum Column {
    NODES,
    DISTANCES,
    PARENTS
  }

  private final Vertx vertx;
  private final int[] slots;
  private final PathColumns columns;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final JsonGenerator json;
  private int column;
  private int row;

  private PathsAnswer(Vertx vertx, Paths paths) throws IOException {
    this.vertx = vertx;
    this.slots = paths.slots();
    this.columns = paths.columns();
    this.json = FACTORY.createGenerator(out);
  }

  static PathsAnswer of(Vertx vertx, Paths paths) {
    try {
      return new PathsAnswer(vertx, paths);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Future<Downloaded> part(int number) {
    return vertx.executeBlocking(() -> write(number == 0), false).map(Objects::requireNonNull);
  }

  @Override
  public void abandon() {
    // Nobody but this has anything of it.
  }

  private Downloaded write(boolean isFirst) throws IOException {
    out.reset();
    if (isFirst) {
      begin();
    }
    while (!isWhole() && out.size() < ENOUGH) {
      writeRun(Column.values()[column]);
      json.flush();
    }
    if (isWhole()) {
      json.writeEndObject();
      json.close();
    }
    return new Downloaded(isWhole(), out.toByteArray());
  }

  private boolean isWhole() {
    return column == Column.values().length;
  }

  private void begin() throws IOException {
    int reached = 0;
    float furthest = 0;
    for (int slot : slots) {
      float distance = columns.distance(slot);
      if (Float.isFinite(distance)) {
        reached++;
        furthest = Math.max(furthest, distance);
      }
    }
    json.writeStartObject();
    json.writeNumberField("source", columns.source());
    json.writeNumberField("nodesReached", reached);
    json.writeNumberField("maxDistance", furthest);
  }

  /** Writes the next of a column, and goes on to the next column behind its last. */
  private void writeRun(Column which) throws IOException {
    if (row == 0) {
      json.writeArrayFieldStart(
          switch (which) {
            case NODES -> "nodes";
            case DISTANCES -> "distances";
            case PARENTS -> "parents";
          });
    }
    int end = Math.min(slots.length, row + RUN);
    for (; row < end; row++) {
      int slot = slots[row];
      switch (which) {
        case NODES -> json.writeNumber(slot);
        case DISTANCES -> distance(json, columns.distance(slot));
        case PARENTS -> json.writeNumber(columns.parent(slot));
      }
    }
    if (row == slots.length) {
      json.writeEndArray();
      row = 0;
      column++;
    }
  }

  /** Null where no path leads: JSON has no infinity. */
  static void distance(JsonGenerator json, float distance) throws IOException {
    if (Float.isFinite(distance)) {
      json.writeNumber(distance);
    } else {
      json.writeNull();
    }
  }
}
