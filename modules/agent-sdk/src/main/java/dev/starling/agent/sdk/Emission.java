/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that an agent is about to emit. Begin with {@link #of} and say more with what follows,
 * each of which gives a new one. What is about nothing of its own is about what its agent is about.
 *
 * @param payload what it says
 * @param confidence 0–1; null where the agent does not say
 * @param about what it is about, in words, which the mesh embeds; null for none
 * @param fingerprint what it is about; null for none; wins over {@code about}
 * @param space the space of the fingerprint; null for the one of its number of dimensions
 * @param derivedFrom ids of the outcomes that it is made of, at most 64
 * @param hops how many syntheses deep it is
 * @param id the agent's own id for it, so that the same one emitted again is routed once; null for
 *     one made by the mesh
 */
public record Emission(
    JsonObject payload,
    @Nullable Double confidence,
    @Nullable String about,
    float @Nullable [] fingerprint,
    @Nullable String space,
    List<String> derivedFrom,
    int hops,
    @Nullable String id) {
  private static final int MOST_PARENTS = 64;

  public Emission {
    if (confidence != null && !(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence is from 0 to 1, not " + confidence);
    }
    if (derivedFrom.size() > MOST_PARENTS) {
      throw new IllegalArgumentException("an outcome derives from at most " + MOST_PARENTS);
    }
    derivedFrom = List.copyOf(derivedFrom);
    fingerprint = fingerprint == null ? null : fingerprint.clone();
  }

  /** An outcome that says {@code payload}. */
  public static Emission of(JsonObject payload) {
    return new Emission(payload, null, null, null, null, List.of(), 0, null);
  }

  /** An outcome that says one text. */
  public static Emission of(String text) {
    return of(JsonObject.of("text", text));
  }

  /** The same, of which its agent is so sure. */
  public Emission confidence(double share) {
    return new Emission(payload, share, about, fingerprint, space, derivedFrom, hops, id);
  }

  /** The same about what a text says, which the mesh embeds. */
  public Emission about(String text) {
    return new Emission(payload, confidence, text, null, null, derivedFrom, hops, id);
  }

  /** The same about a fingerprint in the space of its dimensions. */
  public Emission about(float... values) {
    return new Emission(payload, confidence, null, values, null, derivedFrom, hops, id);
  }

  /** The same with its fingerprint in a space by name. */
  public Emission in(String spaceName) {
    return new Emission(payload, confidence, about, fingerprint, spaceName, derivedFrom, hops, id);
  }

  /** The same, made of these outcomes, and one synthesis deeper than the deepest of them. */
  public Emission from(Outcome... outcomes) {
    Set<String> parents = new LinkedHashSet<>(derivedFrom);
    int depth = hops;
    for (Outcome outcome : outcomes) {
      parents.add(outcome.id());
      depth = Math.max(depth, outcome.hops() + 1);
    }
    return new Emission(
        payload, confidence, about, fingerprint, space, List.copyOf(parents), depth, id);
  }

  /** The same by an id of the agent's own. */
  public Emission as(String outcomeId) {
    return new Emission(
        payload, confidence, about, fingerprint, space, derivedFrom, hops, outcomeId);
  }

  /** The packet as the mesh takes it, but for the fingerprint of what is said in words. */
  public JsonObject packet() {
    JsonObject packet = new JsonObject();
    put(packet, "outcome_id", id);
    put(packet, "fingerprint", fingerprint == null ? null : numbers(fingerprint));
    put(packet, "space", space);
    put(packet, "confidence", confidence);
    if (!derivedFrom.isEmpty()) {
      packet.put("derived_from", new JsonArray(derivedFrom));
    }
    if (hops > 0) {
      packet.put("hops", hops);
    }
    packet.put("timestamp", System.currentTimeMillis() / 1e3);
    return packet.put("payload", payload);
  }

  private static void put(JsonObject packet, String name, @Nullable Object value) {
    if (value != null) {
      packet.put(name, value);
    }
  }

  private static JsonArray numbers(float[] values) {
    JsonArray array = new JsonArray();
    for (float value : values) {
      array.add(value);
    }
    return array;
  }

  /** A copy, so that nobody changes it afterwards. */
  @Override
  public float @Nullable [] fingerprint() {
    return fingerprint == null ? null : Arrays.copyOf(fingerprint, fingerprint.length);
  }
}
