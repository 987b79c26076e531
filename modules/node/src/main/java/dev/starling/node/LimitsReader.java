/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.gateway.EndpointLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Builds what sockets may cost. Each limit is a group's own where it is given, else that of {@code
 * limits}, else the usual one of the group.
 */
final class LimitsReader {
  private static final String LIMITS = "limits.";

  private final Settings settings;

  LimitsReader(Settings settings) {
    this.settings = settings;
  }

  /** The limits of browsers' sockets. */
  EndpointLimits web() {
    return read(LIMITS + "web.", 10, 1_000);
  }

  /** The limits of agents' sockets. */
  EndpointLimits agent() {
    return read(LIMITS + "agent.", 1_000, 60_000);
  }

  private EndpointLimits read(String group, int usualConnections, int usualMessages) {
    return new EndpointLimits(
        integer(group, "connections-per-address", 100_000, usualConnections),
        integer(group, "messages-per-minute", 10_000_000, usualMessages),
        bytes(group, "max-message", "1KiB", 10 << 20),
        integer(group, "max-pending", 65_536, 256),
        bytes(group, "outcome-queue", "16KiB", 4 << 20),
        bytes(group, "control-queue", "16KiB", 1 << 20),
        integer(group, "malformed-per-minute", 100_000, 20),
        integer(group, "subscriptions", 10, 10),
        own(
            group,
            "unauthenticated",
            key -> settings.optionalDuration(key, Duration.ofMillis(100), Duration.ofMinutes(5)),
            Duration.ofSeconds(5)));
  }

  private int integer(String group, String name, int max, int usual) {
    return own(group, name, key -> settings.optionalInteger(key, 1, max), usual);
  }

  private int bytes(String group, String name, String min, int usual) {
    return own(group, name, key -> settings.optionalBytes(key, min, "1GiB"), usual);
  }

  private static <T> T own(
      String group, String name, Function<String, Optional<T>> reader, T usual) {
    Optional<T> both = reader.apply(LIMITS + name);
    return reader.apply(group + name).or(() -> both).orElse(usual);
  }
}
