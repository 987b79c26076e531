/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import java.security.SecureRandom;

/** Ids of agents that the mesh starts: their kind and eight letters or digits. Thread-safe. */
final class AgentIds {
  private static final String LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private AgentIds() {}

  /** An id that was never given before, but for a chance of one in 10¹². */
  static String next(String kind) {
    StringBuilder id = new StringBuilder(kind).append('-');
    for (int i = 0; i < LENGTH; i++) {
      id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
