/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Outcome;
import dev.starling.protocol.RawJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Packets of the mesh as agents see them. Stateless. */
final class OutcomeReader {
  private OutcomeReader() {}

  /** What a packet says; a gateway has checked it before. */
  static Outcome read(RawJson json, double similarity) {
    JsonObject packet = new JsonObject(json.toString());
    return new Outcome(
        Objects.requireNonNullElse(packet.getString("outcome_id"), ""),
        Objects.requireNonNullElse(packet.getString("source_agent"), ""),
        similarity,
        number(packet.getValue("confidence")),
        packet.getInteger("hops", 0),
        texts(packet.getJsonArray("derived_from")),
        packet);
  }

  private static @Nullable Double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : null;
  }

  private static List<String> texts(@Nullable JsonArray array) {
    List<String> texts = new ArrayList<>();
    if (array != null) {
      array.forEach(one -> texts.add(String.valueOf(one)));
    }
    return texts;
  }
}
