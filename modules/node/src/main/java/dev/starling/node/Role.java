/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.protocol.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Something a node can do for the mesh; each role is one module of this build. */
public enum Role {
  /** Takes the sockets of browsers and agents. */
  GATEWAY,
  /** Finds the agents that an outcome reaches. */
  ROUTER,
  /** Lays out the graph. */
  PHYSICS,
  /** Keeps what can be changed while the mesh runs. */
  SETTINGS,
  /** Turns texts into fingerprints. */
  EMBEDDER,
  /** Hosts agents. */
  AGENTS,
  /** Gives tasks to agents; comes with every role that hosts these. */
  TASKS;

  /** The names of all roles of the house, whether this build has them or not. */
  private static final List<String> HOUSE =
      List.of(
          "gateway",
          "router",
          "physics",
          "analytics",
          "voice",
          "agents",
          "tasks",
          "settings",
          "embedder");

  /** The role's name as it is written in the configuration and on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role called {@code word}, which was given at {@code origin}. */
  static Role of(String word, String origin) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return role;
      }
    }
    throw new ConfigException(
        HOUSE.contains(word)
            ? "role %s (%s) is not in this build, which has %s"
                .formatted(word, origin, String.join(", ", words()))
            : "unknown role %s (%s), %s"
                .formatted(
                    word,
                    origin,
                    Nearest.within(word, words())
                        .map(near -> "did you mean " + near + "?")
                        .orElse("this build has " + String.join(", ", words()))));
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(Role::word).toList();
  }
}
