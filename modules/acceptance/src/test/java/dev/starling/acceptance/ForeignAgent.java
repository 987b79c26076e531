/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** An agent that shares no code with Starling, watched from outside. */
interface ForeignAgent extends AutoCloseable {
  /** Its id in the mesh. */
  String id();

  /** What it is about. */
  double[] fingerprint();

  /** Lets it emit an outcome in its own way. */
  void emit(String payload, double confidence);

  /** Lets it send a text as it is. */
  void send(String text);

  /** What it sent so far, in order. */
  List<JsonObject> sent();

  /** What it received so far, in order; fields are in the order in which they came. */
  List<JsonObject> received();

  /** Those of {@link #received} that have a type. */
  default List<JsonObject> received(String type) {
    return received().stream().filter(one -> type.equals(one.getString("type"))).toList();
  }

  @Override
  void close();
}
