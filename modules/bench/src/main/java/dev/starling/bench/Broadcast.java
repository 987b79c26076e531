/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is sent to everybody, and how it is known when it comes. Immutable. */
sealed interface Broadcast {
  /** The fingerprint that everybody registers with, as JSON. */
  String fingerprint();

  /** What a subscriber says once; null for nothing. */
  @Nullable String subscription();

  /** What the writer says, the {@code event}th time, from 1 on. */
  String message(int event);

  /** What stands near the beginning of what subscribers get. */
  String mark();

  /** A setting that is changed: an event of about 100 bytes. */
  record Setting() implements Broadcast {
    @Override
    public String fingerprint() {
      return "[1]";
    }

    @Override
    public String subscription() {
      return "{\"type\":\"subscribe\",\"events\":[\"settings_updated\"]}";
    }

    @Override
    public String message(int event) {
      return "{\"type\":\"settings\",\"path\":\"visualisation.labels.fontFamily\",\"value\":\"font "
          + event
          + "\"}";
    }

    @Override
    public String mark() {
      return "\"type\":\"settings_updated\"";
    }
  }

  /**
   * An outcome that matches everybody.
   *
   * @param fingerprint as JSON
   * @param payload letters and spaces, that compress as prose does
   */
  record Outcome(String fingerprint, String payload) implements Broadcast {
    private static final int WORDS = 300;

    /** With a payload of about so many bytes. */
    static Outcome of(int dimension, int bytes) {
      Random random = new Random(1);
      String[] words =
          IntStream.range(0, WORDS)
              .mapToObj(i -> Long.toString(random.nextLong(1L << 30), Character.MAX_RADIX))
              .toArray(String[]::new);
      StringBuilder payload = new StringBuilder();
      while (payload.length() < bytes) {
        payload.append(words[random.nextInt(WORDS)]).append(' ');
      }
      String fingerprint =
          IntStream.range(0, dimension)
              .mapToObj(i -> Integer.toString(random.nextInt(1, 100)))
              .collect(Collectors.joining(",", "[", "]"));
      return new Outcome(fingerprint, payload.toString());
    }

    @Override
    public @Nullable String subscription() {
      return null;
    }

    @Override
    public String message(int event) {
      return "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":%s,\"n\":%d,\"payload\":\"%s\"}}"
          .formatted(fingerprint, event, payload);
    }

    @Override
    public String mark() {
      return "\"incoming_outcome\"";
    }
  }
}
