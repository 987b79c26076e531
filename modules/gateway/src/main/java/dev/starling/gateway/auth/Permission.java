/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a client may be allowed; the word is what stands in tokens and in the configuration. */
public enum Permission {
  /** To subscribe, to read by REST, {@code /metrics}, and to ask who would be reached. */
  OBSERVE,
  /** To register as an agent and to emit outcomes. */
  EMIT,
  /** To move and to write the graph. */
  GRAPH,
  /** To change settings. */
  SETTINGS,
  /** To control and to spawn agents; tasks and swarms. */
  AGENTS,
  /** To send voice commands and audio; what a command does needs that thing's permission too. */
  VOICE,
  /** To start jobs and to ask for shortest paths. */
  ANALYTICS,
  /** To drain, to redeploy and to reload keys. */
  ADMIN;

  private static final Set<Permission> USUAL =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(ADMIN)));

  /** All but {@link #ADMIN}. */
  public static Set<Permission> usual() {
    return USUAL;
  }

  /** The permission of a word; nothing for a word that this build does not know. */
  public static Optional<Permission> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  /** The permission's name in tokens, in the configuration and in errors. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
