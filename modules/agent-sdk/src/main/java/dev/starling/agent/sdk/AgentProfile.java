/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is. Begin with {@link #of} and say more with what follows, each of which gives a
 * new profile:
 *
 * <pre>{@code
 * AgentProfile.of("word-counter").about("counting words in texts").tasks(4)
 * }</pre>
 *
 * @param kind what it is spawned by, 1–64 characters
 * @param name what it is called, for people; the kind where it says nothing else
 * @param about what it is about, in words, which the mesh embeds; null for none
 * @param fingerprint what it is about, 1–4096 numbers; null for none; wins over {@code about}
 * @param space the space of the fingerprint; null for the one of its number of dimensions
 * @param threshold the least cosine at which outcomes reach it; null for the space's own
 * @param acceptsDerived whether it also wants outcomes that derive from its own
 * @param capabilities what it can do, at most 32 words of 64 characters
 * @param tasks how many tasks it does at a time, 0–1000
 * @param backend what does its thinking, where there is a choice, for people; null for none
 */
public record AgentProfile(
    String kind,
    String name,
    @Nullable String about,
    float @Nullable [] fingerprint,
    @Nullable String space,
    @Nullable Double threshold,
    boolean acceptsDerived,
    List<String> capabilities,
    int tasks,
    @Nullable String backend) {
  private static final int LONGEST_WORD = 64;
  private static final int MOST_CAPABILITIES = 32;
  private static final int MOST_TASKS = 1_000;
  private static final int MOST_DIMENSIONS = 4_096;

  public AgentProfile {
    requireWord("kind", kind);
    requireWord("name", name);
    capabilities = List.copyOf(capabilities);
    capabilities.forEach(capability -> requireWord("capability", capability));
    require(
        capabilities.size() <= MOST_CAPABILITIES,
        "an agent has at most " + MOST_CAPABILITIES + " capabilities");
    require(tasks >= 0 && tasks <= MOST_TASKS, "tasks is from 0 to " + MOST_TASKS);
    require(threshold == null || (threshold >= -1 && threshold <= 1), "threshold is from -1 to 1");
    fingerprint = fingerprint == null ? null : checked(fingerprint);
  }

  private static float[] checked(float[] values) {
    require(
        values.length >= 1 && values.length <= MOST_DIMENSIONS,
        "a fingerprint has 1 to " + MOST_DIMENSIONS + " numbers");
    for (float value : values) {
      require(Float.isFinite(value), "a fingerprint has finite numbers");
    }
    return values.clone();
  }

  private static void requireWord(String what, String word) {
    require(
        !word.isBlank() && word.length() <= LONGEST_WORD,
        "a " + what + " has 1 to " + LONGEST_WORD + " characters");
  }

  private static void require(boolean isSo, String words) {
    if (!isSo) {
      throw new IllegalArgumentException(words);
    }
  }

  /** An agent of a kind that is about nothing yet. */
  public static AgentProfile of(String kind) {
    return new AgentProfile(kind, kind, null, null, null, null, false, List.of(), 0, null);
  }

  /** The same by another name. */
  public AgentProfile named(String other) {
    return new AgentProfile(
        kind,
        other,
        about,
        fingerprint,
        space,
        threshold,
        acceptsDerived,
        capabilities,
        tasks,
        backend);
  }

  /** The same about what a text says, which the mesh embeds. */
  public AgentProfile about(String text) {
    return new AgentProfile(
        kind, name, text, null, null, threshold, acceptsDerived, capabilities, tasks, backend);
  }

  /** The same about a fingerprint, {@code float[d]}, in the space of its dimensions. */
  public AgentProfile about(float... values) {
    return new AgentProfile(
        kind, name, null, values, null, threshold, acceptsDerived, capabilities, tasks, backend);
  }

  /** The same with its fingerprint in a space by name. */
  public AgentProfile in(String spaceName) {
    return new AgentProfile(
        kind,
        name,
        about,
        fingerprint,
        spaceName,
        threshold,
        acceptsDerived,
        capabilities,
        tasks,
        backend);
  }

  /** The same, reached only by outcomes that are at least so similar. */
  public AgentProfile atLeast(double cosine) {
    return new AgentProfile(
        kind,
        name,
        about,
        fingerprint,
        space,
        cosine,
        acceptsDerived,
        capabilities,
        tasks,
        backend);
  }

  /** The same, that also wants outcomes that derive from its own. */
  public AgentProfile withDerived() {
    return new AgentProfile(
        kind, name, about, fingerprint, space, threshold, true, capabilities, tasks, backend);
  }

  /** The same that can do this. */
  public AgentProfile can(String... words) {
    return new AgentProfile(
        kind,
        name,
        about,
        fingerprint,
        space,
        threshold,
        acceptsDerived,
        List.of(words),
        tasks,
        backend);
  }

  /** The same that takes so many tasks at a time. */
  public AgentProfile tasks(int most) {
    return new AgentProfile(
        kind,
        name,
        about,
        fingerprint,
        space,
        threshold,
        acceptsDerived,
        capabilities,
        most,
        backend);
  }

  /** The same that says what does its thinking. */
  public AgentProfile backedBy(String what) {
    return new AgentProfile(
        kind,
        name,
        about,
        fingerprint,
        space,
        threshold,
        acceptsDerived,
        capabilities,
        tasks,
        Objects.requireNonNull(what, "what"));
  }

  /** A copy, so that nobody changes what the mesh knows. */
  @Override
  public float @Nullable [] fingerprint() {
    return fingerprint == null ? null : fingerprint.clone();
  }
}
