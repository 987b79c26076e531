/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.SharedSettings;
import dev.starling.fabric.View;

/**
 * What of a router's configuration the mesh may change while it runs, as it is now: the setting
 * where somebody gave it a value, else the configuration. Changed on the fabric's event loop, read
 * from any.
 */
final class RoutingSettings {
  private final RouterConfig config;
  private final TextSpaces textSpaces = new TextSpaces();
  private volatile double similarityThreshold;
  private volatile int maxHops;
  private volatile int maxBacklog;

  /** The configuration as it is. */
  RoutingSettings(RouterConfig config) {
    this.config = config;
    this.similarityThreshold = config.similarityThreshold();
    this.maxHops = config.maxHops();
    this.maxBacklog = config.maxBacklog();
  }

  /** Follows the mesh's settings from now on. */
  void follow(SharedSettings settings) {
    settings.listen(changes -> take(settings));
    take(settings);
  }

  private void take(SharedSettings settings) {
    similarityThreshold =
        settings.number("router.similarityThreshold", config.similarityThreshold());
    maxHops = (int) settings.number("router.maxHops", config.maxHops());
    maxBacklog = (int) settings.number("router.maxBacklog", config.maxBacklog());
  }

  /** The least cosine at which an outcome is delivered where a space has none of its own. */
  double similarityThreshold() {
    return similarityThreshold;
  }

  /** Takes note of the thresholds that embedders name. */
  void viewIs(View now) {
    textSpaces.viewIs(now);
  }

  /** The threshold in force in {@code space}: the configuration's, its embedder's or everyone's. */
  double thresholdOf(String space) {
    Double configured = config.spaceThresholds().get(space);
    Double named = configured != null ? configured : textSpaces.thresholdOf(space);
    return named != null ? named : similarityThreshold;
  }

  /** How many syntheses deep an outcome is still routed. */
  int maxHops() {
    return maxHops;
  }

  /** Outcomes that wait before more are refused. */
  int maxBacklog() {
    return maxBacklog;
  }
}
