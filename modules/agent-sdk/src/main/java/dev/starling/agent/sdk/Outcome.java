/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that reached an agent.
 *
 * @param id the outcome's id, made by its agent or by the mesh
 * @param source the agent that emitted it
 * @param similarity the cosine of its fingerprint and this agent's
 * @param confidence 0–1, as its agent says; null where that was not said
 * @param hops how many syntheses deep it is
 * @param derivedFrom ids of the outcomes that it was made of
 * @param packet all that its agent said, with {@code outcome_id}, {@code source_agent} and {@code
 *     fingerprint}; not to be changed
 */
public record Outcome(
    String id,
    String source,
    double similarity,
    @Nullable Double confidence,
    int hops,
    List<String> derivedFrom,
    JsonObject packet) {
  public Outcome {
    derivedFrom = List.copyOf(derivedFrom);
  }

  /** What it says: the packet's {@code payload} where that is an object, else an empty one. */
  public JsonObject payload() {
    return packet.getValue("payload") instanceof JsonObject object ? object : new JsonObject();
  }

  /**
   * What it says in words: the payload where that is a text, or the first text in it, or nothing.
   */
  public String text() {
    Object payload = packet.getValue("payload");
    if (payload instanceof String text) {
      return text;
    }
    if (payload instanceof JsonObject object) {
      for (String member : List.of("text", "summary", "message", "insight", "content")) {
        if (object.getValue(member) instanceof String text) {
          return text;
        }
      }
    }
    return "";
  }

  /** Its fingerprint, {@code float[d]}; a copy. */
  public float[] fingerprint() {
    var numbers = packet.getJsonArray("fingerprint");
    float[] values = new float[numbers == null ? 0 : numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.getFloat(i);
    }
    return values;
  }
}
